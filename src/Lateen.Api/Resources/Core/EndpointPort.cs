namespace Lateen.Api.Resources.Core;

/// <summary>A port of a slice.</summary>
public sealed record EndpointPort
{
    public string Name { get; init; } = "";

    public int? Port { get; init; }

    public string Protocol { get; init; } = "";

    public string AppProtocol { get; init; } = "";
}
