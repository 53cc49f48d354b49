namespace Lateen.Proxy.Config;

/// <summary>http2_protocol_options. Defaults are Envoy's since 1.35.</summary>
public sealed record Http2Settings
{
    public static Http2Settings Default { get; } = new();

    public int HpackTableBytes { get; init; } = 4096;

    public uint MaxConcurrentStreams { get; init; } = 1024;

    public int InitialStreamWindowBytes { get; init; } = 16 * 1024 * 1024;

    public int InitialConnectionWindowBytes { get; init; } = 24 * 1024 * 1024;

    /// <summary>Offers extended CONNECT (RFC 8441) to clients.</summary>
    public bool AllowConnect { get; init; }

    public int MaxOutboundFrames { get; init; } = 10_000;

    public int MaxOutboundControlFrames { get; init; } = 1000;

    public int MaxConsecutiveEmptyFrames { get; init; } = 1;

    public int MaxPriorityFramesPerStream { get; init; } = 100;

    public int MaxWindowUpdatesPerDataFrame { get; init; } = 10;

    /// <summary>A malformed message ends its stream only, not the connection.</summary>
    public bool OverrideStreamError { get; init; }

    /// <summary>PINGs are sent this often; zero sends none.</summary>
    public TimeSpan KeepAliveInterval { get; init; }

    /// <summary>How long a PING may stay unanswered.</summary>
    public TimeSpan KeepAliveTimeout { get; init; }

    /// <summary>A PING goes before a request on a connection that was idle for longer; zero sends none.</summary>
    public TimeSpan KeepAliveIdle { get; init; }
}
