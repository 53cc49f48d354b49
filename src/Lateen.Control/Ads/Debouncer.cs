namespace Lateen.Control.Ads;

/// <summary>
/// Gathers changes until nothing has changed for a while, but never longer than a maximum: 100 ms and 10 s, as istiod
/// (PILOT_DEBOUNCE_AFTER, PILOT_DEBOUNCE_MAX).
/// </summary>
public sealed class Debouncer : IDisposable
{
    private readonly Lock gate = new();
    private readonly TimeProvider clock;
    private readonly TimeSpan quiet;
    private readonly TimeSpan longest;
    private readonly Action<long, int> fire;
    private readonly ITimer timer;
    private long firstChange;
    private int changes;

    /// <param name="clock">Source of time.</param>
    /// <param name="fire">Called with the timestamp of the first change and their number.</param>
    /// <param name="quiet">How long nothing may change.</param>
    /// <param name="longest">How long a change may wait.</param>
    public Debouncer(TimeProvider clock, Action<long, int> fire, TimeSpan? quiet = null, TimeSpan? longest = null)
    {
        this.clock = clock;
        this.fire = fire;
        this.quiet = quiet ?? TimeSpan.FromMilliseconds(100);
        this.longest = longest ?? TimeSpan.FromSeconds(10);
        timer = clock.CreateTimer(_ => OnTimer(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Changed()
    {
        lock (gate)
        {
            if (changes++ == 0)
            {
                firstChange = clock.GetTimestamp();
            }

            TimeSpan left = longest - clock.GetElapsedTime(firstChange);
            TimeSpan due = left < quiet ? left : quiet;
            timer.Change(due > TimeSpan.Zero ? due : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => timer.Dispose();

    private void OnTimer()
    {
        long first;
        int count;
        lock (gate)
        {
            (first, count) = (firstChange, changes);
            changes = 0;
        }

        if (count > 0)
        {
            fire(first, count);
        }
    }
}
