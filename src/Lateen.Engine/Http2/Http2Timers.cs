namespace Lateen.Engine.Http2;

using Lateen.Engine.Loop;

/// <summary>All deadlines of one codec on one timer of the loop; 0 means none.</summary>
internal sealed class Http2Timers(Http2Codec codec, Http2Options options) : LoopTimer
{
    private long _settings;
    private long _drain;
    private long _flush;
    private long _nextPing;
    private long _pingAnswer;

    /// <summary>Settings were sent: an answer is due, and the time of the first PING is known.</summary>
    public void Start(EventLoop loop)
    {
        _settings = After(loop, options.SettingsTimeoutMicros);
        _nextPing = After(loop, options.KeepAliveIntervalMicros);
        Schedule(loop);
    }

    public void OnSettingsAck(EventLoop loop)
    {
        _settings = 0;
        Schedule(loop);
    }

    public void StartDrain(EventLoop loop)
    {
        _drain = After(loop, Math.Max(1, options.DrainTimeoutMicros));
        Schedule(loop);
    }

    /// <summary>The end of a body waits for the peer; returns when it must be gone.</summary>
    public long StartFlush(EventLoop loop)
    {
        long deadline = After(loop, options.FlushTimeoutMicros);
        if (deadline != 0 && _flush == 0)
        {
            _flush = deadline;
            Schedule(loop);
        }

        return deadline;
    }

    public void OnPingAnswer(EventLoop loop)
    {
        _pingAnswer = 0;
        Schedule(loop);
    }

    public void Stop(EventLoop loop) => loop.Disarm(this);

    public override void OnFire()
    {
        if (codec.Connection is not { IsOpen: true, Loop: { } loop })
        {
            return;
        }

        long now = loop.NowMicros;
        if (IsDue(_settings, now))
        {
            codec.Fail(Http2ErrorCode.SettingsTimeout, "http2.settings_timeout", Http2Counter.SettingsTimeout);
            return;
        }

        if (IsDue(_pingAnswer, now))
        {
            codec.Fail(Http2ErrorCode.NoError, "http2.keepalive_timeout", Http2Counter.KeepAliveTimeout);
            return;
        }

        if (IsDue(_drain, now))
        {
            _drain = 0;
            codec.FinishDrain();
        }

        if (IsDue(_nextPing, now))
        {
            _nextPing = After(loop, options.KeepAliveIntervalMicros);
            _pingAnswer = _pingAnswer == 0 ? After(loop, options.KeepAliveTimeoutMicros) : _pingAnswer;
            codec.SendKeepAlive();
        }

        if (IsDue(_flush, now))
        {
            _flush = codec.FlushOverdue(now);
        }

        Schedule(loop);
    }

    private static long After(EventLoop loop, long micros) => micros > 0 ? loop.NowMicros + micros : 0;

    private static bool IsDue(long deadline, long now) => deadline != 0 && deadline <= now;

    private static long Earlier(long one, long other) => one == 0 ? other : other == 0 ? one : Math.Min(one, other);

    private void Schedule(EventLoop loop)
    {
        long next = Earlier(Earlier(_settings, _drain), Earlier(_flush, Earlier(_nextPing, _pingAnswer)));
        if (next == 0)
        {
            loop.Disarm(this);
        }
        else
        {
            loop.Arm(this, next - loop.NowMicros);
        }
    }
}
