namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Clusters.HealthChecks;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>One host at run time, shared by all workers; each worker has its own connection pool for it.</summary>
public sealed class Host
{
    // By worker; null until the worker first needs one.
    private readonly WorkerPools?[] _pools;
    private volatile HostConfig _config;
    private volatile bool _removed;
    private long _addedMicros = long.MaxValue;
    private int _activeRequests;
    private int _activeConnections;

    internal Host(HostConfig config, SocketAddress address, Cluster cluster)
    {
        _config = config;
        Address = address;
        Cluster = cluster;
        _pools = new WorkerPools?[cluster.Workers];
        AddressText = address.ToString();
        Outlier = new OutlierMonitor(this);
        Starving = new StarvingPools(this);
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

    /// <summary>Outlier detection has taken it out of use.</summary>
    public bool IsEjected => Outlier.IsEjected;

    /// <summary>Active health checks have taken it out of use, or not yet let it in.</summary>
    public bool HasFailedHealthCheck => Health.HasFailed;

    internal OutlierMonitor Outlier { get; }

    /// <summary>What active health checks say of it; always well in a cluster without them.</summary>
    internal ActiveHealth Health { get; } = new();

    /// <summary>The workers' pools whose requests wait for another pool's connection to go.</summary>
    internal StarvingPools Starving { get; }

    /// <summary>Unknown counts as healthy, as the xDS documentation says.</summary>
    internal HostAvailability Availability => IsEjected || Health.HasFailed ? HostAvailability.Unhealthy : _config.Health switch
    {
        HostHealth.Unknown or HostHealth.Healthy when !Health.IsDegraded => HostAvailability.Healthy,
        HostHealth.Unknown or HostHealth.Healthy => HostAvailability.Degraded,
        HostHealth.Degraded => HostAvailability.Degraded,
        _ => HostAvailability.Unhealthy,
    };

    /// <summary>When it joined, on the loops' clock; in the future until the home loop has seen it.</summary>
    internal long AddedMicros
    {
        get => Volatile.Read(ref _addedMicros);
        set => Volatile.Write(ref _addedMicros, value);
    }

    /// <summary>True once the host left its cluster; its pools drain.</summary>
    internal bool IsRemoved => _removed;

    /// <summary>A response head came.</summary>
    internal void ReportResponse(int status, HeaderMap headers)
    {
        if (Cluster.Config.OutlierErrors is { } errors)
        {
            // What the matcher calls an error counts as 5xx, whatever its code, and nothing else does.
            status = errors.Matches(headers) ? Math.Max(500, status) : Math.Min(499, status);
            ReportResponse(status);
        }
        else
        {
            ReportResponse(GrpcHttpStatus.Of(headers) ?? status);
        }

        if (Cluster.Checker is { } checker && headers.Contains("x-envoy-immediate-health-check-fail"u8))
        {
            checker.ReportImmediateFailure(this);
        }
    }

    /// <summary>A response head came; for gRPC, the status that its code means.</summary>
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

        if (Cluster.Config.OutlierDetection is { } config)
        {
            Outlier.OnResponse(status, config);
        }
    }

    /// <summary>A pool gave a connection for a request.</summary>
    internal void ReportConnected()
    {
        if (Cluster.Config.OutlierDetection is { } config)
        {
            Outlier.OnConnected(config);
        }
    }

    /// <summary>A connection that carries plain bytes is up.</summary>
    internal void ReportTcpConnected()
    {
        if (Cluster.Config.OutlierDetection is { } config)
        {
            Outlier.OnTcpConnected(config);
        }
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

        if (Cluster.Config.OutlierDetection is { } config)
        {
            Outlier.OnFailure(failure, config);
        }
    }

    internal void MarkRemoved() => _removed = true;

    internal void AddRequest() => Interlocked.Increment(ref _activeRequests);

    internal void RemoveRequest() => Interlocked.Decrement(ref _activeRequests);

