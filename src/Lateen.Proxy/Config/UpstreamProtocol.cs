namespace Lateen.Proxy.Config;

/// <summary>Which HTTP version is spoken upstream.</summary>
public enum UpstreamProtocol : byte
{
    Http1,
    Http2,

    /// <summary>The version that the downstream request came by.</summary>
    UseDownstream,

    /// <summary>HTTP/2 where TLS's ALPN agrees on it, otherwise HTTP/1.1 (auto_config).</summary>
    Auto,
}
