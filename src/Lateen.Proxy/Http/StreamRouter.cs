namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Routing;

/// <summary>
/// The last step of a request: follows its route. Picks a host, tries, tries again where the policy says so, and keeps the
/// timeouts. One per stream, re-used with it.
/// </summary>
internal sealed class StreamRouter
{
    private readonly ActiveStream _stream;
    private readonly UpstreamAttempt _attempt;
    private readonly RetryState _retry = new();
    private readonly RetainedRequest _kept = new();
    private readonly HostChoice _choice;
    private readonly ShadowPool _shadows;
    private readonly RouterTimers _timers;
    private readonly StreamInfo _info;
    private RequestMirror? _mirror;
    private Route? _route;
    private CircuitBreakers? _breakers;
    private RequestTimeouts _timeouts;
    private long _attemptStartMicros;
    private bool _started;
    private bool _ended;
    private bool _requestPaused;
    private bool _needsTls;

    public StreamRouter(ActiveStream stream, ShadowPool shadows)
    {
        _stream = stream;
        _choice = new HostChoice(stream);
        _shadows = shadows;
        _attempt = new UpstreamAttempt(this, stream);
        _timers = new RouterTimers(this, stream.Loop);
        _info = stream.Info;
    }

    public RouteTarget? Target { get; private set; }

    public Cluster? Cluster { get; private set; }

    // Only read once Start has seen that there is a cluster.
    private Cluster Chosen => Cluster ?? NotStarted<Cluster>();

    private CircuitBreakers Breakers => _breakers ?? NotStarted<CircuitBreakers>();

    private StreamInfo Info => _info;

    private EventLoop Loop => _stream.Loop;

    public void Reset()
    {
        _route = null;
        Target = null;
        Cluster = null;
        _breakers = null;
        _started = _ended = _requestPaused = _needsTls = false;
        _kept.Reset();
        _retry.Forget();
        _choice.Reset();
    }

    /// <summary>Takes the route before the filters run, since they look at it.</summary>
    public void Choose(Route? route, VirtualHostRoutes? host)
    {
        _route = route;
        _needsTls = host is not null && RouteActions.NeedsTls(_stream, host.Config.RequireTls);
        if (route is null)
        {
            return;
        }

        Info.RouteName = route.Name;
        Info.VirtualHostName = route.VirtualHost.Name;
        Target = route.PickTarget(_stream.Random);
        Cluster = Target is null ? RouteActions.ClusterFromHeader(_stream, route) : Target.ClusterIn(_stream.Snapshot);
        Info.Cluster = Cluster;
    }

    /// <summary>The filters are done with the request head.</summary>
    public void Start(bool endStream)
    {
        if (RouteActions.TryAnswer(_stream, _route, Cluster, _needsTls) || _route?.Forward is not { } action || Cluster is null)
        {
            return;
        }

        HeaderMap request = _stream.Request;
        _timeouts = RequestTimeouts.Take(request, action, _route.Timeouts, _stream.IsTrusted, Info.IsGrpc);
        _retry.Start(request, _stream.IsUpgrade ? null : _route.RetryPolicy, _stream.IsTrusted);
        _breakers = action.HighPriority ? Cluster.HighPriorityBreakers : Cluster.Breakers;
        RouteActions.Rewrite(_stream, _route, Target ?? _route.OwnMutations);
        _choice.ComputeHash(_route, request);
        if (_route.Mirrors.Length > 0 && !_stream.IsUpgrade)
        {
            (_mirror ??= new RequestMirror(_stream, _shadows)).Begin(_route.Mirrors);
        }

        _started = true;
        if (endStream)
        {
            OnRequestEnd();
        }

        Try();
        if (endStream)
        {
            SendMirrored();
        }
    }

    public void OnRequestData(ReadOnlySpan<byte> data, bool endStream)
    {
        if (_ended)
        {
            return;
        }

        bool streaming = _attempt.IsSending;
        Keep(data, streaming);
        if (Cluster is not null)
        {
            _mirror?.Append(data, Cluster);
        }

        if (endStream)
        {
            OnRequestEnd();
        }

        if (streaming)
        {
            _attempt.SendData(data, endStream);
        }

        if (endStream)
        {
            SendMirrored();
        }
    }

    public void OnRequestTrailers(HeaderMap trailers)
    {
        _kept.Trailers = trailers;
        OnRequestEnd();
        if (_attempt.IsSending)
        {
            _attempt.SendTrailers(trailers);
        }

        SendMirrored();
    }

