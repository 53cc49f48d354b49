namespace Lateen.Api.Resources.Core;

using System.Text.Json.Serialization;
using Lateen.Api.Names;

/// <summary>Address and phase of a pod.</summary>
public sealed record PodStatus
{
    public string Phase { get; init; } = "";

    [JsonPropertyName("podIP")]
    public string PodIP { get; init; } = "";

    [JsonPropertyName("podIPs")]
    public ValueList<PodIp> PodIPs { get; init; } = [];

    [JsonPropertyName("hostIP")]
    public string HostIP { get; init; } = "";

    public ValueList<PodCondition> Conditions { get; init; } = [];
}
