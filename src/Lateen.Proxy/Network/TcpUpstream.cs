namespace Lateen.Proxy.Network;

using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Http;
using Lateen.Proxy.LoadBalancing;

/// <summary>
/// A TCP session's side towards the host: picks one, connects, asks a proxy behind it for a tunnel where that is configured, and tries
/// again as often as it may. One connection at a time.
/// </summary>
internal sealed class TcpUpstream : ConnectionHandler
{
    private readonly TcpSession _session;
    private readonly TcpForwarder _proxy;
    private readonly EventLoop _loop;
    private readonly ConnectionInfo _downstream;
    private readonly StreamInfo _info;
    private readonly TunnelTimer _tunnelTimer;
    private Connection? _connection;
    private Cluster? _cluster;
    private Host? _host;
    private bool _inHandshake;

    public TcpUpstream(TcpSession session, TcpForwarder proxy, EventLoop loop, ConnectionInfo downstream, StreamInfo info)
    {
        _session = session;
        _proxy = proxy;
        _loop = loop;
        _downstream = downstream;
        _info = info;
        _tunnelTimer = new TunnelTimer(this);
    }

    /// <summary>There is a connection, up or on its way.</summary>
    public bool IsOpen => _connection is not null;

    /// <summary>Bytes may be written.</summary>
    public bool IsReady { get; private set; }

    public void Connect(Cluster cluster)
    {
        _cluster = cluster;
        var context = new PickContext
        {
            Random = _loop.Random,
            NowMicros = _loop.NowMicros,
            OriginalDst = _downstream.IsRedirected ? _downstream.LocalAddress : default,
            Hash = _proxy.Config.HashSourceAddress ? HashOf(_info.DownstreamRemoteAddress) : null,
        };
        _host = cluster.Pick(_loop.WorkerIndex, ref context);
        if (_host is not { } host)
        {
            cluster.Stats.NoHealthy.Increment();
            _session.Fail(ResponseFlags.NoHealthyUpstream, ResponseCodeDetails.NoHealthyUpstream);
            return;
        }

        if (!cluster.TryReserveConnection(host, cluster.Breakers))
        {
            cluster.Stats.ConnectionOverflow.Increment();
            _session.Fail(ResponseFlags.UpstreamOverflow, "upstream_reset_before_response_started{overflow}");
            return;
        }

        _info.UpstreamHost = host;
        _info.UpstreamRemoteAddress = host.Address;
        _info.AttemptCount++;
        ConnectOptions options = cluster.ConnectOptionsFor(
            host, protocol: null, "", _info.DownstreamRemoteAddress, _info.DownstreamLocalAddress);
        _connection = _loop.Connect(host.Address, options, this);
        _connection.WriteLimitBytes = cluster.Config.BufferLimitBytes;
    }

    public void Write(ReadOnlySpan<byte> data) => _connection?.Write(data);

    public void ShutdownWrite() => _connection?.ShutdownWrite();

    public void PauseReading() => _connection?.PauseReading();

    public void ResumeReading() => _connection?.ResumeReading();

    public void Close(CloseMode mode)
    {
        _loop.Disarm(_tunnelTimer);
        if (_connection is { } connection)
        {
            _connection = null;
            Release();
            connection.Close(mode);
        }
    }

    public override void OnConnected(Connection connection)
    {
        if (!ReferenceEquals(_connection, connection))
        {
            return;
        }

        _info.UpstreamTls = connection.Tls;
        if (_proxy.Tunnel is not { } tunnel)
        {
            OnReady(connection);
            return;
        }

        _inHandshake = true;
        tunnel.Ask(connection, _info);
        long timeout = ConnectionManager.Micros(_cluster?.Config.ConnectTimeout ?? TimeSpan.Zero);
        if (timeout > 0)
        {
            _loop.Arm(_tunnelTimer, timeout);
        }
    }

    public override void OnConnectFailed(Connection connection, ConnectFailure failure)
    {
        if (ReferenceEquals(_connection, connection))
        {
            OnFailed(failure);
        }
    }

    public override int OnData(Connection connection, ReadOnlySpan<byte> data) =>
        !ReferenceEquals(_connection, connection) ? data.Length
        : _inHandshake ? OnTunnelAnswer(connection, data)
        : _session.OnUpstreamData(data);

