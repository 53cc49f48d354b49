namespace Lateen.Proxy.Config;

/// <summary>Which HTTP version is spoken upstream.</summary>
public enum UpstreamProtocol : byte
{
    Http1,
    Http2,
    UseDownstream,
}
