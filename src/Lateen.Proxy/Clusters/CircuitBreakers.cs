namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Config;

/// <summary>
/// Use of one cluster's limits over all workers. Checked and counted without locks: a limit may be passed by a request per
/// worker.
/// </summary>
public sealed class CircuitBreakers
{
    private volatile CircuitBreakerThresholds _limits;
    private int _connections;
    private int _pending;
    private int _requests;
    private int _retries;

    internal CircuitBreakers(CircuitBreakerThresholds limits) => _limits = limits;

    public CircuitBreakerThresholds Limits
    {
        get => _limits;
        internal set => _limits = value;
    }

    public int Connections => Volatile.Read(ref _connections);

    public int Pending => Volatile.Read(ref _pending);

    public int Requests => Volatile.Read(ref _requests);

    public int Retries => Volatile.Read(ref _retries);

    internal bool CanConnect => (uint)Connections < _limits.MaxConnections;

    internal bool CanPend => (uint)Pending < _limits.MaxPendingRequests;

    internal bool CanRequest => (uint)Requests < _limits.MaxRequests;

    internal bool CanRetry
    {
        get
        {
            CircuitBreakerThresholds limits = _limits;
            if (limits.RetryBudgetPercent <= 0)
            {
                return (uint)Retries < limits.MaxRetries;
            }

            double allowed = limits.RetryBudgetPercent / 100 * (Requests + Pending);
            return Retries < Math.Max(limits.MinRetryConcurrency, allowed);
        }
    }

    internal void AddConnection(int amount) => Interlocked.Add(ref _connections, amount);

    internal void AddPending(int amount) => Interlocked.Add(ref _pending, amount);

    internal void AddRequest(int amount) => Interlocked.Add(ref _requests, amount);

    internal void AddRetry(int amount) => Interlocked.Add(ref _retries, amount);
}
