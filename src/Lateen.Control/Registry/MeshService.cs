namespace Lateen.Control.Registry;

using Lateen.Api.Names;

/// <summary>A service as the mesh sees it.</summary>
public sealed record MeshService
{
    /// <summary>Fully qualified, for example reviews.default.svc.cluster.local.</summary>
    public required string Host { get; init; }

    public required string Name { get; init; }

    public required string Namespace { get; init; }

    /// <summary>Virtual IP addresses; empty for headless services.</summary>
    public ValueList<string> Addresses { get; init; } = ValueList<string>.Empty;

    public ValueList<ServicePort> Ports { get; init; } = ValueList<ServicePort>.Empty;

    public ValueMap<string, string> Selector { get; init; } = ValueMap<string, string>.Empty;

    public Resolution Resolution { get; init; }

    public string ExternalName { get; init; } = "";

    /// <summary>Namespaces whose proxies see it: names, "." (its own), "*" (all), "~" (none); empty for the mesh's default.</summary>
    public ValueList<string> ExportTo { get; init; } = ValueList<string>.Empty;

    public bool PublishNotReady { get; init; }

    public bool IsHeadless => Resolution is Resolution.Passthrough;

    /// <summary>The addresses that a proxy's clients may call.</summary>
    public ValueList<string> AddressesFor(ProxyNode node) => Addresses;

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
