namespace Lateen.Control.Translation.Routes;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>
/// Routes of a sidecar: "9080" for all services with HTTP on that port, "host:8000" for one whose protocol was detected.
/// </summary>
internal static class SidecarRoutes
{
    // Hosts that only a virtual service names have no port of their own; Istio serves them on this one.
    private const int PortOfUnregisteredHosts = 80;

    /// <summary>Null when the name means nothing to this proxy.</summary>
    /// <param name="name">The route configuration's.</param>
    /// <param name="scope">What the proxy sees.</param>
    /// <param name="node">The proxy.</param>
    /// <param name="alike">True when every proxy of the scope has the same: no rule asks for the caller's labels.</param>
    public static RouteConfigurationInputs? Gather(string name, ProxyScope scope, ProxyNode node, out bool alike)
    {
        alike = true;
        int colon = name.LastIndexOf(':');
        if (!int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port))
        {
            return null;
        }

        if (scope.EgressAt(port) is not { } egress)
        {
            return null;
        }

        List<VirtualHostInputs> hosts = [];
        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        IEnumerable<MeshService> services = colon < 0
            ? egress.Services.WithHttpPort(port)
            : egress.Services.Find(name[..colon]) is { } one && one.Port(port) is not null ? [one] : [];
        foreach (MeshService service in services)
        {
            hosts.Add(OfService(service, port, scope, egress, node, taken));
            alike &= !AsksForLabels(egress.OwnerInMesh(new HostName(service.Host)));
        }

        if (colon < 0 && port == PortOfUnregisteredHosts)
        {
            hosts.AddRange(OfUnregisteredHosts(port, scope, egress, node, taken));
            alike &= !egress.Rules.HostsInMesh.Any(host => AsksForLabels(egress.OwnerInMesh(host)));
        }

        if (hosts.Count == 0)
        {
            return null;
        }

        CatchAll rest = scope.AllowAnyOutbound ? CatchAll.AllowAny : CatchAll.BlockAll;
        return new RouteConfigurationInputs(name, hosts.ToValueList(), rest, scope.Mesh.DefaultHttpRetryPolicy)
        {
            RestCluster = OutboundRest.ClusterOf(scope),
        };
    }

    private static bool AsksForLabels(ConfigObject<VirtualServiceSpec>? owner) =>
        owner is not null && owner.Spec.Http.Any(static rule => rule.Match.Any(static match => match.SourceLabels.Count > 0));

    private static VirtualHostInputs OfService(
        MeshService service, int port, ProxyScope scope, EgressScope egress, ProxyNode node, HashSet<string> taken)
    {
        string operation = RouteSet.Operation(service.Host, port);
        RuleScope here = new(node, VirtualServiceIndex.MeshGateway, port);
        ConfigObject<VirtualServiceSpec>? owner = egress.OwnerInMesh(new HostName(service.Host));
        ValueList<RuleInputs> rules = owner is null ? [] : here.RulesOf(owner, scope, operation).ToValueList();
        // A virtual service none of whose rules concerns this proxy (other callers, other ports, TCP) leaves calls as they are.
        ClusterName cluster = ClusterName.Outbound(port, service.Host);
        return new VirtualHostInputs(
            service.Host + ":" + port.ToString(CultureInfo.InvariantCulture),
            Domains.Of(service, port, node, scope.Mesh.DomainSuffix).Where(taken.Add).ToValueList(),
            rules,
            rules.Count > 0 ? "" : cluster.ToString(),
            operation)
        {
            DefaultHashes = rules.Count > 0 ? [] : HashPolicies.Of([cluster], scope),
        };
    }

    private static IEnumerable<VirtualHostInputs> OfUnregisteredHosts(
        int port, ProxyScope scope, EgressScope egress, ProxyNode node, HashSet<string> taken)
    {
        RuleScope here = new(node, VirtualServiceIndex.MeshGateway, port);
        foreach (HostName host in egress.Rules.HostsInMesh.OrderBy(each => each.Value, StringComparer.Ordinal))
        {
            if (host.Value == "*" || scope.FindService(host.Value) is not null
                || egress.OwnerInMesh(host) is not { } owner)
            {
                continue;
            }

            string operation = RouteSet.Operation(host.Value, port);
            ValueList<string> domains = Domains.WithPort(host.Value, port).Where(taken.Add).ToValueList();
            ValueList<RuleInputs> rules = here.RulesOf(owner, scope, operation).ToValueList();
            if (domains.Count > 0 && rules.Count > 0)
            {
                yield return new VirtualHostInputs(host.Value + ":80", domains, rules, "", operation);
            }
        }
    }
}
