namespace Lateen.Proxy.Clusters.HealthChecks;

using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;

/// <summary>
/// The checks of one host: when the next one is due, and what a row of answers makes of the host (Envoy, health_checker_base_impl).
/// Lives on the cluster's home loop.
/// </summary>
internal abstract class HealthCheckSession
{
    private readonly HealthChecker _checker;
    private readonly BeginTimer _interval;
    private readonly TimeoutTimer _timeout;
    private uint _successes;
    private uint _failures;
    private bool _decidesAtOnce = true;
    private bool _stopped;

    protected HealthCheckSession(HealthChecker checker, Host host)
    {
        _checker = checker;
        Host = host;
        _interval = new BeginTimer(this);
        _timeout = new TimeoutTimer(this);
    }

    public Host Host { get; }

    protected HealthCheckConfig Config => _checker.Config;

    protected HealthCheckStats Stats => _checker.Stats;

    protected EventLoop Loop => _checker.Loop;

    protected SocketAddress Target
    {
        get
        {
            HostConfig config = Host.Config;
            SocketAddress address = config.HealthCheckAddress.IsNone ? Host.Address : config.HealthCheckAddress;
            return config.HealthCheckPort > 0 ? address.WithPort(config.HealthCheckPort) : address;
        }
    }

    public static HealthCheckSession Create(HealthChecker checker, Host host) => checker.Config switch
    {
        { Http: { } http } => new HttpHealthCheckSession(checker, host, http),
        { Tcp: { } tcp } => new TcpHealthCheckSession(checker, host, tcp),
        { Grpc: { } grpc } => new GrpcHealthCheckSession(checker, host, grpc),
        _ => throw new InvalidOperationException("A health check is HTTP, TCP or gRPC."),
    };

    public void Start()
    {
        if (Config.InitialJitter > TimeSpan.Zero)
        {
            Loop.Arm(_interval, Draw(Config.InitialJitter));
        }
        else
        {
            Begin();
        }
    }

    public void Stop()
    {
        _stopped = true;
        Loop.Disarm(_interval);
        Loop.Disarm(_timeout);
        Abandon();
    }

    /// <summary>A response of ordinary traffic carried x-envoy-immediate-health-check-fail.</summary>
    public void FailImmediately()
    {
        Stats.PassiveFailure.Increment();
        Stats.Failure.Increment();
        Host.Health.IsExcluded = true;
        _successes = 0;
        if (!Host.Health.HasFailed)
        {
            Host.Health.HasFailed = true;
            _checker.OnChanged(Host);
        }
    }

    /// <summary>Sends one check; the answer comes by <see cref="Succeed"/> or <see cref="Fail"/>.</summary>
    protected abstract void Send();

    /// <summary>The check under way, if any, is not waited for any more, and its connection closes.</summary>
    protected abstract void Abandon();

    /// <summary>For :scheme.</summary>
    protected ReadOnlySpan<byte> Scheme =>
        ReferenceEquals(Host.Cluster.TransportSocketFor(Host), RawBufferTransportSocketFactory.Instance) ? "http"u8 : "https"u8;

    /// <summary>As ordinary traffic connects, TLS included.</summary>
    /// <param name="protocol">What ALPN shall say; null for plain bytes.</param>
    protected ConnectOptions Options(UpstreamProtocol? protocol) => Host.Cluster.ConnectOptionsFor(Host, protocol);

    protected void Succeed(bool degraded, bool excluded = false)
    {
        if (_stopped)
        {
            return;
        }

        _failures = 0;
        Stats.Success.Increment();
        ActiveHealth health = Host.Health;
        bool changed = health.IsDegraded != degraded || health.IsExcluded != excluded;
        bool pending = false;
        health.IsDegraded = degraded;
        health.IsExcluded = excluded;
        if (health.HasFailed)
        {
            // The first answer that a host ever gives decides alone, so that a new cluster is of use at once.
            bool well = _decidesAtOnce || ++_successes >= Config.HealthyThreshold;
            health.HasFailed = !well;
            pending = !well;
            changed |= well;
            if (well)
            {
                health.TimedOut = false;
                Host.AddedMicros = Loop.NowMicros;
            }
        }

        _checker.OnSuccess(Host);

        Conclude(changed, NextInterval(healthy: true, pending));
    }

    protected void Fail(HealthFailure failure)
    {
        if (_stopped)
        {
            return;
        }

        _successes = 0;
        Stats.Failure.Increment();
        if (failure is HealthFailure.Network or HealthFailure.Timeout)
        {
            Stats.NetworkFailure.Increment();
        }

        bool changed = false;
        bool pending = false;
        if (!Host.Health.HasFailed)
        {
            // An answer that says "not well" needs no second one (health_check.proto, unhealthy_threshold).
            bool unwell = failure is HealthFailure.Answer || ++_failures >= Config.UnhealthyThreshold;
            Host.Health.HasFailed = unwell;
            pending = !unwell;
            changed = unwell;
        }

        if (Host.Health.HasFailed)
        {
            Host.Health.TimedOut = failure is HealthFailure.Timeout;
        }

        Conclude(changed, NextInterval(healthy: false, pending));
    }

    private void Conclude(bool changed, TimeSpan next)
    {
        Loop.Disarm(_timeout);
        _decidesAtOnce = false;
        bool wasPending = Host.Health.IsPending;
        Host.Health.IsPending = false;
        if (!_stopped)
        {
            Loop.Arm(_interval, (long)next.TotalMicroseconds + Jitter(next));
        }

        if (changed || wasPending)
        {
            _checker.OnChanged(Host);
        }
    }

    private TimeSpan NextInterval(bool healthy, bool pending)
    {
        // Hosts that nobody calls are asked seldom (Envoy, by upstream_cx_total).
        if (Host.Cluster.Stats.ConnectionsTotal.Value == 0)
        {
            return healthy && !pending ? Config.NoTrafficHealthyInterval : Config.NoTrafficInterval;
        }

        return (healthy, pending) switch
        {
            (true, true) => Config.HealthyEdgeInterval,
            (true, false) => Config.Interval,
            (false, true) => Config.UnhealthyEdgeInterval,
            (false, false) => Config.UnhealthyInterval,
        };
    }

    private long Jitter(TimeSpan interval) =>
        Draw(interval * Config.IntervalJitterPercent / 100) + Draw(Config.IntervalJitter);

    private long Draw(TimeSpan most) => most > TimeSpan.Zero ? (long)(Loop.Random.NextDouble() * most.TotalMicroseconds) : 0;

    private void Begin()
    {
        Stats.Attempt.Increment();
        Loop.Arm(_timeout, (long)Config.Timeout.TotalMicroseconds);
        Send();
    }

    private void OnTimeout()
    {
        Abandon();
        Fail(HealthFailure.Timeout);
    }

    private sealed class BeginTimer(HealthCheckSession session) : LoopTimer
    {
        public override void OnFire() => session.Begin();
    }

    private sealed class TimeoutTimer(HealthCheckSession session) : LoopTimer
    {
        public override void OnFire() => session.OnTimeout();
    }
}