    /// <summary>The number of connections now.</summary>
    internal int AddConnection() => Interlocked.Increment(ref _activeConnections);

    internal void RemoveConnection() => Interlocked.Decrement(ref _activeConnections);

    /// <summary>A worker's pools, from any thread; entries may be empty.</summary>
    internal ReadOnlySpan<HttpPool?> PoolsOf(int worker) => Volatile.Read(ref _pools[worker]) is { } pools ? pools.All : default;

    /// <summary>From any thread: connections without a request close.</summary>
    internal void DrainPools()
    {
        for (int worker = 0; worker < _pools.Length; worker++)
        {
            foreach (HttpPool? pool in PoolsOf(worker))
            {
                pool?.Loop.Post(new DrainTask(pool));
            }
        }
    }

    /// <summary>On the worker's own loop.</summary>
    internal void DrainPools(int worker)
    {
        foreach (HttpPool? pool in PoolsOf(worker))
        {
            pool?.Drain();
        }
    }

    /// <param name="loop">The worker's loop.</param>
    /// <param name="downstream">The protocol of the request, which the cluster may be told to follow.</param>
    /// <param name="request">Its :authority may be the server name of TLS (auto_sni).</param>
    /// <param name="connection">Whom the PROXY protocol may name to the host; null for a request of our own.</param>
    internal HttpPool PoolFor(EventLoop loop, HttpProtocol downstream, HeaderMap request, ConnectionInfo? connection = null)
    {
        ClusterConfig config = Cluster.Config;
        UpstreamProtocol protocol = config.Protocol;
        if (protocol is UpstreamProtocol.UseDownstream)
        {
            protocol = downstream is HttpProtocol.Http2 ? UpstreamProtocol.Http2 : UpstreamProtocol.Http1;
        }

        WorkerPools pools = _pools[loop.WorkerIndex] ?? AddPools(loop.WorkerIndex);
        return Cluster.SharesPools
            ? pools.FindShared(protocol) ?? AddPool(pools, loop, protocol, default, default, default)
            : OwnPoolFor(pools, loop, protocol, request, connection);
    }

    private HttpPool OwnPoolFor(
        WorkerPools pools, EventLoop loop, UpstreamProtocol protocol, HeaderMap request, ConnectionInfo? connection)
    {
        ClusterConfig config = Cluster.Config;
        ReadOnlySpan<byte> serverName = config.AutoServerName ? HostName(request.GetOrEmpty(":authority"u8)) : default;
        ConnectionInfo? named = config.NamesClients ? connection : null;
        SocketAddress client = named?.RemoteAddress ?? default;
        SocketAddress destination = named?.LocalAddress ?? default;
        return pools.Find(protocol, serverName, client, destination)
            ?? AddPool(pools, loop, protocol, serverName, client, destination);
    }

    private HttpPool AddPool(
        WorkerPools pools, EventLoop loop, UpstreamProtocol protocol, ReadOnlySpan<byte> serverName, SocketAddress client,
        SocketAddress destination)
    {
        var added = new HttpPool(this, loop, protocol, serverName.ToArray()) { Client = client, Destination = destination };
        pools.Add(added);
        return added;
    }

    private WorkerPools AddPools(int worker)
    {
        var pools = new WorkerPools();
        Volatile.Write(ref _pools[worker], pools);
        return pools;
    }

    // Without the port. An address is no server name (RFC 6066 section 3).
    private static ReadOnlySpan<byte> HostName(ReadOnlySpan<byte> authority)
    {
        int colon = authority.LastIndexOf((byte)':');
        ReadOnlySpan<byte> name = colon >= 0 ? authority[..colon] : authority;
        return name.IsEmpty || name[0] == (byte)'[' || !name.ContainsAnyExcept("0123456789."u8) ? default : name;
    }

    private sealed class DrainTask(HttpPool pool) : LoopTask
    {
        public override void Run(EventLoop loop) => pool.Drain();
    }
}
