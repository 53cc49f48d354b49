namespace Lateen.Proxy.Http;

/// <summary>The protocol a stream came in on.</summary>
public enum HttpProtocol : byte
{
    /// <summary>A TCP connection without HTTP.</summary>
    None,
    Http10,
    Http11,
    Http2,
}
