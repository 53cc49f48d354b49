namespace Lateen.Api.Resources.Networking;

using System.Text.Json.Serialization;

/// <summary>How the endpoints of a ServiceEntry are found.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ServiceEntryResolution>))]
public enum ServiceEntryResolution
{
    /// <summary>The caller has chosen the address already.</summary>
    [JsonStringEnumMemberName("NONE")]
    None,

    [JsonStringEnumMemberName("STATIC")]
    Static,

    /// <summary>The proxy looks names up and balances over all addresses.</summary>
    [JsonStringEnumMemberName("DNS")]
    Dns,

    /// <summary>The proxy looks one name up and uses the first address.</summary>
    [JsonStringEnumMemberName("DNS_ROUND_ROBIN")]
    DnsRoundRobin,

    /// <summary>The proxy looks up the name in each request.</summary>
    [JsonStringEnumMemberName("DYNAMIC_DNS")]
    DynamicDns,
}
