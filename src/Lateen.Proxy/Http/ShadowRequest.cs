namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.LoadBalancing;
using Lateen.Proxy.Routing;

/// <summary>
/// A copy of a request on its way to a mirror cluster. It lives longer than the stream it came from, reads the response to its end
/// (so that the connection can be used again) and forgets it. Re-used.
/// </summary>
internal sealed class ShadowRequest : ResponseDecoder
{
    private readonly ShadowPool _pool;
    private readonly EventLoop _loop;
    private readonly HeaderMap _headers = new();
    private readonly BodyBuffer _body = new();
    private readonly ConnectionWait _wait;
    private readonly Timeout _timeout;
    private readonly ReleaseTask _releaseTask;
    private CircuitBreakers? _breakers;
    private Host? _host;
    private RequestEncoder? _encoder;
    private bool _done;

    public ShadowRequest(ShadowPool pool, EventLoop loop)
    {
        _pool = pool;
        _loop = loop;
        _wait = new ConnectionWait(this);
        _timeout = new Timeout(this);
        _releaseTask = new ReleaseTask(this);
    }

    public void Start(Cluster cluster, RouteMirror mirror, HeaderMap request, ReadOnlySpan<byte> body, ulong? hash, long timeoutMicros)
    {
        _done = false;
        _encoder = null;
        var context = new PickContext { Random = _loop.Random, NowMicros = _loop.NowMicros, Hash = hash };
        _host = cluster.Pick(_loop.WorkerIndex, ref context);
        if (_host is not { } host)
        {
            cluster.Stats.NoHealthy.Increment();
            Finish();
            return;
        }

        _headers.CopyFrom(request);

        // The request comes from us, so its x-envoy-* headers may be followed (Envoy, async_client_impl).
        _headers.Set("x-envoy-internal"u8, "true"u8);
        mirror.RewriteHost(_headers);
        _body.Append(body);
        _breakers = cluster.Breakers;
        _loop.Arm(_timeout, timeoutMicros);
        host.PoolFor(_loop, HttpProtocol.Http11, _headers).Acquire(_wait, cluster.Breakers);
    }

    public override void OnInformational(HeaderMap headers)
    {
    }

    public override void OnHeaders(HeaderMap headers, bool endStream)
    {
        if (_encoder is null || _host is not { } host)
        {
            return;
        }

        int status = ConnectionManager.ParseStatus(headers);
        host.Cluster.Stats.CountResponse(status);
        host.ReportResponse(status);
        FinishAt(endStream);
    }

    public override void OnData(ReadOnlySpan<byte> data, bool endStream) => FinishAt(endStream);

    public override void OnTrailers(HeaderMap trailers) => FinishAt(true);

    public override void OnReset(StreamResetReason reason, string detail)
    {
        if (_encoder is not null && _host is { } host)
        {
            host.Cluster.Stats.ReceivedReset.Increment();
            host.ReportFailure(LocalOriginFailure.Connection);
            Detach();
            Finish();
        }
    }

    // The copy is in memory as a whole already; there is nobody to slow down.
    public override void OnWriteBlocked()
    {
    }

    public override void OnWriteDrained()
    {
    }

    private void OnReady(UpstreamConnection connection)
    {
        if (_host is not { } host || _breakers is not { } breakers)
        {
            return;
        }

        HostLoad.Begin(host, default);
        RequestEncoder encoder = connection.NewStream(this);
        _encoder = encoder;
        encoder.SendHeaders(_headers, endStream: _body.Length == 0);
        if (_body.Length > 0 && ReferenceEquals(_encoder, encoder))
        {
            encoder.SendData(_body.Bytes, endStream: true);
        }
    }

    private void OnFailed(PoolFailure failure)
    {
        if (failure is not PoolFailure.Overflow)
        {
            _host?.ReportFailure(LocalOriginFailure.Connection);
        }

        Finish();
    }

    private void OnTimeout()
    {
        _wait.WaitingIn?.Cancel(_wait);
        if (_host is { } host)
        {
            host.Cluster.Stats.RequestTimeout.Increment();
            host.ReportFailure(LocalOriginFailure.Timeout);
        }

        if (_encoder is { } encoder)
        {
            Detach();
            encoder.Reset(StreamResetReason.LocalReset);
        }

        Finish();
    }

    private void FinishAt(bool endStream)
    {
        if (endStream && _encoder is not null)
        {
            Detach();
            Finish();
        }
    }

    private void Detach()
    {
        _encoder = null;
        if (_host is { } host && _breakers is { } breakers)
        {
            HostLoad.End(host, breakers, default);
        }
    }

    private void Finish()
    {
        if (!_done)
        {
            _done = true;
            _loop.Disarm(_timeout);
            _body.Clear();

            // Frames of this copy may be on the stack now.
            _loop.Defer(_releaseTask);
        }
    }

    private sealed class ConnectionWait(ShadowRequest shadow) : PoolRequest
    {
        public override void OnReady(UpstreamConnection connection) => shadow.OnReady(connection);

        public override void OnFailed(PoolFailure failure) => shadow.OnFailed(failure);
    }

    private sealed class Timeout(ShadowRequest shadow) : LoopTimer
    {
        public override void OnFire() => shadow.OnTimeout();
    }

    private sealed class ReleaseTask(ShadowRequest shadow) : LoopTask
    {
        public override void Run(EventLoop loop) => shadow._pool.Return(shadow);
    }
}
