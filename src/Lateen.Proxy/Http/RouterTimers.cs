namespace Lateen.Proxy.Http;

using Lateen.Engine.Loop;

/// <summary>
/// A router's clocks: for the whole request, for one try, and for the pause before the next. The first runs for nearly every request and
/// almost never to its end, so its timer stays in the wheel from one request to the next and looks, when it fires, whether it is due.
/// </summary>
internal sealed class RouterTimers : LoopTimer
{
    private readonly StreamRouter _router;
    private readonly EventLoop _loop;
    private TryTimer? _try;
    private BackoffTimer? _backoff;
    private long _globalDeadlineMicros;
    private long _globalFiresMicros;

    public RouterTimers(StreamRouter router, EventLoop loop)
    {
        _router = router;
        _loop = loop;
    }

    public bool IsGlobalRunning => _globalDeadlineMicros > 0;

    public void BeginGlobal(long micros)
    {
        _globalDeadlineMicros = _loop.NowMicros + micros;
        if (!IsArmed || _globalFiresMicros > _globalDeadlineMicros)
        {
            Arm();
        }
    }

    public void EndGlobal() => _globalDeadlineMicros = 0;

    public void BeginTry(long micros) => _loop.Arm(_try ??= new TryTimer(_router), micros);

    public void EndTry() => Disarm(_try);

    public void BeginBackoff(long micros) => _loop.Arm(_backoff ??= new BackoffTimer(_router), micros);

    public void Stop()
    {
        _globalDeadlineMicros = 0;
        Disarm(_try);
        Disarm(_backoff);
    }

    /// <summary>The stream is used no more: the wheel must not hold it.</summary>
    public void Forget()
    {
        Stop();
        Disarm(this);
    }

    /// <summary>The whole request's time may be over.</summary>
    public override void OnFire()
    {
        if (_globalDeadlineMicros == 0)
        {
            return;
        }

        if (_globalDeadlineMicros > _loop.NowMicros)
        {
            Arm();
            return;
        }

        _globalDeadlineMicros = 0;
        _router.OnTimeout(isGlobal: true);
    }

    private void Arm()
    {
        _globalFiresMicros = _globalDeadlineMicros;
        _loop.Arm(this, _globalDeadlineMicros - _loop.NowMicros);
    }

    private void Disarm(LoopTimer? timer)
    {
        if (timer is { IsArmed: true })
        {
            _loop.Disarm(timer);
        }
    }

    private sealed class TryTimer(StreamRouter router) : LoopTimer
    {
        public override void OnFire() => router.OnTimeout(isGlobal: false);
    }

    private sealed class BackoffTimer(StreamRouter router) : LoopTimer
    {
        public override void OnFire() => router.OnBackoffOver();
    }
}
