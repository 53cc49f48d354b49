namespace Lateen.Local.Tests.Controllers;

/// <summary>Real time from a chosen moment on, which a test can make jump; timers that a jump passes fire at once.</summary>
internal sealed class JumpingClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<JumpTimer> _timers = [];
    private TimeSpan _offset = start - System.GetUtcNow();

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return System.GetUtcNow() + _offset;
        }
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        JumpTimer timer = new(this, callback, state);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    public void Jump(TimeSpan time)
    {
        JumpTimer[] passed;
        lock (_gate)
        {
            _offset += time;
            long now = (System.GetUtcNow() + _offset).UtcTicks;
            passed = [.. _timers.Where(timer => timer.Due <= now)];
        }

        Array.ForEach(passed, static timer => timer.FireNow());
    }

    private void Forget(JumpTimer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

    private sealed class JumpTimer : ITimer
    {
        private readonly JumpingClock _clock;
        private readonly ITimer _real;
        private TimeSpan _period = Timeout.InfiniteTimeSpan;

        public JumpTimer(JumpingClock clock, TimerCallback callback, object? state)
        {
            _clock = clock;
            _real = System.CreateTimer(
                _ =>
                {
                    Due = _period == Timeout.InfiniteTimeSpan ? long.MaxValue : (clock.GetUtcNow() + _period).UtcTicks;
                    callback(state);
                },
                null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        public long Due { get; private set; } = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _period = period;
            Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : (_clock.GetUtcNow() + dueTime).UtcTicks;
            return _real.Change(dueTime, period);
        }

        public void FireNow() => _real.Change(TimeSpan.Zero, _period);

        public void Dispose()
        {
            _clock.Forget(this);
            _real.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            _clock.Forget(this);
            return _real.DisposeAsync();
        }
    }
}
