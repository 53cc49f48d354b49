namespace Lateen.Proxy.Listeners;

using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Http;
using Lateen.Proxy.Tls;

/// <summary>
/// A connection whose filter chain is not known yet. Looks at the client's first bytes where they decide, then hands over.
/// A client that stays silent for a moment (100 ms) may be waiting for the server to speak first (MySQL, SMTP, SSH): then the
/// upstream is opened as for plain TCP, but only on trial. If the server speaks, the connection is TCP for good; if the client
/// speaks after all and it is HTTP, the trial is given up and the connection manager takes over. So neither side is held up,
/// and a slow HTTP client is not mistaken for TCP.
/// </summary>
internal sealed class DetectingConnection : ConnectionHandler, IDownstream
{
    private readonly ProxyWorker _worker;
    private readonly DownstreamSlot _slot;
    private readonly Connection _connection;
    private readonly bool _redirected;
    private readonly SilenceTimer _timer;
    private ConnectionTraits _traits;
    private DetectionNeed _need;
    private long _deadlineMicros = long.MaxValue;
    private byte[]? _metadata;
    private bool _awaitsHeader;
    private bool _sawData;
    private bool _done;

    public DetectingConnection(ProxyWorker worker, DownstreamSlot slot, Connection connection, SocketAddress destination,
        bool redirected)
    {
        _worker = worker;
        _slot = slot;
        _connection = connection;
        _redirected = redirected;
        _timer = new SilenceTimer(this);
        _traits = new ConnectionTraits
        {
            Destination = destination,
            Source = connection.RemoteAddress,
            DirectSource = connection.RemoteAddress,
            TransportProtocol = "raw_buffer",
            ServerName = "",
        };
    }

    private Listener Listener => _slot.Listener;

    public void Start()
    {
        _slot.Owner = this;
        _connection.Handler = this;
        _awaitsHeader = Listener.Config.ProxyProtocol is not null;
        long timeout = (long)Listener.Config.DetectionTimeout.TotalMicroseconds;
        _deadlineMicros = timeout > 0 ? _worker.Loop.NowMicros + timeout : long.MaxValue;
        if (!_awaitsHeader)
        {
            Inspect();
        }
        else if (timeout > 0)
        {
            _worker.Loop.Arm(_timer, timeout);
        }
    }

    /// <summary>Looks at the first bytes; true when they decided and the chain is not the one on trial.</summary>
    public bool TryLeaveTrial(ReadOnlySpan<byte> data, FilterChain trial, out bool needMore)
    {
        needMore = !ProtocolInspector.TryInspect(data, _need, ref _traits);
        return !needMore && !ReferenceEquals(FilterChainMatcher.Find(Listener, _traits), trial);
    }

    public override int OnData(Connection connection, ReadOnlySpan<byte> data)
    {
        int header = 0;
        if (_awaitsHeader)
        {
            if (!TryTakeHeader(data, out header))
            {
                return connection.IsOpen ? 0 : data.Length;
            }

            data = data[header..];
            Inspect();
            if (!ReferenceEquals(connection.Handler, this) || !connection.IsOpen)
            {
                return header + Pass(data);
            }
        }

        _sawData |= !data.IsEmpty;
        if (!ProtocolInspector.TryInspect(data, _need, ref _traits))
        {
            return header;
        }

        _worker.Inspectors.Count(_need, _traits);
        return header + ServeWith(data);
    }

    /// <summary>Hands over, together with the bytes that were looked at.</summary>
    public int ServeWith(ReadOnlySpan<byte> data)
    {
        Serve();
        return Pass(data);
    }

    public override void OnEndOfStream(Connection connection) => connection.Close(CloseMode.NoFlush);

    public override void OnClosed(Connection connection, CloseReason reason) => Finish();

    public void Drain()
    {
        // It will be served by what is configured when its protocol is known.
    }

    public void Close() => _connection.Close(CloseMode.NoFlush);

    private int Pass(ReadOnlySpan<byte> data)
    {
        if (ReferenceEquals(_connection.Handler, this) || !_connection.IsOpen || data.IsEmpty)
        {
            return data.Length;
        }

        return _connection.Handler.OnData(_connection, data);
    }

