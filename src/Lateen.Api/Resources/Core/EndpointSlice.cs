namespace Lateen.Api.Resources.Core;

using Lateen.Api.Names;

/// <summary>Addresses behind a Service.</summary>
public sealed record EndpointSlice
{
    public string ApiVersion { get; init; } = "";

    public string Kind { get; init; } = "";

    public ObjectMeta Metadata { get; init; } = new();

    public string AddressType { get; init; } = "";

    public ValueList<SliceEndpoint> Endpoints { get; init; } = [];

    public ValueList<EndpointPort> Ports { get; init; } = [];
}
