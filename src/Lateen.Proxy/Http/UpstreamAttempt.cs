namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Proxy.Clusters;

/// <summary>
/// One try of a request on one host: waits for a connection, sends, and receives the response. Re-used for the next try.
/// </summary>
internal sealed class UpstreamAttempt : ResponseDecoder
{
    private readonly StreamRouter _router;
    private readonly ActiveStream _stream;
    private readonly ConnectionWait _wait;
    private Host? _host;
    private CircuitBreakers? _breakers;
    private UpstreamConnection? _connection;
    private RequestEncoder? _encoder;
    private TcpTunnel? _opening;
    private HttpProtocol _protocol;
    private bool _headersSent;
    private bool _headersReceived;
    private bool _requestEnded;
    private bool _responseEnded;

    public UpstreamAttempt(StreamRouter router, ActiveStream stream)
    {
        _router = router;
        _stream = stream;
        _wait = new ConnectionWait(this);
    }

    /// <summary>The request may be written.</summary>
    public bool IsSending => _encoder is not null && _headersSent && !_requestEnded;

    public void Start(Host host, CircuitBreakers breakers)
    {
        _host = host;
        _connection = null;
        _breakers = breakers;
        _headersSent = _headersReceived = _requestEnded = _responseEnded = false;
        if (_stream is { IsConnect: true, Route.Forward.TerminatesConnect: true })
        {
            _opening = TcpTunnel.Open(this, host, _stream.Loop, breakers);
            if (_opening is null)
            {
                OnFailed(PoolFailure.Overflow);
            }

            return;
        }

        host.PoolFor(_stream.Loop, _stream.Info.Protocol, _stream.Request, _stream.Connection).Acquire(_wait, breakers);
    }

    public void SendHeaders(HeaderMap headers, bool endStream)
    {
        _headersSent = true;
        _requestEnded = endStream;
        bool translate = _protocol is HttpProtocol.Http2 && _stream.IsUpgrade && headers.Contains("upgrade"u8);
        _encoder?.SendHeaders(translate ? UpgradeBridge.ToHttp2(headers) : headers, endStream);
    }

    public void SendData(ReadOnlySpan<byte> data, bool endStream)
    {
        _requestEnded |= endStream;
        _encoder?.SendData(data, endStream);
        if (_responseEnded && endStream && _encoder is not null)
        {
            Detach();
        }
    }

    public void SendTrailers(HeaderMap trailers)
    {
        _requestEnded = true;
        _encoder?.SendTrailers(trailers);
    }

    /// <summary>Gives the try up; harmless when there is none.</summary>
    public void Cancel()
    {
        _wait.WaitingIn?.Cancel(_wait);
        _opening?.Reset(StreamResetReason.LocalReset);
        _opening = null;
        if (_encoder is { } encoder)
        {
            Detach();
            _host?.Cluster.Stats.SentReset.Increment();
            encoder.Reset(StreamResetReason.LocalReset);
        }
    }

    public void PauseReading() => _encoder?.PauseReading();

    public void ResumeReading() => _encoder?.ResumeReading();

    public override void OnInformational(HeaderMap headers)
    {
        if (_encoder is not null && !_stream.ResponseStarted)
        {
            _stream.SendInformational(headers);
        }
    }

    public override void OnHeaders(HeaderMap headers, bool endStream)
    {
        if (_encoder is null)
        {
            return;
        }

        _headersReceived = true;
        if (_stream.IsUpgrade && !IsUpgradeAnswer(headers, endStream))
        {
            RefuseAnswer();
            return;
        }

        if (endStream)
        {
            Detach();
        }

        int status = ConnectionManager.ParseStatus(headers);
        if (_router.OnAttemptHeaders(headers, status))
        {
            _stream.SendHeaders(_stream.Response, endStream, _router.MutatesResponse ? 0 : status);
        }
    }

    public override void OnData(ReadOnlySpan<byte> data, bool endStream)
    {
        if (_encoder is null)
        {
            return;
        }

        if (endStream && _stream.IsTunnel && !_requestEnded)
        {
            _responseEnded = true;
        }
        else if (endStream)
        {
            Detach();
        }

        _stream.SendData(data, endStream);
    }

    public override void OnTrailers(HeaderMap trailers)
    {
        if (_encoder is not null)
        {
            Detach();
            _stream.SendTrailers(trailers);
        }
    }

