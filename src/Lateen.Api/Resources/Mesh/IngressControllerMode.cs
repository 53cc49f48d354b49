namespace Lateen.Api.Resources.Mesh;

using System.Text.Json.Serialization;

/// <summary>Which Ingress objects are served.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<IngressControllerMode>))]
public enum IngressControllerMode
{
    [JsonStringEnumMemberName("UNSPECIFIED")]
    Unspecified,

    /// <summary>None.</summary>
    [JsonStringEnumMemberName("OFF")]
    Off,

    /// <summary>Those of our class and those of none.</summary>
    [JsonStringEnumMemberName("DEFAULT")]
    Default,

    /// <summary>Those of our class.</summary>
    [JsonStringEnumMemberName("STRICT")]
    Strict,
}
