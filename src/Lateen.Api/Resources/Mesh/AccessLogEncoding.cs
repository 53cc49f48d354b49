namespace Lateen.Api.Resources.Mesh;

using System.Text.Json.Serialization;

/// <summary>How an access log line is written.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<AccessLogEncoding>))]
public enum AccessLogEncoding
{
    [JsonStringEnumMemberName("TEXT")]
    Text,

    [JsonStringEnumMemberName("JSON")]
    Json,
}
