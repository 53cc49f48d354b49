namespace Lateen.Control.Registry;

using Lateen.Api.Names;

/// <summary>A service as the mesh sees it.</summary>
public sealed record MeshService
{
    /// <summary>Fully qualified, for example reviews.default.svc.cluster.local; a service entry's may be a *. wildcard.</summary>
    public required string Host { get; init; }

    /// <summary>The Kubernetes name; of a service entry the host.</summary>
    public required string Name { get; init; }

    public required string Namespace { get; init; }

    public ServiceSource Source { get; init; }

    /// <summary>Decides which of two services for one host is meant: the older.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Virtual IP addresses and, of service entries, CIDR prefixes; empty for headless services.</summary>
    public ValueList<string> Addresses { get; init; } = ValueList<string>.Empty;

    /// <summary>Addresses from the mesh's own range; clients learn them from the DNS proxy only.</summary>
    public ValueList<string> AutoAddresses { get; init; } = ValueList<string>.Empty;

    public ValueList<ServicePort> Ports { get; init; } = ValueList<ServicePort>.Empty;

    public ValueMap<string, string> Selector { get; init; } = ValueMap<string, string>.Empty;

    public Resolution Resolution { get; init; }

    public string ExternalName { get; init; } = "";

    public bool PublishNotReady { get; init; }

    /// <summary>Outside the mesh: a service entry that does not say MESH_INTERNAL.</summary>
    public bool MeshExternal { get; init; }

    /// <summary>Namespaces that see it, as written; empty means the mesh's default.</summary>
    public ValueList<string> ExportTo { get; init; } = ValueList<string>.Empty;

    public TrafficDistribution TrafficDistribution { get; init; }

    public ValueList<ServiceAlias> Aliases { get; init; } = ValueList<ServiceAlias>.Empty;

    /// <summary>Endpoints written into a service entry.</summary>
    public ValueList<StaticEndpoint> StaticEndpoints { get; init; } = ValueList<StaticEndpoint>.Empty;

    /// <summary>Whether the name is looked up by the proxy, so that endpoints are part of the cluster.</summary>
    public bool IsResolvedByName => Resolution is Resolution.Dns or Resolution.DnsRoundRobin;

    public bool IsHeadless => Source is ServiceSource.Kubernetes && Resolution is Resolution.Passthrough;

    /// <summary>The addresses that a proxy's clients may call: allocated ones only where the agent answers DNS.</summary>
    public ValueList<string> AddressesFor(ProxyNode node) =>
        Addresses.Count > 0 || !node.DnsCapture ? Addresses : AutoAddresses;

    public ServicePort? Port(int number)
    {
        foreach (ServicePort port in Ports)
        {
            if (port.Number == number)
            {
                return port;
            }
        }

        return null;
    }

    /// <summary>Whether the service's selector picks a workload with these labels; no selector picks none.</summary>
    public bool Selects(ValueMap<string, string> labels) => Selector.Count > 0 && LabelSelector.Matches(Selector, labels);
}
