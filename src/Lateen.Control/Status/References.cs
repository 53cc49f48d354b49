namespace Lateen.Control.Status;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>Finds what an object names and nobody has: hosts, subsets, ports and gateways, with the nearest known name.</summary>
internal static class References
{
    public static IReadOnlyList<string> Problems(ResourceKey key, VirtualServiceSpec spec, MeshSnapshot snapshot)
    {
        List<string> problems = [];
        foreach (string gateway in spec.Gateways)
        {
            string name = VirtualServiceIndex.FullGatewayName(gateway, key.Namespace);
            if (name != VirtualServiceIndex.MeshGateway && snapshot.Gateways.Find(name) is null)
            {
                string? near = NearestName.Find(name, snapshot.Gateways.All.Select(GatewayIndex.NameOf));
                problems.Add($"unknown gateway {name}" + Suggest(near));
            }
        }

        foreach (Destination destination in RuleDestinations.Of(spec))
        {
            if (Problem(destination, key.Namespace, snapshot) is { } problem)
            {
                problems.Add(problem);
            }
        }

        ConfigObject<VirtualServiceSpec> self = new(key, default, 0, 0, spec);
        problems.AddRange(snapshot.VirtualServices.DelegationProblems(self, snapshot.Mesh.DefaultVirtualServiceExportTo));
        return [.. problems.Distinct(StringComparer.Ordinal)];
    }

    public static IReadOnlyList<string> Problems(ResourceKey key, DestinationRuleSpec spec, MeshSnapshot snapshot)
    {
        HostName host = HostName.Expand(spec.Host, key.Namespace, snapshot.Mesh.DomainSuffix);
        return host.IsWildcard || snapshot.Services.Find(host.Value) is not null
            ? []
            : [UnknownHost(spec.Host, key.Namespace, snapshot)];
    }

    private static string? Problem(Destination destination, string ns, MeshSnapshot snapshot)
    {
        HostName host = HostName.Expand(destination.Host, ns, snapshot.Mesh.DomainSuffix);
        if (snapshot.Services.Find(host.Value) is not { } service)
        {
            return UnknownHost(destination.Host, ns, snapshot);
        }

        if (destination.Port is { Number: var port } && service.Port(port) is null)
        {
            string known = string.Join(", ", service.Ports.Select(each => each.Number.ToString(CultureInfo.InvariantCulture)));
            return $"service {destination.Host} has no port {port} (it has {known})";
        }

        return destination.Subset.Length == 0 ? null : SubsetProblem(destination, ns, service, snapshot);
    }

    private static string? SubsetProblem(Destination destination, string ns, MeshService service, MeshSnapshot snapshot)
    {
        DestinationPolicy? rule = snapshot.DestinationRules.Find(
            ns, [], service.Host, service.Namespace, snapshot.Mesh);
        if (rule?.FindSubset(destination.Subset) is not null)
        {
            return null;
        }

        return rule is null
            ? $"unknown subset {destination.Subset} of host {destination.Host}: no DestinationRule for this host defines subsets"
            : $"unknown subset {destination.Subset} of host {destination.Host}"
                + Suggest(NearestName.Find(destination.Subset, rule.Subsets.Select(subset => subset.Name)));
    }

    // Short names are suggested for short names, so that the suggestion can be pasted.
    private static string UnknownHost(string host, string ns, MeshSnapshot snapshot)
    {
        IEnumerable<string> known = host.Contains('.', StringComparison.Ordinal)
            ? snapshot.Services.All.Select(service => service.Host)
            : snapshot.Services.InNamespace(ns).Select(service => service.Name);
        return $"unknown host {host}" + Suggest(NearestName.Find(host, known));
    }

    private static string Suggest(string? near) => near is null ? "" : $"; did you mean {near}?";
}
