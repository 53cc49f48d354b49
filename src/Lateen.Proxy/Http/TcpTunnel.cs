namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Transport;
using Lateen.Proxy.Clusters;

/// <summary>
/// A CONNECT request that ends at this proxy (connect_config): its bytes go to the host as they are. To the attempt it looks like a
/// stream that is answered 200 once the connection is up.
/// </summary>
internal sealed class TcpTunnel : RequestEncoder
{
    private readonly UpstreamAttempt _attempt;
    private readonly Host _host;
    private readonly Connection _connection;
    private readonly HeaderMap _answer = new();
    private bool _up;
    private bool _over;
    private bool _requestEnded;
    private bool _responseEnded;

    private TcpTunnel(UpstreamAttempt attempt, Host host, Engine.Loop.EventLoop loop)
    {
        _attempt = attempt;
        _host = host;
        _answer.Add(":status"u8, "200"u8);
        _connection = loop.Connect(host.Address, host.Cluster.ConnectOptionsFor(host, protocol: null), new Handler(this));
        _connection.WriteLimitBytes = host.Cluster.Config.BufferLimitBytes;
    }

    /// <summary>Null when a limit on connections is reached.</summary>
    public static TcpTunnel? Open(UpstreamAttempt attempt, Host host, Engine.Loop.EventLoop loop, CircuitBreakers breakers)
    {
        if (host.Cluster.TryReserveConnection(host, breakers))
        {
            return new TcpTunnel(attempt, host, loop);
        }

        host.Cluster.Stats.ConnectionOverflow.Increment();
        return null;
    }

    public override void SendHeaders(HeaderMap headers, bool endStream)
    {
        if (endStream)
        {
            OnRequestEnd();
        }
    }

    public override void SendData(ReadOnlySpan<byte> data, bool endStream)
    {
        _host.Cluster.Stats.BytesSent.Increment(data.Length);
        _connection.Write(data);
        if (endStream)
        {
            OnRequestEnd();
        }
    }

    // Plain bytes have no trailers.
    public override void SendTrailers(HeaderMap trailers) => OnRequestEnd();

    public override void Reset(StreamResetReason reason) => End(CloseMode.Reset);

    public override void PauseReading() => _connection.PauseReading();

    public override void ResumeReading() => _connection.ResumeReading();

    private void OnRequestEnd()
    {
        _requestEnded = true;
        _connection.ShutdownWrite();
        EndIfBothEnded();
    }

    private void EndIfBothEnded()
    {
        if (_requestEnded && _responseEnded)
        {
            End(CloseMode.Flush);
        }
    }

    private void End(CloseMode mode)
    {
        if (!_over)
        {
            _over = true;
            _host.Cluster.ReleaseConnection(_host);
            _connection.Close(mode);
        }
    }

    private void OnConnected()
    {
        _up = true;
        _host.ReportTcpConnected();
        if (_attempt.OnTunnelReady(this, _connection.LocalAddress))
        {
            _attempt.OnHeaders(_answer, endStream: false);
        }
    }

    private void OnConnectFailed(ConnectFailure failure)
    {
        if (_over)
        {
            return;
        }

        _over = true;
        _host.Cluster.ReleaseConnection(_host);
        _host.Cluster.Stats.ConnectFail.Increment();
        _attempt.OnTunnelFailed(failure is ConnectFailure.TimedOut ? PoolFailure.ConnectTimeout : PoolFailure.ConnectFailed);
    }

    private sealed class Handler(TcpTunnel tunnel) : ConnectionHandler
    {
        public override void OnConnected(Connection connection) => tunnel.OnConnected();

        public override void OnConnectFailed(Connection connection, ConnectFailure failure) => tunnel.OnConnectFailed(failure);

        public override int OnData(Connection connection, ReadOnlySpan<byte> data)
        {
            if (!tunnel._over)
            {
                tunnel._host.Cluster.Stats.BytesReceived.Increment(data.Length);
                tunnel._attempt.OnData(data, endStream: false);
            }

            return data.Length;
        }

        public override void OnEndOfStream(Connection connection)
        {
            if (!tunnel._over)
            {
                tunnel._responseEnded = true;
                tunnel._attempt.OnData(default, endStream: true);
                tunnel.EndIfBothEnded();
            }
        }

        public override void OnClosed(Connection connection, CloseReason reason)
        {
            if (!tunnel._over && tunnel._up)
            {
                tunnel.End(CloseMode.NoFlush);
                tunnel._attempt.OnReset(StreamResetReason.ConnectionTermination, "connection termination");
            }
        }

        public override void OnWriteBlocked(Connection connection) => tunnel._attempt.OnWriteBlocked();

        public override void OnWriteDrained(Connection connection) => tunnel._attempt.OnWriteDrained();
    }
}
