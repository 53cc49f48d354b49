namespace Lateen.Api.Resources.Networking;

using System.Text.Json.Serialization;

/// <summary>Where the port of a redirect comes from.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RedirectPort>))]
public enum RedirectPort
{
    [JsonStringEnumMemberName("FROM_PROTOCOL_DEFAULT")]
    FromProtocolDefault,

    [JsonStringEnumMemberName("FROM_REQUEST_PORT")]
    FromRequestPort,
}
