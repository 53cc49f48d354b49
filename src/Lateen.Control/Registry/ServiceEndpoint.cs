namespace Lateen.Control.Registry;

using Lateen.Api.Names;

/// <summary>One address of a service port.</summary>
public sealed record ServiceEndpoint
{
    public required string Address { get; init; }

    public required int Port { get; init; }

    public ValueMap<string, string> Labels { get; init; } = ValueMap<string, string>.Empty;

    public string Region { get; init; } = "";

    public string Zone { get; init; } = "";

    public string SubZone { get; init; } = "";

    public bool Ready { get; init; } = true;

    /// <summary>
    /// "name;namespace;canonical-service;canonical-revision;cluster", from which the client's metrics are labelled.
    /// </summary>
    public string WorkloadMetadata { get; init; } = "";
}
