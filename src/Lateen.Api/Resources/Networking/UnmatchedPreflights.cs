namespace Lateen.Api.Resources.Networking;

using System.Text.Json.Serialization;

/// <summary>What becomes of a preflight request whose origin is not allowed.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<UnmatchedPreflights>))]
public enum UnmatchedPreflights
{
    [JsonStringEnumMemberName("UNSPECIFIED")]
    Unspecified,

    /// <summary>It goes to the destination.</summary>
    [JsonStringEnumMemberName("FORWARD")]
    Forward,

    /// <summary>The proxy answers it, without saying that anything is allowed.</summary>
    [JsonStringEnumMemberName("IGNORE")]
    Ignore,
}
