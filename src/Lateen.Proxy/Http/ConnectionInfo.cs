namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;

/// <summary>What is known of an accepted connection once its filter chain is chosen.</summary>
internal sealed record ConnectionInfo
{
    private byte[]? _remoteText;

    public required long Id { get; init; }

    /// <summary>The client: the peer of the socket, or whom the PROXY protocol names.</summary>
    public required SocketAddress RemoteAddress { get; init; }

    /// <summary>The peer of the socket.</summary>
    public required SocketAddress DirectRemoteAddress { get; init; }

    /// <summary>The destination as the client saw it.</summary>
    public required SocketAddress LocalAddress { get; init; }

    /// <summary>Set when <see cref="LocalAddress"/> was restored from before iptables.</summary>
    public bool IsRedirected { get; init; }

    public bool IsTls { get; init; }

    /// <summary>Null for plaintext.</summary>
    public TlsSession? Tls { get; init; }

    public string ServerName { get; init; } = "";

    public string FilterChainName { get; init; } = "";

    public TrafficDirection Direction { get; init; }

    /// <summary>
    /// What every request of the connection is told of its client, where that does not depend on the request; null until the first.
    /// </summary>
    public HeaderBlock? Forwarded { get; set; }

    /// <summary>What listener filters learnt, as JSON by filter; null when nothing was.</summary>
    public byte[]? Metadata { get; init; }

    /// <summary>The client's address without port, as headers name it: written once for all requests.</summary>
    public ReadOnlySpan<byte> RemoteText => _remoteText ??= Text(RemoteAddress);

    public void CopyTo(StreamInfo info)
    {
        info.ConnectionId = Id;
        info.DownstreamRemoteAddress = RemoteAddress;
        info.DownstreamDirectRemoteAddress = DirectRemoteAddress;
        info.DownstreamLocalAddress = LocalAddress;
        info.RequestedServerName = ServerName;
        info.FilterChainName = FilterChainName;
        info.Direction = Direction;
        info.DownstreamTls = Tls;
        info.DynamicMetadata = Metadata;
    }

    private static byte[] Text(in SocketAddress address)
    {
        Span<byte> text = stackalloc byte[64];
        return text[..address.Format(text, withPort: false)].ToArray();
    }
}
