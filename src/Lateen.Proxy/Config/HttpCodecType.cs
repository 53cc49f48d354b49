namespace Lateen.Proxy.Config;

/// <summary>Which HTTP version a listener speaks (codec_type).</summary>
public enum HttpCodecType : byte
{
    /// <summary>ALPN decides, or else the client's first bytes.</summary>
    Auto,
    Http1,
    Http2,
}
