namespace Lateen.Api.Resources.Networking;

using System.Text.Json.Serialization;

/// <summary>How connections reach a listener of a Sidecar.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CaptureMode>))]
public enum CaptureMode
{
    [JsonStringEnumMemberName("DEFAULT")]
    Default,

    [JsonStringEnumMemberName("IPTABLES")]
    Iptables,

    [JsonStringEnumMemberName("NONE")]
    None,
}
