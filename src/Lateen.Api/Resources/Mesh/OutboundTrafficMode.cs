namespace Lateen.Api.Resources.Mesh;

using System.Text.Json.Serialization;

/// <summary>What happens to calls that leave the registry.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OutboundTrafficMode>))]
public enum OutboundTrafficMode
{
    [JsonStringEnumMemberName("ALLOW_ANY")]
    AllowAny,

    [JsonStringEnumMemberName("REGISTRY_ONLY")]
    RegistryOnly,
}
