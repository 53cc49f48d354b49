namespace Lateen.Control.Registry;

using Lateen.Api.Names;

/// <summary>An endpoint as a service entry writes it, before ports are joined.</summary>
public sealed record StaticEndpoint
{
    public required string Address { get; init; }

    /// <summary>By name of the service's port.</summary>
    public ValueMap<string, int> Ports { get; init; } = ValueMap<string, int>.Empty;

    public ValueMap<string, string> Labels { get; init; } = ValueMap<string, string>.Empty;

    public string Network { get; init; } = "";

    public Locality Locality { get; init; } = Locality.None;

    public int Weight { get; init; } = 1;

    public string ServiceAccount { get; init; } = "";
}
