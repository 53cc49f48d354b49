namespace Lateen.Engine.Tls;

using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>A connection that needs keys or trust which have not arrived: it fails, and never falls back to plaintext.</summary>
internal sealed class TlsUnreadyConnection : BufferedConnection
{
    private TlsUnreadyConnection(LoopCore loop, ConnectionHandler handler, in SocketAddress remote)
        : base(loop, handler, remote, connecting: true, loop.TlsStats)
    {
    }

    public override SocketAddress LocalAddress => default;

    public override string TransportFailureReason => "TLS_error: Secret is not supplied by SDS";

    public static TlsUnreadyConnection Fail(LoopCore loop, in SocketAddress remote, ConnectionHandler handler)
    {
        var connection = new TlsUnreadyConnection(loop, handler, remote);
        connection.OnConnectFailed(ConnectFailure.TlsFailed);
        return connection;
    }

    public override bool TryGetOriginalDestination(out SocketAddress address)
    {
        address = default;
        return false;
    }

    private protected override TransferStatus Receive(Span<byte> target, out int count)
    {
        count = 0;
        return TransferStatus.Failed;
    }

    private protected override TransferStatus Send(ReadOnlySpan<byte> source, out int count)
    {
        count = 0;
        return TransferStatus.Failed;
    }

    private protected override void SendFin()
    {
    }

    private protected override void ReleaseTransport(bool reset)
    {
    }
}
