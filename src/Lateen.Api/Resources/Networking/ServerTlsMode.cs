namespace Lateen.Api.Resources.Networking;

using System.Text.Json.Serialization;

/// <summary>Modes of TLS at a gateway.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServerTlsMode>))]
public enum ServerTlsMode
{
    [JsonStringEnumMemberName("PASSTHROUGH")]
    Passthrough,

    [JsonStringEnumMemberName("SIMPLE")]
    Simple,

    [JsonStringEnumMemberName("MUTUAL")]
    Mutual,

    [JsonStringEnumMemberName("AUTO_PASSTHROUGH")]
    AutoPassthrough,

    [JsonStringEnumMemberName("ISTIO_MUTUAL")]
    IstioMutual,

    [JsonStringEnumMemberName("OPTIONAL_MUTUAL")]
    OptionalMutual,
}
