namespace Lateen.Proxy.Tls;

using Lateen.Engine.Tls;
using Lateen.Engine.Transport;
using Lateen.Proxy.Http;
using Lateen.Proxy.Listeners;

/// <summary>A downstream connection during its handshake. When that is done, the filter chain's terminal takes over.</summary>
internal sealed class TlsDownstream(ProxyWorker worker, DownstreamSlot slot, FilterChain chain, ConnectionInfo info)
    : ConnectionHandler, IDownstream
{
    private Connection? _connection;

    public void Start(TlsServerContext context, Connection inner)
    {
        slot.Owner = this;
        _connection = context.Accept(inner, this, slot.Listener.Stats.Tls);
        _connection.WriteLimitBytes = slot.Listener.Config.BufferLimitBytes;
    }

    public override void OnConnected(Connection connection)
    {
        TlsSession? session = connection.Tls;
        chain.Serve(worker, slot, connection, info with
        {
            IsTls = true,
            Tls = session,
            ServerName = session is { ServerName.Length: > 0 } ? session.ServerName : info.ServerName,
        });
    }

    public override void OnConnectFailed(Connection connection, ConnectFailure failure)
    {
        if (failure is ConnectFailure.TimedOut)
        {
            slot.Listener.Stats.HandshakeTimeout.Increment();
        }

        Log(connection.TransportFailureReason);
        slot.Leave();
    }

    public override int OnData(Connection connection, ReadOnlySpan<byte> data) => 0;

    public override void OnEndOfStream(Connection connection) => connection.Close(CloseMode.NoFlush);

    public override void OnClosed(Connection connection, CloseReason reason) => slot.Leave();

    public void Drain()
    {
        // It will be served by what is configured when its handshake is done.
    }

    public void Close() => _connection?.Close(CloseMode.NoFlush);

    private void Log(string reason)
    {
        var record = new StreamInfo
        {
            StartMicros = worker.Loop.NowMicros,
            StartUnixMicros = worker.Loop.UnixMicros,
            EndMicros = worker.Loop.NowMicros,
        };
        info.CopyTo(record);
        record.DownstreamTransportFailureReason = reason;
        slot.Listener.Log(record);
    }
}
