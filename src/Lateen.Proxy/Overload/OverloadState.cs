namespace Lateen.Proxy.Overload;

using Lateen.Proxy.Config;

/// <summary>
/// How much load is to be shed at the moment: written by the <see cref="OverloadManager"/>, read by the workers without a lock, a
/// little late. The count of all downstream connections is exact.
/// </summary>
internal sealed class OverloadState(OverloadConfig config)
{
    private readonly OverloadActionConfig? _timers = config.Actions.FirstOrDefault(static a => a.Action is OverloadAction.ReduceTimeouts);
    private long _connections;
    private long _admitUntil = long.MaxValue;
    private volatile bool _stopsConnections;
    private volatile bool _rejectsConnections;
    private volatile bool _stopsRequests;
    private volatile bool _disablesKeepalive;
    private volatile int _timerPermille;

    public OverloadConfig Config => config;

    /// <summary>Open downstream connections that count against the process-wide limit.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>New connections wait in the kernel's queue.</summary>
    public bool StopsConnections => _stopsConnections;

    /// <summary>New connections are closed at once.</summary>
    public bool RejectsConnections => _rejectsConnections;

    /// <summary>New requests are answered with 503.</summary>
    public bool StopsRequests => _stopsRequests;

    /// <summary>Connections end with their next response.</summary>
    public bool DisablesKeepalive => _disablesKeepalive;

    public bool ReducesTimeouts => _timerPermille > 0;

    /// <summary>
    /// Up to how many connections may be open before the next look at the resources: a burst of clients is faster than a timer.
    /// </summary>
    public long AdmitUntil
    {
        set => Volatile.Write(ref _admitUntil, value);
    }

    /// <summary>True when that many are open: accepting stops at once.</summary>
    public bool TryStopAtCeiling()
    {
        if (Connections < Volatile.Read(ref _admitUntil))
        {
            return false;
        }

        _stopsConnections = true;
        return true;
    }

    /// <summary>Counts a connection in; false at the limit of the process.</summary>
    public bool TryEnter()
    {
        long open = Interlocked.Increment(ref _connections);
        if (config.MaxDownstreamConnections == 0 || open <= config.MaxDownstreamConnections)
        {
            return true;
        }

        Interlocked.Decrement(ref _connections);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _connections);

    /// <summary>What is left now of the time that a connection may be idle; zero stays zero, which means for ever.</summary>
    public TimeSpan ConnectionIdle(TimeSpan timeout) => _timerPermille == 0 || _timers is null
        ? timeout : Scale(timeout, _timers.MinConnectionIdle, _timers.MinConnectionIdleScale);

    public TimeSpan StreamIdle(TimeSpan timeout) => _timerPermille == 0 || _timers is null
        ? timeout : Scale(timeout, _timers.MinStreamIdle, _timers.MinStreamIdleScale);

    /// <summary>Sets an action's strength from 0 to 1; true when that changes what is done.</summary>
    public bool Set(OverloadAction action, double strength)
    {
        bool full = strength >= 1;
        switch (action)
        {
            case OverloadAction.StopAcceptingConnections:
                bool changed = _stopsConnections != full;
                _stopsConnections = full;
                return changed;
            case OverloadAction.RejectIncomingConnections:
                _rejectsConnections = full;
                return false;
            case OverloadAction.StopAcceptingRequests:
                _stopsRequests = full;
                return false;
            case OverloadAction.DisableHttpKeepalive:
                _disablesKeepalive = full;
                return false;
            case OverloadAction.ReduceTimeouts:
                int permille = (int)(strength * 1000);
                bool stronger = permille > _timerPermille;
                _timerPermille = permille;
                return stronger;
            default:
                return false;
        }
    }

    // In proportion between the whole timeout and its minimum (Envoy's scaled timers).
    private TimeSpan Scale(TimeSpan timeout, TimeSpan least, double leastScale)
    {
        TimeSpan minimum = least > TimeSpan.Zero ? least : timeout * leastScale;
        if (timeout <= minimum)
        {
            return timeout;
        }

        TimeSpan scaled = timeout - ((timeout - minimum) * (_timerPermille / 1000.0));
        return scaled > TimeSpan.Zero ? scaled : TimeSpan.FromMicroseconds(1);
    }
}
