namespace Lateen.Proxy.Overload;

using Lateen.Proxy.Config;
using Lateen.Proxy.Listeners;
using Lateen.Proxy.Stats;

/// <summary>
/// Looks at each resource a few times a second, off the workers, and turns pressure into what the workers shed (Envoy's overload
/// manager). A refresh allocates nothing.
/// </summary>
public sealed class OverloadManager : IDisposable
{
    // Envoy's interval between two attempts to shrink the heap.
    private static readonly TimeSpan ShrinkPause = TimeSpan.FromSeconds(10);

    private readonly ProxyCore _core;
    private readonly OverloadState _state;
    private readonly ResourceReadings _readings;
    private readonly TimeProvider _time;
    private readonly Action<string> _note;
    private readonly Monitor[] _monitors;
    private readonly ActionEntry[] _actions;
    private readonly ITimer _timer;
    private long _shrunkAt;

    /// <param name="note">Told when an action begins or ends.</param>
    public OverloadManager(ProxyCore core, ResourceReadings readings, StatsStore stats, TimeProvider time, Action<string> note)
    {
        _core = core;
        _state = core.Overload;
        _readings = readings;
        _time = time;
        _note = note;
        OverloadConfig config = _state.Config;
        _monitors = [.. config.Monitors.Select(monitor => new Monitor(monitor, stats))];
        _actions = [.. config.Actions.Select(action => new ActionEntry(action, Find(action), stats))];
        _timer = time.CreateTimer(
            static self => ((OverloadManager?)self)?.Refresh(), this, config.RefreshInterval, config.RefreshInterval);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>One round; the timer calls it.</summary>
    public void Refresh()
    {
        lock (_monitors)
        {
            foreach (Monitor monitor in _monitors)
            {
                monitor.Update(PressureOf(monitor.Config));
            }

            _state.AdmitUntil = Ceiling();
            bool tell = false;
            foreach (ActionEntry action in _actions)
            {
                double strength = action.Strength();

                // Workers stop by themselves at the ceiling; that counts as a round of this action, and then they may go on.
                bool stopped = action.Config.Action is OverloadAction.StopAcceptingConnections && _state.StopsConnections;
                tell |= _state.Set(action.Config.Action, strength);
                Report(action, stopped ? 1 : strength);
                if (action.Config.Action is OverloadAction.ShrinkHeap && strength >= 1)
                {
                    ShrinkHeap();
                }
            }

            if (tell)
            {
                _core.ApplyOverload();
            }
        }
    }

    private (Monitor Monitor, OverloadTrigger Trigger)[] Find(OverloadActionConfig action) =>
        [.. action.Triggers.Select(trigger => (MonitorOf(trigger), trigger))];

    private Monitor MonitorOf(OverloadTrigger trigger) => Array.Find(_monitors, monitor => monitor.Config.Name == trigger.Monitor)
        ?? throw new ArgumentException($"No monitor {trigger.Monitor}.", nameof(trigger));

    private double PressureOf(OverloadMonitorConfig monitor) => monitor.Resource switch
    {
        OverloadResource.Heap => Share(_readings.ResidentBytes(), monitor.Limit),
        OverloadResource.CgroupMemory => Share(
            _readings.ResidentBytes(), Smaller(monitor.Limit, _readings.CgroupLimitBytes())),
        OverloadResource.DownstreamConnections => Share(_state.Connections, monitor.Limit),
        _ => Share(_readings.OpenDescriptors(), DescriptorsFor(monitor)),
    };

    // The run-time, logs and the admin interface need some too; whatever is shed, these are not given away.
    private long DescriptorsFor(OverloadMonitorConfig monitor)
    {
        const long ownUse = 32;
        long limit = Smaller(monitor.Limit, _readings.DescriptorLimit());
        return limit == 0 ? 0 : Math.Max(limit - ownUse, limit / 2);
    }

    // Half of what is left: each connection may need another one upstream before the next round.
    private long Ceiling()
    {
        long ceiling = long.MaxValue;
        foreach (ActionEntry action in _actions)
        {
            if (action.Config.Action is not OverloadAction.StopAcceptingConnections)
            {
                continue;
            }

            foreach ((Monitor each, OverloadTrigger trigger) in action.Triggers)
            {
                OverloadMonitorConfig monitor = each.Config;
                long limit = monitor.Resource is OverloadResource.FileDescriptors ? DescriptorsFor(monitor) : 0;
                if (limit > 0)
                {
                    long left = (long)(limit * trigger.Full) - _readings.OpenDescriptors();
                    ceiling = Math.Min(ceiling, _state.Connections + Math.Max(0, left / 2));
                }
            }
        }

        return ceiling;
    }

    private static long Smaller(long configured, long found) =>
        configured == 0 ? found : found == 0 ? configured : Math.Min(configured, found);

    private static double Share(long used, long limit) => limit <= 0 ? 0 : (double)used / limit;

    private void Report(ActionEntry action, double strength)
    {
        // Under a lasting flood an action comes and goes several times a second; that is one line, not hundreds.
        const int quietRoundsToEnd = 8;
        action.QuietRounds = strength > 0 ? 0 : action.QuietRounds + 1;
        bool active = strength > 0 || (action.IsActive && action.QuietRounds < quietRoundsToEnd);
        if (active != action.IsActive)
        {
            action.IsActive = active;
            _note($"{action.Config.Name} {(active ? "begins" : "ends")}");
        }

        action.Active.Set(strength >= 1 ? 1 : 0);
        action.ScalePercent.Set((long)(strength * 100));
    }

    private void ShrinkHeap()
    {
        if (_shrunkAt == 0 || _time.GetElapsedTime(_shrunkAt) >= ShrinkPause)
        {
            _shrunkAt = _time.GetTimestamp();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        }
    }

    private sealed class Monitor(OverloadMonitorConfig config, StatsStore stats)
    {
        private readonly Gauge _percent = stats.Gauge($"overload.{config.Name}.pressure");

        public OverloadMonitorConfig Config => config;

        public double Pressure { get; private set; }

        public void Update(double pressure)
        {
            Pressure = pressure;
            _percent.Set((long)(pressure * 100));
        }
    }

    private sealed class ActionEntry(
        OverloadActionConfig config, (Monitor Monitor, OverloadTrigger Trigger)[] triggers, StatsStore stats)
    {
        public OverloadActionConfig Config => config;

        public (Monitor Monitor, OverloadTrigger Trigger)[] Triggers => triggers;

        public bool IsActive { get; set; }

        public int QuietRounds { get; set; }

        public Gauge Active { get; } = stats.Gauge($"overload.{config.Name}.active");

        public Gauge ScalePercent { get; } = stats.Gauge($"overload.{config.Name}.scale_percent");

        public double Strength()
        {
            double strongest = 0;
            foreach ((Monitor monitor, OverloadTrigger trigger) in triggers)
            {
                strongest = Math.Max(strongest, trigger.StrengthAt(monitor.Pressure));
            }

            return strongest;
        }
    }
}