    /// <summary>The stream is answered or gone: nothing goes to or comes from an upstream any more.</summary>
    public void Stop()
    {
        _ended = true;
        _timers.Stop();
        _attempt.Cancel();
        ReleaseRetry();
        _kept.Clear();
        _mirror?.Clear();
    }

    /// <summary>The stream is used no more.</summary>
    public void ForgetTimers() => _timers.Forget();

    public void PauseUpstream() => _attempt.PauseReading();

    public void ResumeUpstream() => _attempt.ResumeReading();

    /// <summary>The route may change any header of the response.</summary>
    public bool MutatesResponse => !((Target ?? _route?.OwnMutations)?.ResponseHeaders.IsEmpty ?? true);

    /// <summary>The route's response header mutations.</summary>
    public void MutateResponse(HeaderMap response)
    {
        if (_route is not null && (Target ?? _route.OwnMutations).ResponseHeaders is { IsEmpty: false } mutations)
        {
            // A header may tell of it: %RESPONSE_CODE%.
            Info.ResponseCode = ConnectionManager.ParseStatus(response);
            mutations.Apply(response, _stream.Request, Info);
        }
    }

    /// <summary>The attempt got its connection: the request goes out.</summary>
    public void OnAttemptReady(in SocketAddress local)
    {
        Info.UpstreamLocalAddress = local;
        Info.FirstUpstreamByteSentMicros = Loop.NowMicros;
        HeaderMap? trailers = _kept.Trailers;
        bool bodyFollows = !_stream.RequestEnded || _kept.Length > 0 || trailers is not null;
        _attempt.SendHeaders(_stream.Request, endStream: !bodyFollows);
        if (_kept.Length > 0)
        {
            _attempt.SendData(_kept.Body, endStream: _stream.RequestEnded && trailers is null);
        }

        if (trailers is not null)
        {
            _attempt.SendTrailers(trailers);
        }

        if (!_retry.IsArmed)
        {
            _kept.Drop();
        }

        ResumeRequest();
        if (_stream.RequestEnded)
        {
            ArmTryTimer();
        }
    }

    /// <summary>A response head came. True when it goes downstream, false when the request is tried again.</summary>
    public bool OnAttemptHeaders(HeaderMap headers, int status)
    {
        Chosen.Stats.CountResponse(status, _stream.Stripe);
        Info.UpstreamHost?.ReportResponse(status, headers);
        if (Decide(_retry.OnResponse(status, headers, Breakers)))
        {
            _attempt.Cancel();
            ScheduleRetry();
            return false;
        }

        if (_retry.HasRetried && status < 500)
        {
            Chosen.Stats.RetrySuccess.Increment();
        }

        Commit(headers);
        return true;
    }

    /// <summary>The attempt ended without a complete response.</summary>
    public void OnAttemptReset(ResetText reset, bool headersSent)
    {
        Info.UpstreamTransportFailureReason = reset.TransportFailure;
        _timers.EndTry();
        if (_ended)
        {
            return;
        }

        if (_stream.ResponseStarted)
        {
            Info.Flags |= reset.Flags;
            Info.ResponseCodeDetails = reset.AfterResponse;
            _stream.AbortResponse();
            return;
        }

        if (!ReferenceEquals(reset, ResetText.Overflow))
        {
            Info.UpstreamHost?.ReportFailure(LocalOriginFailure.Connection);
        }

        if (Decide(_retry.OnReset(reset, headersSent, Breakers)))
        {
            ScheduleRetry();
            return;
        }

        Info.Flags |= reset.Flags;
        Info.ResponseCodeDetails = reset.BeforeResponse;
        _stream.SendLocal(reset.Status, reset.Body, default, overloaded: ReferenceEquals(reset, ResetText.Overflow));
    }

    public void OnAttemptBlocked()
    {
        _requestPaused = true;
        _stream.PauseRequest();
    }

    public void OnAttemptDrained() => ResumeRequest();

    /// <summary>It is time for another try.</summary>
    public void OnBackoffOver() => Try();

