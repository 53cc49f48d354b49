namespace Lateen.Api.Resources.Networking;

using System.Text.Json.Serialization;

/// <summary>Whether HTTP/1.1 becomes HTTP/2 towards the workloads.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<H2UpgradePolicy>))]
public enum H2UpgradePolicy
{
    /// <summary>As the mesh says.</summary>
    [JsonStringEnumMemberName("DEFAULT")]
    Default,

    [JsonStringEnumMemberName("DO_NOT_UPGRADE")]
    DoNotUpgrade,

    [JsonStringEnumMemberName("UPGRADE")]
    Upgrade,
}