    public override void OnEndOfStream(Connection connection)
    {
        if (!ReferenceEquals(_connection, connection))
        {
            return;
        }

        if (_inHandshake)
        {
            EndHandshake();
            OnTunnelFailed(ConnectFailure.Refused);
            return;
        }

        _session.OnUpstreamEnded();
    }

    public override void OnClosed(Connection connection, CloseReason reason)
    {
        if (!ReferenceEquals(_connection, connection))
        {
            return;
        }

        _connection = null;
        if (_inHandshake)
        {
            EndHandshake();
            OnFailed(ConnectFailure.Refused);
            return;
        }

        if (reason is not (CloseReason.RemoteClosed or CloseReason.Local) && _info.Flags is ResponseFlags.None)
        {
            _info.Flags |= ResponseFlags.UpstreamConnectionTermination;
            _info.ResponseCodeDetails = ResetText.ConnectionTermination.AfterResponse;
        }

        Release();
        _session.OnUpstreamClosed(reason);
    }

    public override void OnWriteBlocked(Connection connection) => _session.PauseDownstream();

    public override void OnWriteDrained(Connection connection) => _session.ResumeDownstream();

    private static ulong HashOf(in SocketAddress address)
    {
        Span<byte> text = stackalloc byte[64];
        return XxHash64.Hash(text[..address.Format(text, withPort: false)]);
    }

    private int OnTunnelAnswer(Connection connection, ReadOnlySpan<byte> data)
    {
        TunnelHandshake.Answer answer = TunnelHandshake.Read(data, out int headBytes);
        if (answer is TunnelHandshake.Answer.Incomplete)
        {
            return 0;
        }

        EndHandshake();
        if (answer is TunnelHandshake.Answer.Refused)
        {
            OnTunnelFailed(ConnectFailure.Refused);
            return data.Length;
        }

        OnReady(connection);
        if (headBytes < data.Length)
        {
            _session.OnUpstreamData(data[headBytes..]);
        }

        return data.Length;
    }

    private void OnReady(Connection connection)
    {
        IsReady = true;
        _host?.ReportTcpConnected();
        _info.UpstreamLocalAddress = connection.LocalAddress;
        _session.OnUpstreamReady();
    }

    private void OnTunnelFailed(ConnectFailure failure)
    {
        Connection? refused = _connection;
        OnFailed(failure);
        refused?.Close(CloseMode.NoFlush);
    }

    private void OnTunnelLate()
    {
        EndHandshake();
        OnTunnelFailed(ConnectFailure.TimedOut);
    }

    private void EndHandshake()
    {
        _inHandshake = false;
        _loop.Disarm(_tunnelTimer);
    }

    private void OnFailed(ConnectFailure failure)
    {
        string transportFailure = _connection?.TransportFailureReason ?? "";
        _connection = null;
        _loop.Disarm(_tunnelTimer);
        Release();
        _cluster?.Stats.ConnectFail.Increment();
        _host?.Stats.AddConnectFailure();
        _host?.ReportFailure(failure is ConnectFailure.TimedOut ? LocalOriginFailure.Timeout : LocalOriginFailure.Connection);
        ResetText text = failure is ConnectFailure.TimedOut ? ResetText.ConnectionTimeout
            : transportFailure.Length > 0 ? ResetText.TransportFailed(transportFailure) : ResetText.ConnectionFailure;
        _info.UpstreamTransportFailureReason = failure is ConnectFailure.TimedOut ? "connection timeout" : text.TransportFailure;
        if (_info.AttemptCount < _proxy.Config.MaxConnectAttempts && _cluster is { } cluster)
        {
            Connect(cluster);
            return;
        }

        _proxy.Stats.MaxConnectAttempts.Increment();
        _session.Fail(ResponseFlags.UpstreamConnectionFailure | ResponseFlags.UpstreamRetryLimitExceeded, text.BeforeResponse);
    }

    private void Release()
    {
        IsReady = false;
        if (_host is { } host)
        {
            host.Cluster.ReleaseConnection(host);
        }
    }

    private sealed class TunnelTimer(TcpUpstream upstream) : LoopTimer
    {
        public override void OnFire() => upstream.OnTunnelLate();
    }
}