    /// <summary>The whole request took too long, or one try of it.</summary>
    public void OnTimeout(bool isGlobal)
    {
        (isGlobal ? Chosen.Stats.RequestTimeout : Chosen.Stats.PerTryTimeout).Increment();
        Info.UpstreamHost?.ReportFailure(LocalOriginFailure.Timeout);
        _attempt.Cancel();
        if (!isGlobal && Decide(_retry.OnReset(ResetText.LocalReset, headersSent: true, Breakers)))
        {
            ScheduleRetry();
            return;
        }

        Info.Flags |= ResponseFlags.UpstreamRequestTimeout;
        string details = isGlobal ? ResponseCodeDetails.UpstreamResponseTimeout : ResponseCodeDetails.UpstreamPerTryTimeout;
        Info.ResponseCodeDetails = details;
        if (_stream.ResponseStarted)
        {
            _stream.AbortResponse();
            return;
        }

        _stream.SendLocal(504, "upstream request timeout"u8, default);
    }

    private void Try()
    {
        Host? host = _choice.Pick(Chosen, _retry, Target is null ? _route?.Forward?.Subset : Target.Config.Subset);
        if (host is null)
        {
            Chosen.Stats.NoHealthy.Increment();
            _stream.Respond(503, ResponseFlags.NoHealthyUpstream, ResponseCodeDetails.NoHealthyUpstream, "no healthy upstream"u8);
            return;
        }

        RouteActions.Address(_stream, _route ?? NotStarted<Route>(), host);
        _attemptStartMicros = Loop.NowMicros;
        _attempt.Start(host, Breakers);
    }

    private void Commit(HeaderMap upstream)
    {
        _timers.EndTry();
        ReleaseRetry();
        _kept.Drop();
        long now = Loop.NowMicros;
        Info.FirstUpstreamByteReceivedMicros = now;
        Info.ResponseCodeDetails = ResponseCodeDetails.ViaUpstream;
        Chosen.Stats.RequestTime.Record((now - _attemptStartMicros) / 1000, _stream.Stripe);
        HeaderMap response = _stream.Response;
        RouteActions.CopyResponse(_stream, _route, upstream, (now - _attemptStartMicros) / 1000);
        _choice.AddCookies(response);
        if (_stream.IsUpgrade)
        {
            _timers.EndGlobal();
        }

        MutateResponse(response);
    }

    private bool Decide(RetryState.Decision decision)
    {
        // Once body bytes are gone there is nothing to send again.
        if (decision is RetryState.Decision.Yes && _kept.IsDropped && Info.BytesReceived > 0)
        {
            ReleaseRetry();
            return false;
        }

        return decision is not RetryState.Decision.No && RetryState.Follow(decision, Info, Chosen.Stats);
    }

    private void ScheduleRetry()
    {
        _timers.EndTry();
        Chosen.Stats.Retry.Increment();
        Chosen.Stats.RetryBackoffExponential.Increment();
        _timers.BeginBackoff(_retry.BackoffMicros(_stream.Random));
    }

    private void OnRequestEnd()
    {
        if (!_started || _ended)
        {
            return;
        }

        // Both clocks start when the request has been received in full (Envoy, router.proto).
        if (_timeouts.GlobalMicros > 0 && !_timers.IsGlobalRunning)
        {
            _timers.BeginGlobal(_timeouts.GlobalMicros);
        }

        if (_attempt.IsSending)
        {
            ArmTryTimer();
        }
    }

    private void ArmTryTimer()
    {
        if (_timeouts.PerTryMicros > 0 && !_stream.ResponseStarted)
        {
            _timers.BeginTry(_timeouts.PerTryMicros);
        }
    }

    private void Keep(ReadOnlySpan<byte> data, bool streaming)
    {
        int limit = Cluster?.Config.BufferLimitBytes ?? 0;
        switch (_kept.Keep(data, limit, streaming, _retry.IsArmed))
        {
            case RetainedRequest.Outcome.GivenUp:
                Chosen.Stats.RetryOrShadowAbandoned.Increment();
                _retry.Forget();
                break;
            case RetainedRequest.Outcome.Full when !_requestPaused:
                OnAttemptBlocked();
                break;
        }
    }

    private void ResumeRequest()
    {
        if (_requestPaused)
        {
            _requestPaused = false;
            _stream.ResumeRequest();
        }
    }

    // Copies go out once the request is whole, and only if it was not refused by ourselves meanwhile.
    private void SendMirrored()
    {
        if (_mirror is not null && _started && !_ended)
        {
            _mirror.Send(_stream.Request, _choice.Hash, _timeouts.GlobalMicros);
        }
    }

    private void ReleaseRetry()
    {
        if (_retry.HoldsBreaker)
        {
            _retry.ReleaseBreaker(Breakers);
        }
    }

    // Apart, so that what asks is small enough to be inlined.
    private static T NotStarted<T>() => throw new InvalidOperationException("The router has not started yet.");
}
