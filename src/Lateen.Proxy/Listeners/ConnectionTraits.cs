namespace Lateen.Proxy.Listeners;

using Lateen.Engine.Transport;

/// <summary>What filter chains are matched against.</summary>
internal struct ConnectionTraits
{
    public SocketAddress Destination;

    /// <summary>The client: what the PROXY protocol says, otherwise the peer.</summary>
    public SocketAddress Source;

    /// <summary>The peer of the socket.</summary>
    public SocketAddress DirectSource;

    /// <summary>"raw_buffer" or "tls".</summary>
    public string TransportProtocol;

    /// <summary>Detected, or offered by ALPN; null when unknown.</summary>
    public string[]? ApplicationProtocols;

    /// <summary>SNI, lower case; empty when there is none.</summary>
    public string ServerName;
}
