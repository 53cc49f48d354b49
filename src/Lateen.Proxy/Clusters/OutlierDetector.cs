namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Loop;
using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;

/// <summary>
/// Takes hosts that fail out of use for a while, for all workers at once, as Envoy's outlier detection does. Workers only count and
/// report; ejection and return are decided on one loop, the cluster's home, so nothing here needs a lock.
/// </summary>
internal sealed class OutlierDetector
{
    private readonly Cluster _cluster;
    private readonly EventLoop _home;
    private readonly OutlierStats _stats;
    private readonly IntervalTimer _timer;
    private bool _stopped;

    public OutlierDetector(Cluster cluster, EventLoop home, StatsStore stats, string statName)
    {
        _cluster = cluster;
        _home = home;
        _stats = new OutlierStats(stats, statName);
        _timer = new IntervalTimer(this);
        home.Post(new DetectorTask(this, static detector => detector.Arm()));
    }

    /// <summary>From any worker: a host has reached a threshold.</summary>
    public void Report(Host host, OutlierKind kind) => _home.Post(new ReportTask(this, host, kind));

    /// <summary>From the configuration thread: the cluster detects no outliers any more.</summary>
    public void Stop() => _home.Post(new DetectorTask(this, static detector => detector.End()));

    /// <summary>Called when the hosts have changed, with those that are there now.</summary>
    public void CountEjected(IReadOnlyList<Host> hosts) => _stats.Active.Set(hosts.Count(static h => h.Outlier.IsEjected));

    /// <summary>On the home loop: the host is in use again before its time.</summary>
    public void Return(Host host)
    {
        host.Outlier.IsEjected = false;
        host.Outlier.RestartAll();
        Refresh(true);
    }

    private void Arm()
    {
        if (!_stopped && _cluster.Config.OutlierDetection is { } config)
        {
            _home.Arm(_timer, (long)config.Interval.TotalMicroseconds);
        }
    }

    private void End()
    {
        _stopped = true;
        _home.Disarm(_timer);
        bool any = false;
        foreach (Host host in _cluster.Hosts.All)
        {
            any |= host.Outlier.IsEjected;
            host.Outlier.IsEjected = false;
        }

        _stats.Active.Set(0);
        Refresh(any);
    }

    private void OnReport(Host host, OutlierKind kind)
    {
        // A report may come late: the host is out already, or gone.
        if (_stopped || host.IsRemoved || host.Outlier.IsEjected || _cluster.Config.OutlierDetection is not { } config)
        {
            return;
        }

        _stats.Detected(kind).Increment();
        bool ejected = TryEject(host, kind, config);
        host.Outlier.Restart(kind);
        Refresh(ejected);
    }

    private bool TryEject(Host host, OutlierKind kind, OutlierDetectionConfig config)
    {
        Host[] hosts = _cluster.Hosts.All;
        int ejected = hosts.Count(static h => h.Outlier.IsEjected);
        bool may = 100.0 * (ejected + 1) / Math.Max(1, hosts.Length) <= config.MaxEjectionPercent;
        if (!may && !(config.AlwaysEjectOneHost && ejected == 0))
        {
            _stats.Overflow.Increment();
            return false;
        }

        if (_home.Random.Next(100) >= Enforcing(kind, config))
        {
            return false;
        }

        _stats.EnforcedTotal.Increment();
        _stats.Enforced(kind).Increment();
        OutlierMonitor monitor = host.Outlier;
        monitor.IsEjected = true;
        monitor.EjectedAtMicros = _home.NowMicros;
        long jitter = (long)config.MaxEjectionTimeJitter.TotalMicroseconds;
        monitor.JitterMicros = jitter > 0 ? (long)(_home.Random.NextDouble() * jitter) : 0;

        // Each further ejection lasts longer, up to the maximum; it need not grow beyond.
        if (monitor.Multiplier * config.BaseEjectionTime < config.MaxEjectionTime + config.BaseEjectionTime)
        {
            monitor.Multiplier++;
        }

        return true;
    }

    private void OnInterval()
    {
        if (_stopped || _cluster.Config.OutlierDetection is not { } config)
        {
            return;
        }

        bool changed = false;
        Host[] hosts = _cluster.Hosts.All;
        foreach (Host host in hosts)
        {
            OutlierMonitor monitor = host.Outlier;
            if (monitor.IsEjected)
            {
                changed |= TryReturn(monitor, config);
            }
            else if (monitor.Multiplier > 0)
            {
                // A host that stayed in for an interval earns back some of its good name.
                monitor.Multiplier--;
            }
        }

        var finder = new RateOutliers(config.Rates, config.SplitExternalLocalOriginErrors);
        foreach ((Host host, OutlierKind kind) in finder.Find(hosts))
        {
            if (!host.Outlier.IsEjected)
            {
                _stats.Detected(kind).Increment();
                changed |= TryEject(host, kind, config);
            }
        }

        Refresh(changed);
        Arm();
    }

    private bool TryReturn(OutlierMonitor monitor, OutlierDetectionConfig config)
    {
        TimeSpan ejection = monitor.Multiplier * config.BaseEjectionTime;
        ejection = ejection < config.MaxEjectionTime ? ejection : config.MaxEjectionTime;
        if (_home.NowMicros - monitor.EjectedAtMicros < (long)ejection.TotalMicroseconds + monitor.JitterMicros)
        {
            return false;
        }

        monitor.IsEjected = false;
        monitor.RestartAll();
        return true;
    }

    private void Refresh(bool changed)
    {
        if (changed)
        {
            _cluster.RebuildHosts();
        }
    }

    private static uint Enforcing(OutlierKind kind, OutlierDetectionConfig config) => kind switch
    {
        OutlierKind.Consecutive5Xx => config.Enforcing5Xx,
        OutlierKind.ConsecutiveGatewayFailure => config.EnforcingGatewayFailure,
        OutlierKind.ConsecutiveLocalOriginFailure => config.EnforcingLocalOriginFailure,
        OutlierKind.SuccessRate => config.Rates.EnforcingSuccessRate,
        OutlierKind.LocalOriginSuccessRate => config.Rates.EnforcingLocalOriginSuccessRate,
        OutlierKind.FailurePercentage => config.Rates.EnforcingFailurePercentage,
        _ => config.Rates.EnforcingFailurePercentageLocalOrigin,
    };

    private sealed class IntervalTimer(OutlierDetector detector) : LoopTimer
    {
        public override void OnFire() => detector.OnInterval();
    }

    private sealed class ReportTask(OutlierDetector detector, Host host, OutlierKind kind) : LoopTask
    {
        public override void Run(EventLoop loop) => detector.OnReport(host, kind);
    }

    private sealed class DetectorTask(OutlierDetector detector, Action<OutlierDetector> action) : LoopTask
    {
        public override void Run(EventLoop loop) => action(detector);
    }
}
