namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Listeners;
using Lateen.Proxy.Routing;
using Lateen.Proxy.Stats;

/// <summary>
/// One HTTP stream: decodes the request, runs the filters, hands over to the router, and brings the response back through the
/// filters. Re-used once both directions have ended.
/// </summary>
internal sealed class ActiveStream : HttpStream
{
    private static readonly HeaderMap NoHeaders = new();

    private readonly ConnectionManager _manager;
    private readonly ProxyWorker _worker;
    private readonly EventLoop _loop;
    private readonly HeaderMap _localResponse = new();
    private readonly DownstreamDecoder _decoder;
    private readonly StreamFilters _filters;
    private readonly ReleaseTask _releaseTask;
    private HttpServerConnection? _connection;
    private ConnectionInfo? _connectionInfo;
    private ResponseEncoder? _encoder;
    private HeaderMap _request = NoHeaders;
    private Route? _route;
    private UpgradeState _upgrade;
    private bool _headersEnd;
    private bool _responseStarted;
    private bool _gone;
    private bool _complete;
    private bool _responseEnded;

    public ActiveStream(ConnectionManager manager, ProxyWorker worker)
    {
        _manager = manager;
        _worker = worker;
        _loop = worker.Loop;
        _decoder = new DownstreamDecoder(this);
        _filters = new StreamFilters(this, manager);
        _releaseTask = new ReleaseTask(this);
        Router = new StreamRouter(this, worker.Shadows);
    }

    public override EventLoop Loop => _loop;

    public override StatStripe Stripe => _worker.Stripe;

    public override HeaderMap Request => _request;

    public override HeaderMap Response => _localResponse;

    public override StreamInfo Info { get; } = new();

    public override Route? Route => _route;

    public override WeightedCluster? Target => Router.Target?.Config;

    public override Cluster? Cluster => Router.Cluster;

    public override Host? UpstreamHost => Info.UpstreamHost;

    public override TrafficDirection Direction => _manager.Config.Direction;

    public override bool ResponseStarted => _responseStarted;

    public RequestDecoder Decoder => _decoder;

    public ConnectionManager Manager => _manager;

    public RuntimeSnapshot Snapshot { get; private set; } = RuntimeSnapshot.Empty;

    public ConnectionInfo Connection => _connectionInfo ?? throw new InvalidOperationException("The stream has not begun.");

    /// <summary>x-envoy-* settings of the request may be followed.</summary>
    public bool IsTrusted { get; private set; }

    public bool RequestEnded { get; private set; }

    public bool IsUpgrade => _upgrade.IsAsked;

    /// <summary>CONNECT: the client asks for a tunnel.</summary>
    public bool IsConnect => _upgrade.IsConnect;

    /// <summary>Bytes pass both ways, and each direction ends on its own (RFC 9110 section 9.3.6).</summary>
    public bool IsTunnel => _upgrade.IsTunnel;

    public bool IsComplete => _complete;

    /// <summary>How long a gRPC call may last by its own deadline; 0 is without end, -1 that the route does not ask.</summary>
    public long GrpcDurationMicros { get; private set; } = -1;

    public StreamRouter Router { get; }

    /// <summary>Neighbours in its connection's <see cref="StreamList"/>.</summary>
    internal ActiveStream? Next { get; set; }

    internal ActiveStream? Previous { get; set; }

    public long LastActivityMicros { get; private set; }

    public void Begin(HttpServerConnection connection, ResponseEncoder encoder)
    {
        _connection = connection;
        _encoder = encoder;
        _connectionInfo = connection.Info;
        Snapshot = _worker.Snapshot;
        LastActivityMicros = Loop.NowMicros;
        Info.Begin(connection.Info, connection.Protocol, Loop);
        _localResponse.Clear();
        _route = null;
        GrpcDurationMicros = -1;
        _request = NoHeaders;
        _headersEnd = _responseStarted = _gone = _complete = _responseEnded = RequestEnded = IsTrusted = false;
        _upgrade = default;
        Router.Reset();
        _manager.Stats.CountRequest(Info.Protocol, Stripe);
    }

    public override FilterStatus PauseFor(TimeSpan delay)
    {
        _filters.PauseFor(delay);
        return FilterStatus.Paused;
    }

    public override FilterStatus Pause() => FilterStatus.Paused;

    public override void ReplaceBody(ReadOnlySpan<byte> bytes) => _filters.ReplaceBody(bytes);

