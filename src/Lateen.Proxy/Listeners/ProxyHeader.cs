namespace Lateen.Proxy.Listeners;

using Lateen.Engine.Transport;

/// <summary>What a PROXY protocol header says.</summary>
internal readonly record struct ProxyHeader
{
    /// <summary>1 or 2; 0 when there is no header.</summary>
    public int Version { get; init; }

    /// <summary>Bytes of the header.</summary>
    public int Length { get; init; }

    /// <summary>Where further values begin, up to <see cref="Length"/>; 0 when there are none.</summary>
    public int TlvsAt { get; init; }

    /// <summary>None when the sender speaks for itself (LOCAL) or does not know (UNKNOWN).</summary>
    public SocketAddress Source { get; init; }

    public SocketAddress Destination { get; init; }
}
