namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Transport;
using Lateen.Proxy.Config;

/// <summary>One host at run time, shared by all workers; each worker has its own connection pool for it.</summary>
public sealed class Host
{
    private readonly HttpPool?[] _pools;
    private volatile HostConfig _config;
    private volatile bool _removed;
    private int _activeRequests;
    private int _activeConnections;

    internal Host(HostConfig config, SocketAddress address, Cluster cluster)
    {
        _config = config;
        Address = address;
        Cluster = cluster;
        _pools = new HttpPool?[cluster.Workers];
        AddressText = address.ToString();
    }

    public HostConfig Config
    {
        get => _config;
        internal set => _config = value;
    }

    public SocketAddress Address { get; }

    public string AddressText { get; }

    public Cluster Cluster { get; }

    public HostStats Stats { get; } = new();

    /// <summary>Requests in flight, over all workers; what least request compares.</summary>
    public int ActiveRequests => Volatile.Read(ref _activeRequests);

    public int ActiveConnections => Volatile.Read(ref _activeConnections);

    /// <summary>Unknown counts as healthy, as the xDS documentation says.</summary>
    public bool IsHealthy => _config.Health is HostHealth.Unknown or HostHealth.Healthy;

    /// <summary>True once the host left its cluster; its pools drain.</summary>
    internal bool IsRemoved => _removed;

    /// <summary>A response head came.</summary>
    internal void ReportResponse(int status)
    {
        if (status >= 500)
        {
            Stats.AddError();
        }
        else
        {
            Stats.AddSuccess();
        }
    }

    /// <summary>A pool gave a connection for a request.</summary>
    internal void ReportConnected()
    {
    }

    /// <summary>An attempt ended without a response. A full circuit breaker is not the host's fault and is not reported.</summary>
    internal void ReportFailure(LocalOriginFailure failure)
    {
        if (failure is LocalOriginFailure.Timeout)
        {
            Stats.AddTimeout();
        }
        else
        {
            Stats.AddError();
        }
    }

    internal void MarkRemoved() => _removed = true;

    internal void AddRequest() => Interlocked.Increment(ref _activeRequests);

    internal void RemoveRequest() => Interlocked.Decrement(ref _activeRequests);

    internal void AddConnection() => Interlocked.Increment(ref _activeConnections);

    internal void RemoveConnection() => Interlocked.Decrement(ref _activeConnections);

    internal HttpPool? PoolOf(int worker) => _pools[worker];

    internal HttpPool PoolFor(Engine.Loop.EventLoop loop) => _pools[loop.WorkerIndex] ??= new HttpPool(this, loop);
}