    public override void Resume()
    {
        if (!_filters.IsPaused || _complete || _responseStarted)
        {
            return;
        }

        if (_filters.Resume(_headersEnd))
        {
            StartRouter();
        }

        if (!_filters.IsPaused && !_responseStarted && !_upgrade.IsAwaited)
        {
            _encoder?.ResumeReading();
        }
    }

    public override FilterStatus Respond(int status, ResponseFlags flags, string details, ReadOnlySpan<byte> body)
    {
        Info.Flags |= flags;
        Info.ResponseCodeDetails = details;
        SendLocal(status, body, default);
        return FilterStatus.Responded;
    }

    /// <summary>Answers by ourselves; <paramref name="location"/> only for redirects.</summary>
    public void SendLocal(int status, ReadOnlySpan<byte> body, ReadOnlySpan<byte> location, bool overloaded = false, int grpcStatus = -1)
    {
        if (!_responseStarted && !_gone && !_complete)
        {
            LocalReply.Send(this, status, body, location, overloaded, grpcStatus);
        }
    }

    public void SendInformational(HeaderMap headers) => _encoder?.SendInformational(headers);

    /// <summary>Sends the response head; <paramref name="headers"/> is this stream's own <see cref="Response"/>.</summary>
    /// <param name="headers">The head.</param>
    /// <param name="endStream">Nothing follows it.</param>
    /// <param name="status">Its status, where it is known.</param>
    public void SendHeaders(HeaderMap headers, bool endStream, int status = 0)
    {
        if (_gone || _complete || _encoder is null || _connection is null)
        {
            return;
        }

        _responseStarted = true;
        _manager.FinishResponseHeaders(headers, _request, _worker);
        Info.ResponseCode = status > 0 ? status : ConnectionManager.ParseStatus(headers);
        Info.ReadGrpcStatus(headers);
        _filters.OnResponseHeaders(endStream);
        if (_connection.IsDraining && !IsUpgrade && _connection.AnnounceDrain())
        {
            _encoder.CloseAfterResponse();
        }

        Info.FirstDownstreamByteSentMicros = LastActivityMicros = Loop.NowMicros;
        ResponseEncoder encoder = _encoder;
        if (endStream)
        {
            Complete();
        }

        _upgrade.OnResponse(headers, Info.ResponseCode, endStream);
        encoder.SendHeaders(headers, endStream);
        if (_upgrade.EndWait())
        {
            encoder.ResumeReading();
        }
    }

    public void SendData(ReadOnlySpan<byte> data, bool endStream)
    {
        if (_gone || _complete || _encoder is null)
        {
            return;
        }

        Info.BytesSent += data.Length;
        LastActivityMicros = Loop.NowMicros;
        data = _filters.OnResponseData(data, endStream);
        ResponseEncoder encoder = _encoder;
        if (endStream && IsTunnel && !RequestEnded)
        {
            _responseEnded = true;
        }
        else if (endStream)
        {
            Complete();
        }

        if (!data.IsEmpty || endStream)
        {
            encoder.SendData(data, endStream);
        }
    }

    public void SendTrailers(HeaderMap trailers)
    {
        if (_gone || _complete || _encoder is null)
        {
            return;
        }

        Info.ResponseTrailers = trailers;
        Info.ReadGrpcStatus(trailers);
        ResponseEncoder encoder = _encoder;
        if (_filters.OnResponseTrailers(trailers, out ReadOnlySpan<byte> last))
        {
            Info.BytesSent += last.Length;
            Complete();
            encoder.SendData(last, endStream: true);
            return;
        }

        Complete();
        encoder.SendTrailers(trailers);
    }

    /// <summary>The response cannot be finished: the client must see that it is cut.</summary>
    public void AbortResponse()
    {
        if (!_gone && !_complete)
        {
            _gone = true;
            ResponseEncoder? encoder = _encoder;
            Complete();
            encoder?.Reset(StreamResetReason.LocalReset);
        }
    }

    public void PauseRequest() => _encoder?.PauseReading();

    public void ResumeRequest()
    {
        if (!_filters.IsPaused && !_upgrade.IsAwaited)
        {
            _encoder?.ResumeReading();
        }
    }

    /// <summary>The connection cannot carry another request; on HTTP/2 only the stream ends.</summary>
    public void CloseAfterResponse()
    {
        if (Info.Protocol is not HttpProtocol.Http2)
        {
            _encoder?.CloseAfterResponse();
        }
    }

