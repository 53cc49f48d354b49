namespace Lateen.Proxy.Config;

/// <summary>Bytes to send and bytes to wait for; without the latter a connection is enough.</summary>
public sealed record TcpHealthCheckConfig
{
    public byte[] Send { get; init; } = [];

    /// <summary>Pieces that the answer must hold in this order.</summary>
    public IReadOnlyList<byte[]> Receive { get; init; } = [];
}
