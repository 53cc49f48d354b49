namespace Lateen.Api.Resources.Networking;

using System.Text.Json.Serialization;

/// <summary>Form of the PROXY protocol.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ProxyProtocolVersion>))]
public enum ProxyProtocolVersion
{
    V1,
    V2,
}
