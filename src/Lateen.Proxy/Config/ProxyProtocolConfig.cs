namespace Lateen.Proxy.Config;

/// <summary>The listener filter proxy_protocol: each connection begins with a header that says who it comes from.</summary>
public sealed record ProxyProtocolConfig
{
    /// <summary>A connection without the header is served as it is; otherwise it is closed.</summary>
    public bool AllowWithout { get; init; }

    public bool RefuseV1 { get; init; }

    public bool RefuseV2 { get; init; }

    /// <summary>Values that are kept, for %DYNAMIC_METADATA%.</summary>
    public IReadOnlyList<ProxyTlvRule> Rules { get; init; } = [];

    /// <summary>Stands between "proxy_proto." and the names of the stats.</summary>
    public string StatPrefix { get; init; } = "";
}