    // True when the header, or its allowed absence, is settled; otherwise more is needed or the connection was closed.
    private bool TryTakeHeader(ReadOnlySpan<byte> data, out int length)
    {
        length = 0;
        switch (Listener.ReadProxyHeader(data, out ProxyHeader header))
        {
            case ProxyHeaderStatus.NeedMore:
                return false;
            case ProxyHeaderStatus.Malformed:
                _connection.Close(CloseMode.NoFlush);
                return false;
        }

        _awaitsHeader = false;
        length = header.Length;
        if (!header.Source.IsNone)
        {
            _traits.Source = header.Source;
            _traits.Destination = header.Destination;
        }

        if (header.TlvsAt > 0 && Listener.Config.ProxyProtocol is { } config)
        {
            _metadata = ProxyTlvs.ToMetadata(config.Rules, data[header.TlvsAt..header.Length]);
        }

        return true;
    }

    // What is left to be learnt depends on the destination; a client that stays silent from now on may wait for the server.
    private void Inspect()
    {
        _need = FilterChainMatcher.NeedFor(Listener, _traits);
        if (_need is DetectionNeed.None)
        {
            Serve();
            return;
        }

        long silence = (long)_worker.Options.ServerFirstSilence.TotalMicroseconds;
        _worker.Loop.Arm(_timer, Math.Min(silence, Math.Max(0, _deadlineMicros - _worker.Loop.NowMicros)));
    }

    private void Serve()
    {
        _worker.Loop.Disarm(_timer);
        FilterChain? chain = FilterChainMatcher.Find(Listener, _traits);
        if (chain is null)
        {
            Refuse();
            return;
        }

        HandOver(chain, trial: false);
    }

    private void HandOver(FilterChain chain, bool trial)
    {
        _slot.Chain = chain;
        var info = new ConnectionInfo
        {
            Id = _worker.NextConnectionId(),
            RemoteAddress = _traits.Source,
            DirectRemoteAddress = _connection.RemoteAddress,
            LocalAddress = _traits.Destination,
            IsRedirected = _redirected,
            IsTls = false,
            ServerName = _traits.ServerName,
            FilterChainName = chain.Config.Name,
            Direction = Listener.Config.Direction,
            Metadata = _metadata,
        };
        if (chain.Config.TransportSocket is not DownstreamTlsFactory tls)
        {
            chain.Serve(_worker, _slot, _connection, info, trial ? this : null);
        }
        else if (tls.Context is { } context)
        {
            new TlsDownstream(_worker, _slot, chain, info).Start(context, _connection);
        }
        else
        {
            // Keys or trust have not arrived: closed, never served in plaintext.
            Listener.Stats.SecretsNotReady.Increment();
            _connection.Close(CloseMode.NoFlush);
        }
    }

    private void Refuse()
    {
        Listener.Stats.NoFilterChainMatch.Increment();
        var info = new StreamInfo
        {
            StartMicros = _worker.Loop.NowMicros,
            StartUnixMicros = _worker.Loop.UnixMicros,
            EndMicros = _worker.Loop.NowMicros,
            DownstreamRemoteAddress = _traits.Source,
            DownstreamDirectRemoteAddress = _connection.RemoteAddress,
            DownstreamLocalAddress = _traits.Destination,
            RequestedServerName = _traits.ServerName,
            Flags = ResponseFlags.NoRouteFound,
            ResponseCodeDetails = "filter_chain_not_found",
        };
        Listener.Log(info);
        _connection.Close(CloseMode.NoFlush);
    }

    private void OnTimer()
    {
        if (_worker.Loop.NowMicros >= _deadlineMicros)
        {
            Listener.Stats.DetectionTimeout.Increment();
            if (Listener.Config.ContinueOnDetectionTimeout && !_awaitsHeader)
            {
                Serve();
                _connection.PauseReading();
                _connection.ResumeReading();
            }
            else
            {
                _connection.Close(CloseMode.NoFlush);
            }

            return;
        }

        if (!_sawData && !_awaitsHeader && FilterChainMatcher.Find(Listener, _traits) is { Tcp: not null } chain)
        {
            Listener.Stats.ServerFirst.Increment();
            HandOver(chain, trial: true);
            return;
        }

        if (_deadlineMicros != long.MaxValue)
        {
            _worker.Loop.Arm(_timer, _deadlineMicros - _worker.Loop.NowMicros);
        }
    }

    private void Finish()
    {
        if (!_done)
        {
            _done = true;
            _worker.Loop.Disarm(_timer);
            _slot.Leave();
        }
    }

    private sealed class SilenceTimer(DetectingConnection owner) : LoopTimer
    {
        public override void OnFire() => owner.OnTimer();
    }
}
