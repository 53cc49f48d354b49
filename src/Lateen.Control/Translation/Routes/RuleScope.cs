namespace Lateen.Control.Translation.Routes;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>Where rules are read for: a proxy, the gateway it acts as ("mesh" at sidecars), and a port.</summary>
internal sealed record RuleScope(ProxyNode Node, string Gateway, int Port)
{
    /// <summary>The rules of a virtual service that can ever hold here.</summary>
    public IEnumerable<RuleInputs> RulesOf(
        ConfigObject<VirtualServiceSpec> owner, ProxyScope scope, string operation)
    {
        string path = IstioMetadata.ConfigPath(owner.Key, "virtual-service");
        foreach (HttpRoute rule in owner.Spec.Http)
        {
            if (Restrict(rule, owner.Key.Namespace) is not { } restricted)
            {
                continue;
            }

            yield return InputsOf(restricted, owner.Key, scope, path, operation) with { Origin = owner.Origin };

            // The first rule that holds decides, so nothing of this object is reached any more. It has to be cut off here: among the
            // rules of other objects this one is put last, behind what stands below it.
            if (restricted.Match.Count == 0 || TakesEverything(restricted.Match[^1]))
            {
                yield break;
            }
        }
    }

    private RuleInputs InputsOf(HttpRoute rule, ResourceKey owner, ProxyScope scope, string path, string operation)
    {
        List<ClusterName> clusters = [.. rule.Route.Select(each => Destinations.Find(each.Destination, owner, Port, scope))];
        IEnumerable<ClusterName> used = clusters.Count == 1 ? clusters : clusters.Where((_, i) => rule.Route[i].Weight > 0);
        return new RuleInputs(rule, clusters.Select(each => each.ToString()).ToValueList(), path, operation)
        {
            Mirrors = Mirrors.Of(rule)
                .Select(each => Destinations.Cluster(each.Destination, owner, Port, scope))
                .ToValueList(),
            Hashes = HashPolicies.Of(used, scope),
            RequestPort = rule.Redirect?.DerivePort is RedirectPort.FromRequestPort ? Port : 0,
        };
    }

    // Conditions on the caller and the port were met already.
    private static bool TakesEverything(HttpMatchRequest match) =>
        match.Uri is null or { Exact: null, Prefix: "/" or null, Regex: null or "*" or ".*" }
        && match is { Scheme: null, Method: null, Authority: null }
        && match.Headers.Count == 0 && match.WithoutHeaders.Count == 0 && match.QueryParams.Count == 0;

    private HttpRoute? Restrict(HttpRoute rule, string ownerNamespace)
    {
        if (rule.Match.Count == 0)
        {
            return rule;
        }

        List<HttpMatchRequest> left = [.. rule.Match.Where(match => Holds(match, ownerNamespace))];
        int last = left.FindIndex(TakesEverything);
        if (last >= 0)
        {
            left.RemoveRange(last + 1, left.Count - last - 1);
        }

        return left.Count switch
        {
            0 => null,
            _ when left.Count == rule.Match.Count => rule,
            _ => rule with { Match = left.ToValueList() },
        };
    }

    private bool Holds(HttpMatchRequest match, string ownerNamespace) =>
        PortHolds(match.Port)
        && GatewayHolds(match.Gateways, ownerNamespace)
        && (match.SourceNamespace.Length == 0 || match.SourceNamespace == Node.Namespace)
        && LabelSelector.Matches(match.SourceLabels, Node.Labels);

    private bool PortHolds(int? port) => port is null || port == Port;

    private bool GatewayHolds(ValueList<string> gateways, string ownerNamespace) =>
        gateways.Count == 0
        || gateways.Any(name => VirtualServiceIndex.FullGatewayName(name, ownerNamespace) == Gateway);
}
