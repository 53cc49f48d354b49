namespace Lateen.Proxy.Config;

using Lateen.Engine.Http2;
using Lateen.Proxy.Http;

/// <summary>How HTTP is spoken on a filter chain's connections. Defaults are Envoy's.</summary>
public sealed record HttpConnectionManagerConfig : TerminalFilterConfig
{
    public required string StatPrefix { get; init; }

    public HttpCodecType Codec { get; init; }

    public Http2Options Http2 { get; init; } = Http2Options.Default;

    /// <summary>Routes given in place; otherwise <see cref="RouteTableName"/> names one of the snapshot's tables.</summary>
    public RouteTable? InlineRoutes { get; init; }

    public string RouteTableName { get; init; } = "";

    /// <summary>How long the listener waits for that table before it serves without one; zero means without limit.</summary>
    public TimeSpan RoutesFetchTimeout { get; init; }

    /// <summary>Filters in request order, the router excluded: it is always last.</summary>
    public IReadOnlyList<HttpFilterFactory> Filters { get; init; } = [];

    public IReadOnlyList<AccessLogger> AccessLoggers { get; init; } = [];

    public TrafficDirection Direction { get; init; }

    public bool GenerateRequestId { get; init; } = true;

    public bool PreserveExternalRequestId { get; init; }

    public bool AlwaysSetRequestIdInResponse { get; init; }

    public bool UseRemoteAddress { get; init; }

    public ForwardClientCertificate ForwardClientCertificate { get; init; }

    public ClientCertificateDetails ClientCertificateDetails { get; init; }

    public bool SkipXffAppend { get; init; }

    public int XffNumTrustedHops { get; init; }

    /// <summary>Client address ranges that count as internal; Envoy's default since 1.33 is none.</summary>
    public IReadOnlyList<AddressPrefix> InternalAddresses { get; init; } = [];

    public string ServerName { get; init; } = "envoy";

    public ServerHeaderTransformation ServerHeader { get; init; }

    /// <summary>Appended to the via header of both directions; empty adds none.</summary>
    public string Via { get; init; } = "";

    public TimeSpan StreamIdleTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Zero means none, here and for the next two.</summary>
    public TimeSpan RequestTimeout { get; init; }

    public TimeSpan RequestHeadersTimeout { get; init; }

    public TimeSpan MaxStreamDuration { get; init; }

    public TimeSpan ConnectionIdleTimeout { get; init; } = TimeSpan.FromHours(1);

    public TimeSpan MaxConnectionDuration { get; init; }

    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public int MaxRequestsPerConnection { get; init; }

    public bool NormalizePath { get; init; }

    public bool MergeSlashes { get; init; }

    public EscapedSlashesAction EscapedSlashes { get; init; }

    public bool StripMatchingHostPort { get; init; }

    public bool StripAnyHostPort { get; init; }

    public bool StripTrailingHostDot { get; init; }

    /// <summary>Upgrade types that are passed on, lower case ("websocket", "connect").</summary>
    public IReadOnlyList<string> UpgradeTypes { get; init; } = [];

    public bool AcceptHttp10 { get; init; }

    /// <summary>Trailers of HTTP/1.1 requests go on; otherwise they are dropped (http_protocol_options.enable_trailers).</summary>
    public bool EnableTrailers { get; init; }

    /// <summary>The authority of an HTTP/1.0 request without Host; empty: such a request is 400.</summary>
    public string DefaultHostForHttp10 { get; init; } = "";

    public int MaxRequestHeadersBytes { get; init; } = 60 * 1024;

    public int MaxHeaderCount { get; init; } = 100;

    public bool RejectHeadersWithUnderscores { get; init; }

    public bool Proxy100Continue { get; init; }
}