    /// <summary>Ends what the downstream no longer waits for.</summary>
    public void OnDownstreamGone(ResponseFlags flag, string details)
    {
        if (_gone || _complete)
        {
            return;
        }

        _gone = true;
        Info.Flags |= flag;
        Info.ResponseCodeDetails = details;
        _manager.Stats.ResetReceived.Increment();
        Complete();
    }

    private protected override ReadOnlySpan<object> TargetConfigs => Router.Target is { } target ? target.FilterConfigs : [];

    private protected override ref object? StateSlot(HttpFilter filter) => ref _filters.StateSlot(filter);

    internal void OnRequestHeaders(HeaderMap headers, bool endStream)
    {
        _upgrade.Begin(headers, Info.Protocol, Random);
        if (_upgrade.IsAwaited)
        {
            _encoder?.PauseReading();
        }

        _request = headers;
        _headersEnd = endStream;
        Info.IsGrpc = GrpcText.IsGrpc(headers);
        _connection?.OnStreamActive(this);
        if (endStream)
        {
            OnRequestEnd();
        }

        if (!RequestAdmission.TryAdmit(this, headers, _worker.Overload, _connection?.BypassesOverload is not false))
        {
            return;
        }

        IsTrusted = _manager.RequestHeaders.Apply(headers, Connection, Info, Random);
        VirtualHostRoutes? host = null;
        _route = _manager.RoutesIn(Snapshot)?.Match(headers, Random, out host);
        Router.Choose(_route, host);
        if (Info.IsGrpc && _route?.Forward is { GrpcTimeoutHeaderMax: not null } action)
        {
            GrpcDurationMicros = RequestTimeouts.GrpcDurationMicros(headers, action);
        }

        _connection?.OnStreamRouted(this);
        if (!_upgrade.TryAllow(headers, _manager, _route))
        {
            Respond(403, ResponseFlags.None, ResponseCodeDetails.UpgradeFailed, default);
            return;
        }

        if (_filters.OnRequestHeaders(endStream))
        {
            StartRouter();
        }
    }

    private void StartRouter()
    {
        if (_filters.MayChangeProtocol)
        {
            Info.IsGrpc = GrpcText.IsGrpc(_request);
        }

        Router.Start(_headersEnd);
    }

    internal void OnRequestData(ReadOnlySpan<byte> data, bool endStream)
    {
        LastActivityMicros = Loop.NowMicros;
        Info.BytesReceived += data.Length;
        if (endStream)
        {
            OnRequestEnd();
        }

        if (_complete)
        {
            return;
        }

        if (!_filters.OnRequestData(ref data, endStream))
        {
            return;
        }

        if (!data.IsEmpty || endStream)
        {
            Router.OnRequestData(data, endStream);
        }

        if (endStream && _responseEnded)
        {
            Complete();
        }
    }

    internal void OnRequestTrailers(HeaderMap trailers)
    {
        OnRequestEnd();
        if (_complete)
        {
            return;
        }

        _filters.OnRequestTrailers(trailers);
        Router.OnRequestTrailers(trailers);
    }

    /// <summary>A filter holds the request: what is left of it waits with the client.</summary>
    internal void OnFilterPaused()
    {
        if (!RequestEnded)
        {
            _encoder?.PauseReading();
        }
    }

    private void OnRequestEnd()
    {
        RequestEnded = true;
        Info.RequestEndMicros = Loop.NowMicros;
    }

    // Runs before the last bytes go to the codec: after them the codec forgets the request's headers, which the log needs.
    private void Complete()
    {
        if (_complete)
        {
            return;
        }

        _complete = true;
        Info.EndMicros = Loop.NowMicros;
        Router.Stop();
        _filters.OnComplete();
        _manager.Stats.CountEnd(Info, Stripe);
        _manager.Log(Info, _request, _localResponse);
        _connection?.OnStreamComplete(this);
        _encoder = null;
        _connection = null;

        // Re-used from the end of the turn on: frames of this stream may be on the stack now.
        Loop.Defer(_releaseTask);
    }

    private sealed class ReleaseTask(ActiveStream stream) : LoopTask
    {
        public override void Run(EventLoop loop)
        {
            stream._filters.Clear();
            stream._manager.Return(stream);
        }
    }
}
