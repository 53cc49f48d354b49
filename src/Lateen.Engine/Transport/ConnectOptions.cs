namespace Lateen.Engine.Transport;

using Lateen.Engine.Tls;

/// <summary>How an upstream connection is opened.</summary>
public readonly record struct ConnectOptions
{
    /// <summary>0 means no limit.</summary>
    public long TimeoutMicros { get; init; }

    /// <summary>Source address, for example 127.0.0.6 towards the application; the default value leaves it to the kernel.</summary>
    public SocketAddress BindAddress { get; init; }

    /// <summary>SO_MARK; 0 means none.</summary>
    public int Mark { get; init; }

    /// <summary>Sends keep-alive probes (man 7 tcp); a number of 0 is the kernel's.</summary>
    public bool KeepAlive { get; init; }

    public int KeepAliveIdleSeconds { get; init; }

    public int KeepAliveIntervalSeconds { get; init; }

    public int KeepAliveProbes { get; init; }

    /// <summary>Sent before anything else, TLS included (the PROXY protocol's header).</summary>
    public ReadOnlyMemory<byte> Preface { get; init; }

    /// <summary>Null opens a plaintext connection.</summary>
    public TlsClientOptions? Tls { get; init; }
}