    public override void OnReset(StreamResetReason reason, string detail)
    {
        if (_encoder is null)
        {
            return;
        }

        Detach();
        _host?.Cluster.Stats.ReceivedReset.Increment();
        ResetText text = reason switch
        {
            StreamResetReason.ConnectionTermination when _connection is { TransportFailureReason: { Length: > 0 } broken } =>
                ResetText.TransportBroke(broken),
            StreamResetReason.ConnectionTermination => ResetText.ConnectionTermination,
            StreamResetReason.RemoteReset => ResetText.RemoteReset,
            StreamResetReason.RemoteRefused => ResetText.RemoteRefused,
            StreamResetReason.ProtocolError => ResetText.ProtocolError,
            StreamResetReason.Overflow => ResetText.Overflow,
            StreamResetReason.ConnectTimeout => ResetText.ConnectionTimeout,
            StreamResetReason.ConnectFailure => ResetText.ConnectionFailure,
            _ => ResetText.LocalReset,
        };
        if (ReferenceEquals(text, ResetText.ProtocolError) && !_headersReceived)
        {
            _stream.Info.UpstreamTransportFailureReason = detail;
        }

        _router.OnAttemptReset(text, _headersSent);
    }

    public override void OnWriteBlocked() => _router.OnAttemptBlocked();

    public override void OnWriteDrained() => _router.OnAttemptDrained();

    /// <summary>The connection of a terminated CONNECT is up; false when it may not be used.</summary>
    public bool OnTunnelReady(TcpTunnel tunnel, in Engine.Transport.SocketAddress local)
    {
        _opening = null;
        if (_host is not { } host || _breakers is not { } breakers || !breakers.TryAddRequest())
        {
            tunnel.Reset(StreamResetReason.Overflow);
            OnFailed(PoolFailure.Overflow);
            return false;
        }

        HostLoad.Begin(host, _stream.Stripe);
        _protocol = HttpProtocol.None;
        _encoder = tunnel;
        _router.OnAttemptReady(local);
        return _encoder is not null;
    }

    public void OnTunnelFailed(PoolFailure failure)
    {
        _opening = null;
        OnFailed(failure);
    }

    private void OnReady(UpstreamConnection connection)
    {
        if (_host is { } host)
        {
            HostLoad.Begin(host, _stream.Stripe);
        }

        _connection = connection;
        _protocol = connection.Protocol;
        _encoder = connection.NewStream(this);
        _stream.Info.UpstreamTls = connection.Tls;
        _router.OnAttemptReady(connection.LocalAddress);
    }

    private void OnFailed(PoolFailure failure) => _router.OnAttemptReset(
        failure switch
        {
            PoolFailure.Overflow => ResetText.Overflow,
            PoolFailure.ConnectTimeout => ResetText.ConnectionTimeout,
            _ => _wait.TransportFailure.Length > 0 ? ResetText.TransportFailed(_wait.TransportFailure) : ResetText.ConnectionFailure,
        },
        headersSent: false);

    // Brings the answer into the form of HTTP/1.1; false when a client of HTTP/2 would take it for a tunnel that there is not.
    private bool IsUpgradeAnswer(HeaderMap headers, bool endStream)
    {
        int status = ConnectionManager.ParseStatus(headers);
        if (_protocol is HttpProtocol.Http2 && status == 200 && !endStream && _stream.Request.Contains("upgrade"u8))
        {
            UpgradeBridge.AcceptedByHttp2(headers, _stream.Request);
            return true;
        }

        return _stream.Info.Protocol is not HttpProtocol.Http2 || status is not (>= 200 and < 300) || _stream.IsConnect;
    }

    private void RefuseAnswer()
    {
        if (_encoder is { } encoder)
        {
            Detach();
            encoder.Reset(StreamResetReason.ProtocolError);
            _router.OnAttemptReset(ResetText.ProtocolError, _headersSent);
        }
    }

    private void Detach()
    {
        _encoder = null;
        if (_host is { } host && _breakers is { } breakers)
        {
            HostLoad.End(host, breakers, _stream.Stripe);
        }
    }

    private sealed class ConnectionWait(UpstreamAttempt attempt) : PoolRequest
    {
        public override void OnReady(UpstreamConnection connection) => attempt.OnReady(connection);

        public override void OnFailed(PoolFailure failure) => attempt.OnFailed(failure);
    }
}
