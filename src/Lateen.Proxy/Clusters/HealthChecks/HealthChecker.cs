namespace Lateen.Proxy.Clusters.HealthChecks;

using Lateen.Engine.Loop;
using Lateen.Proxy.Config;

/// <summary>
/// Asks the hosts of one cluster how they are, for the whole process, on the cluster's home loop. Workers see only the outcome: the
/// host set without those that failed.
/// </summary>
internal sealed class HealthChecker(Cluster cluster, EventLoop home, HealthCheckConfig config, HealthCheckStats stats)
{
    private readonly Dictionary<Host, HealthCheckSession> _sessions = [];
    private bool _stopped;

    public HealthCheckConfig Config => config;

    public HealthCheckStats Stats => stats;

    public EventLoop Loop => home;

    /// <summary>From any thread: the hosts have changed.</summary>
    public void Refresh() => home.Post(new CheckerTask(this, static checker => checker.Synchronise()));

    /// <summary>From any thread. The hosts keep their state: another checker may follow.</summary>
    public void Stop() => home.Post(new CheckerTask(this, static checker => checker.End()));

    /// <summary>From any worker: this host's traffic asked for its removal.</summary>
    public void ReportImmediateFailure(Host host) => home.Post(new CheckerTask(this, checker => checker.FailImmediately(host)));

    /// <summary>On the home loop: a check passed, which may end an ejection before its time.</summary>
    public void OnSuccess(Host host)
    {
        if (!host.Health.HasFailed && host.IsEjected && cluster.Config.OutlierDetection is { UnejectOnHealthCheck: true })
        {
            cluster.Outliers?.Return(host);
        }
    }

    /// <summary>On the home loop: the host's health is another than before.</summary>
    public void OnChanged(Host host)
    {
        cluster.OnHealthChanged(host);
        ShowGauges();
    }

    private void Synchronise()
    {
        if (_stopped)
        {
            return;
        }

        var gone = new HashSet<Host>(_sessions.Keys);
        foreach (Host host in cluster.Hosts.All)
        {
            if (host.Config.DisableHealthCheck)
            {
                continue;
            }

            gone.Remove(host);
            if (!_sessions.ContainsKey(host))
            {
                HealthCheckSession session = HealthCheckSession.Create(this, host);
                _sessions[host] = session;
                session.Start();
            }
        }

        foreach (Host host in gone)
        {
            _sessions[host].Stop();
            _sessions.Remove(host);
        }

        ShowGauges();
    }

    private void End()
    {
        _stopped = true;
        foreach (HealthCheckSession session in _sessions.Values)
        {
            session.Stop();
        }

        _sessions.Clear();
        stats.Healthy.Set(0);
        stats.Degraded.Set(0);
    }

    private void FailImmediately(Host host)
    {
        if (_sessions.TryGetValue(host, out HealthCheckSession? session))
        {
            session.FailImmediately();
        }
    }

    private void ShowGauges()
    {
        Host[] hosts = cluster.Hosts.All;
        stats.Healthy.Set(hosts.Count(static h => !h.Health.HasFailed));
        stats.Degraded.Set(hosts.Count(static h => h.Health.IsDegraded));
    }

    private sealed class CheckerTask(HealthChecker checker, Action<HealthChecker> action) : LoopTask
    {
        public override void Run(EventLoop loop) => action(checker);
    }
}
