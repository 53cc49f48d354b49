namespace Lateen.Proxy.Agent;

/// <summary>
/// The orderly end of a workload: it becomes a lame duck at once, and is let go when the control plane says that every proxy that
/// knew its address has acknowledged a configuration without it (docs/decisions/0005).
/// </summary>
public sealed class Termination
{
    // Whoever follows the Service by other ways (kube-proxy, a proxy at another istiod) learns of the end at about the same time.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    private readonly AgentOptions _options;
    private readonly Func<CancellationToken, Task<bool>> _askForRelease;
    private readonly Action _lameDuck;
    private readonly Func<int> _callers;
    private readonly ProxyLog _log;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private Task? _release;
    private int _begun;

    /// <param name="options">The pod's durations.</param>
    /// <param name="askForRelease">Completes with true on release, with false when no control plane can be asked.</param>
    /// <param name="lameDuck">Makes the data path say goodbye with each response.</param>
    /// <param name="callers">Connections that callers have open.</param>
    /// <param name="log">The agent's log.</param>
    /// <param name="time">Source of time.</param>
    public Termination(
        AgentOptions options, Func<CancellationToken, Task<bool>> askForRelease, Action lameDuck, Func<int> callers, ProxyLog log,
        TimeProvider time)
    {
        _options = options;
        _askForRelease = askForRelease;
        _lameDuck = lameDuck;
        _callers = callers;
        _log = log;
        _time = time;
    }

    /// <summary>True once <see cref="ReleaseAsync"/> has run to its end.</summary>
    public bool IsReleased => _release is { IsCompletedSuccessfully: true };

    // Three quarters of the grace period; the rest belongs to the application and to what is open in the proxy.
    private TimeSpan Most => Max(_options.GracePeriod * 0.75, Least);

    /// <summary>Starts the lame duck phase; any number of calls are one.</summary>
    public void Begin()
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
        {
            _lameDuck();
        }
    }

    /// <summary>Waits until nobody calls this workload any more, at most three quarters of the grace period.</summary>
    public Task ReleaseAsync(CancellationToken cancel)
    {
        Begin();
        lock (_gate)
        {
            // One wait for all containers' hooks and the proxy's own end; it must not die with the first who asked.
            _release ??= RunAsync();
        }

        return _release.WaitAsync(cancel);
    }

    private async Task RunAsync()
    {
        long started = _time.GetTimestamp();
        using var most = new CancellationTokenSource(Most, _time);
        bool released = false;
        bool asked = true;
        try
        {
            asked = released = await _askForRelease(most.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (most.IsCancellationRequested)
        {
            _log.Warning("drain", $"not every proxy acknowledged this workload's end within {Most.TotalSeconds:F0} s; ending all the same");
        }

        // Without a control plane nobody tells the callers either; what they find out by themselves takes a moment.
        TimeSpan least = asked ? Least : Min(_options.TerminationDrainDuration, Most);
        TimeSpan left = least - _time.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
        {
            await Task.Delay(left, _time).ConfigureAwait(false);
        }

        await CallersLeaveAsync(Min(_options.TerminationDrainDuration, Most - _time.GetElapsedTime(started))).ConfigureAwait(false);
        _log.Info("drain", $"{(released ? "released" : "not released")} after {_time.GetElapsedTime(started).TotalSeconds:F1} s");
    }

    // Calls that were under way when the last caller heard of it; TCP sessions may outlast the limit.
    private async Task CallersLeaveAsync(TimeSpan limit)
    {
        long started = _time.GetTimestamp();
        while (_callers() > 0 && _time.GetElapsedTime(started) < limit)
        {
            await Task.Delay(Poll, _time).ConfigureAwait(false);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
