namespace Lateen.Proxy.Config;

/// <summary>Which addresses of a name are used.</summary>
public enum DnsLookupFamily : byte
{
    /// <summary>IPv6 addresses, or IPv4 ones when there are none.</summary>
    Auto,
    V4Only,
    V6Only,

    /// <summary>IPv4 addresses, or IPv6 ones when there are none.</summary>
    V4Preferred,
    All,
}
