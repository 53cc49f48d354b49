namespace Lateen.Api.Resources.Networking;

using System.Text.Json.Serialization;

/// <summary>Load balancing policies without parameters.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<SimpleLoadBalancer>))]
public enum SimpleLoadBalancer
{
    [JsonStringEnumMemberName("UNSPECIFIED")]
    Unspecified,

    /// <summary>The old name of LEAST_REQUEST.</summary>
    [JsonStringEnumMemberName("LEAST_CONN")]
    LeastConnection,

    [JsonStringEnumMemberName("RANDOM")]
    Random,

    [JsonStringEnumMemberName("PASSTHROUGH")]
    Passthrough,

    [JsonStringEnumMemberName("ROUND_ROBIN")]
    RoundRobin,

    [JsonStringEnumMemberName("LEAST_REQUEST")]
    LeastRequest,
}
