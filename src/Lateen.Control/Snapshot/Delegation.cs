namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>
/// Puts the rules of delegates in the places of the rules that delegate to them, one level deep. A delegate's rule counts only where
/// its conditions lie within those of the rule it replaces; what does not fit is left out, and said in the object's status.
/// </summary>
internal sealed class Delegation
{
    private readonly Dictionary<(string Namespace, string Name), ConfigObject<VirtualServiceSpec>> delegates;
    private readonly ValueList<string> fallbackExportTo;
    private readonly string domain;

    public Delegation(IEnumerable<ConfigObject<VirtualServiceSpec>> objects, ValueList<string> fallbackExportTo, string domain)
    {
        delegates = objects.Where(each => each.Spec.Hosts.Count == 0).ToDictionary(each => (each.Key.Namespace, each.Key.Name));
        this.fallbackExportTo = fallbackExportTo;
        this.domain = domain;
    }

    /// <summary>The object as it acts. One whose rules have all fallen away has none.</summary>
    public ConfigObject<VirtualServiceSpec> Resolve(ConfigObject<VirtualServiceSpec> root, List<string>? problems = null)
    {
        if (!root.Spec.Http.Any(rule => rule.Delegate is not null))
        {
            return root;
        }

        List<HttpRoute> rules = [];
        for (int i = 0; i < root.Spec.Http.Count; i++)
        {
            HttpRoute rule = root.Spec.Http[i];
            if (rule.Delegate is null)
            {
                rules.Add(rule);
            }
            else if (Find(rule.Delegate, root.Key.Namespace, problems) is { } found)
            {
                rules.AddRange(Merge(rule, i, found, root.Key.Namespace, problems));
            }
        }

        return root with { Spec = root.Spec with { Http = rules.ToValueList() } };
    }

    private ConfigObject<VirtualServiceSpec>? Find(Delegate target, string rootNamespace, List<string>? problems)
    {
        string ns = target.Namespace.Length > 0 ? target.Namespace : rootNamespace;
        if (!delegates.TryGetValue((ns, target.Name), out ConfigObject<VirtualServiceSpec>? found))
        {
            problems?.Add($"there is no delegate {ns}/{target.Name} (a VirtualService without hosts)");
            return null;
        }

        if (!Visibility.Allows(found.Spec.ExportTo, fallbackExportTo, ns, rootNamespace))
        {
            problems?.Add($"the delegate {ns}/{target.Name} is not exported to namespace {rootNamespace}");
            return null;
        }

        return found;
    }

    private IEnumerable<HttpRoute> Merge(
        HttpRoute root, int index, ConfigObject<VirtualServiceSpec> target, string rootNamespace, List<string>? problems)
    {
        for (int i = 0; i < target.Spec.Http.Count; i++)
        {
            HttpRoute rule = Expand(target.Spec.Http[i], target.Key.Namespace);
            if (rule.Delegate is not null)
            {
                problems?.Add($"rule {i} of the delegate {target.Key.Namespace}/{target.Key.Name} delegates further, which does not count");
                continue;
            }

            if (MatchMerge.Within(Expand(root, rootNamespace).Match, rule.Match) is not { } matches)
            {
                problems?.Add($"rule {i} of the delegate {target.Key.Namespace}/{target.Key.Name} does not count: "
                    + $"its conditions are not within those of rule {index}");
                continue;
            }

            yield return Inherit(Expand(root, rootNamespace), rule) with { Match = matches };
        }
    }

    // What the delegate leaves open is as the rule says that it replaces.
    private static HttpRoute Inherit(HttpRoute root, HttpRoute rule) => rule with
    {
        Name = Joined(root.Name, rule.Name),
        Rewrite = rule.Rewrite ?? root.Rewrite,
        Timeout = rule.Timeout ?? root.Timeout,
        Retries = rule.Retries ?? root.Retries,
        Fault = rule.Fault ?? root.Fault,
        Mirror = rule.Mirror ?? root.Mirror,
        Mirrors = rule.Mirrors.Count > 0 ? rule.Mirrors : root.Mirrors,
        MirrorPercentage = rule.MirrorPercentage ?? root.MirrorPercentage,
        MirrorPercent = rule.MirrorPercent ?? root.MirrorPercent,
        CorsPolicy = rule.CorsPolicy ?? root.CorsPolicy,
        Headers = rule.Headers ?? root.Headers,
    };

    // Short names and gateways mean those of the namespace in which they are written.
    private HttpRoute Expand(HttpRoute rule, string ns) => rule with
    {
        Route = rule.Route.Select(each => each with { Destination = Expand(each.Destination, ns) }).ToValueList(),
        Mirror = Expand(rule.Mirror, ns),
        Mirrors = rule.Mirrors.Select(each => each with { Destination = Expand(each.Destination, ns) }).ToValueList(),
        Match = rule.Match.Select(match => match.Gateways.Count == 0 ? match : match with
        {
            Gateways = match.Gateways.Select(name => VirtualServiceIndex.FullGatewayName(name, ns)).ToValueList(),
        }).ToValueList(),
    };

    private Destination? Expand(Destination? destination, string ns) =>
        destination is null ? null : destination with { Host = HostName.Expand(destination.Host, ns, domain).Value };

    internal static string Joined(string root, string leaf) => root.Length > 0 && leaf.Length > 0 ? root + "-" + leaf : root + leaf;
}
