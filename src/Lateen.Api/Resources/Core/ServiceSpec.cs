namespace Lateen.Api.Resources.Core;

using System.Text.Json.Serialization;
using Lateen.Api.Names;

/// <summary>Ports and selector of a Service.</summary>
public sealed record ServiceSpec
{
    public string Type { get; init; } = "";

    [JsonPropertyName("clusterIP")]
    public string ClusterIP { get; init; } = "";

    [JsonPropertyName("clusterIPs")]
    public ValueList<string> ClusterIPs { get; init; } = [];

    public string ExternalName { get; init; } = "";

    [JsonPropertyName("externalIPs")]
    public ValueList<string> ExternalIPs { get; init; } = [];

    public ValueMap<string, string> Selector { get; init; } = ValueMap<string, string>.Empty;

    public ValueList<ServicePort> Ports { get; init; } = [];

    public string TrafficDistribution { get; init; } = "";

    public bool PublishNotReadyAddresses { get; init; }

    public string InternalTrafficPolicy { get; init; } = "";
}
