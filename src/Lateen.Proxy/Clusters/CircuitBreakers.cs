namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;

/// <summary>Use of one cluster's limits over all workers. Counted without locks; a place is taken before it is used.</summary>
public sealed class CircuitBreakers
{
    private readonly LimitedCount _connections;
    private readonly LimitedCount _pending;
    private readonly LimitedCount _requests;
    private readonly LimitedCount _retries;
    private volatile CircuitBreakerThresholds _limits;

    internal CircuitBreakers(CircuitBreakerThresholds limits, StatsStore stats, string cluster, string priority)
    {
        LimitedCount Count(string open, string remaining)
        {
            Gauge Level(string stat) => stats.Gauge(StatName.Cluster(cluster, $"circuit_breakers.{priority}.{stat}"));
            return new LimitedCount(Level(open), Level(remaining));
        }

        _connections = Count("cx_open", "remaining_cx");
        _pending = Count("rq_pending_open", "remaining_pending");
        _requests = Count("rq_open", "remaining_rq");
        _retries = Count("rq_retry_open", "remaining_retries");
        _limits = limits;
        Limits = limits;
    }

    public CircuitBreakerThresholds Limits
    {
        get => _limits;
        internal set
        {
            _limits = value;
            _connections.SetLimit(value.MaxConnections, value.TrackRemaining);
            _pending.SetLimit(value.MaxPendingRequests, value.TrackRemaining);
            _requests.SetLimit(value.MaxRequests, value.TrackRemaining);

            // A budget moves with the load: its limit is what always is allowed.
            bool budget = value.RetryBudgetPercent is not null;
            _retries.SetLimit(budget ? uint.MaxValue : value.MaxRetries, value.TrackRemaining && !budget);
        }
    }

    public int Connections => _connections.Value;

    public int Pending => _pending.Value;

    public int Requests => _requests.Value;

    public int Retries => _retries.Value;

    /// <param name="most">The limit of the request's priority; connections are shared by both.</param>
    internal bool TryAddConnection(uint most) => _connections.TryAdd(most);

    internal void AddConnection(int amount) => _connections.Add(amount);

    internal bool TryAddPending() => _pending.TryAdd(_limits.MaxPendingRequests);

    internal void RemovePending() => _pending.Add(-1);

    internal bool TryAddRequest() => _requests.TryAdd(_limits.MaxRequests);

    internal void RemoveRequest() => _requests.Add(-1);

    internal bool TryAddRetry()
    {
        CircuitBreakerThresholds limits = _limits;
        if (limits.RetryBudgetPercent is not { } percent)
        {
            return _retries.TryAdd(limits.MaxRetries);
        }

        double allowed = percent / 100 * (Requests + Pending);
        return _retries.TryAdd((uint)Math.Min(uint.MaxValue, Math.Max(limits.MinRetryConcurrency, allowed)));
    }

    internal void RemoveRetry() => _retries.Add(-1);
}
