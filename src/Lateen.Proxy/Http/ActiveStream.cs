namespace Lateen.Proxy.Http;

using System.Diagnostics;
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
    private bool _headersEnd;
    private bool _responseStarted;
    private bool _gone;
    private bool _complete;
    private bool _awaitsUpgrade;
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

    public bool IsUpgrade { get; private set; }

    /// <summary>CONNECT: the client asks for a tunnel.</summary>
    public bool IsConnect { get; private set; }

    /// <summary>Bytes pass both ways, and each direction ends on its own (RFC 9110 section 9.3.6).</summary>
    public bool IsTunnel { get; private set; }

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
        ConnectionInfo info = connection.Info;
        _connectionInfo = info;
        Snapshot = _worker.Snapshot;
        Info.Reset();
        Info.StartMicros = LastActivityMicros = Loop.NowMicros;
        Info.StartUnixMicros = Loop.UnixMicros;
        info.CopyTo(Info);
        _localResponse.Clear();
        _route = null;
        GrpcDurationMicros = -1;
        _request = NoHeaders;
        _headersEnd = _responseStarted = _gone = _complete = _awaitsUpgrade = _responseEnded = false;
        RequestEnded = IsUpgrade = IsConnect = IsTunnel = IsTrusted = false;
        Router.Reset();
        Info.Protocol = connection.Protocol;
        _manager.Stats.CountRequest(Info.Protocol, Stripe);
    }

    public override T? FilterConfig<T>()
        where T : class =>
        Router.Target?.FilterConfig<T>() ?? _route?.FilterConfig<T>();

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

        if (!_filters.IsPaused && !_responseStarted && !_awaitsUpgrade)
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
        if (_responseStarted || _gone || _complete)
        {
            return;
        }

        Router.Stop();
        HeaderMap response = _localResponse;
        response.Clear();
        bool grpc = Info.IsGrpc;
        LocalReply.WriteHead(response, grpc, status, body, location, overloaded, grpcStatus);
        bool noBody = body.IsEmpty || grpc || _request.GetOrEmpty(":method"u8).SequenceEqual("HEAD"u8);
        Router.MutateResponse(response);
        SendHeaders(response, noBody);
        if (!noBody)
        {
            SendData(body, endStream: true);
        }
    }

    public void SendInformational(HeaderMap headers) => _encoder?.SendInformational(headers);

    /// <summary>Sends the response head; <paramref name="headers"/> is this stream's own <see cref="Response"/>.</summary>
    public void SendHeaders(HeaderMap headers, bool endStream)
    {
        if (_gone || _complete || _encoder is null || _connection is null)
        {
            return;
        }

        Debug.Assert(!_responseStarted, "A response has one head.");
        _responseStarted = true;
        _manager.FinishResponseHeaders(headers, _request, _worker);
        Info.ResponseCode = ConnectionManager.ParseStatus(headers);
        if (Info.IsGrpc)
        {
            Info.GrpcStatus = GrpcText.StatusOf(headers);
        }

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

        IsTunnel = !endStream && (IsConnect ? Info.ResponseCode is >= 200 and < 300 : IsUpgrade && Info.ResponseCode == 101);
        if (_awaitsUpgrade && Info.ResponseCode == 101)
        {
            UpgradeBridge.AcceptTowardsHttp2(headers);
        }

        encoder.SendHeaders(headers, endStream);
        if (_awaitsUpgrade)
        {
            _awaitsUpgrade = false;
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
        if (Info.IsGrpc)
        {
            Info.GrpcStatus = GrpcText.StatusOf(trailers);
        }

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
        if (!_filters.IsPaused && !_awaitsUpgrade)
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

    private protected override ref object? StateSlot(HttpFilter filter) => ref _filters.StateSlot(filter);

    internal void OnRequestHeaders(HeaderMap headers, bool endStream)
    {
        if (Info.Protocol is HttpProtocol.Http2 && UpgradeBridge.FromHttp2(headers, Random))
        {
            // What a client sends before it was agreed with belongs to nobody yet.
            _awaitsUpgrade = true;
            _encoder?.PauseReading();
        }

        if (PseudoHeaders.Method(headers).SequenceEqual("CONNECT"u8))
        {
            IsConnect = IsUpgrade = true;
            if (Info.Protocol is HttpProtocol.Http2)
            {
                _awaitsUpgrade = true;
                _encoder?.PauseReading();
            }
        }

        _request = headers;
        _headersEnd = endStream;
        Info.IsGrpc = GrpcText.IsGrpc(headers);
        _connection?.OnStreamActive(this);
        if (endStream)
        {
            OnRequestEnd();
        }

        if (_worker.Overload.StopsRequests && _connection?.BypassesOverload is false)
        {
            _manager.Stats.RequestOverload.Increment();
            Respond(503, ResponseFlags.OverloadManagerTerminated, ResponseCodeDetails.Overload, "envoy overloaded"u8);
            return;
        }

        PathStatus path = PathNormalizer.Normalize(headers, _manager.Config);
        if (path is not PathStatus.Fine)
        {
            RefusePath(path);
            return;
        }

        HostNormalizer.Apply(headers, _manager.Config, Connection.LocalAddress.Port);
        IsTrusted = _manager.RequestHeaders.Apply(headers, Connection, Info, Random);
        VirtualHostRoutes? host = null;
        _route = _manager.RoutesIn(Snapshot)?.Match(headers, Random, out host);
        Router.Choose(_route, host);
        if (Info.IsGrpc && _route?.Forward is { GrpcTimeoutHeaderMax: { } most } action)
        {
            GrpcDurationMicros = RequestTimeouts.GrpcMicros(
                headers, ConnectionManager.Micros(most), ConnectionManager.Micros(action.GrpcTimeoutHeaderOffset));
        }

        _connection?.OnStreamRouted(this);
        if (!TryUpgrade(headers))
        {
            return;
        }

        if (_filters.OnRequestHeaders(endStream))
        {
            StartRouter();
        }
    }

    // A route that does not exist is told before an upgrade that is not allowed.
    private bool TryUpgrade(HeaderMap headers)
    {
        bool asks = headers.TryGet("upgrade"u8, out ReadOnlySpan<byte> upgrade);
        IsUpgrade |= asks;
        if (!IsUpgrade || (IsConnect && _route is null) || _manager.AllowsUpgrade(IsConnect ? "connect"u8 : upgrade, _route?.Forward))
        {
            return true;
        }

        Respond(403, ResponseFlags.None, ResponseCodeDetails.UpgradeFailed, default);
        return false;
    }

    private void RefusePath(PathStatus path)
    {
        // gRPC clients follow no redirects.
        Info.ResponseCodeDetails = ResponseCodeDetails.PathNormalizationFailed;
        if (path is PathStatus.Redirect && !Info.IsGrpc)
        {
            _manager.Stats.PathRedirected.Increment();
            SendLocal(307, default, _request.GetOrEmpty(":path"u8));
            return;
        }

        _manager.Stats.PathRejected.Increment();
        SendLocal(400, default, default);
    }

    private void StartRouter()
    {
        // A filter may have turned the request into gRPC.
        Info.IsGrpc = GrpcText.IsGrpc(_request);
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
        HttpConnectionManagerStats stats = _manager.Stats;
        StatStripe stripe = Stripe;
        stats.RequestsActive.Decrement(stripe);
        stats.CountResponse(Info.ResponseCode, stripe);
        stats.RequestTime.Record((Info.EndMicros - Info.StartMicros) / 1000, stripe);
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
