namespace Lateen.Proxy.Listeners;

using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Stats;

/// <summary>A listener made ready: its filter chains with their filters. Shared by all workers.</summary>
internal sealed class Listener
{
    private readonly AccessLogger[] _accessLoggers;
    private readonly OpenCount _open;
    private readonly ProxyHeaderStats? _proxyHeaders;

    public Listener(ListenerConfig config, Listener? before, StatsStore stats, int workers)
    {
        Config = config;
        MaxConnections = config.MaxConnections;
        Stats = before?.Stats ?? new ListenerStats(stats, StatPrefixOf(config));
        _open = before?._open ?? new OpenCount();
        _accessLoggers = [.. config.AccessLoggers];
        _proxyHeaders = config.ProxyProtocol is { } header ? new ProxyHeaderStats(stats, header.StatPrefix) : null;
        var chains = new List<FilterChain>();
        foreach (FilterChainConfig chain in config.FilterChains)
        {
            chains.Add(before?.FindSame(chain) ?? FilterChain.Create(chain, stats, workers));
        }

        Chains = [.. chains];
        DefaultChain = config.DefaultFilterChain is { } last
            ? before?.FindSame(last) ?? FilterChain.Create(last, stats, workers)
            : null;
    }

    public ListenerConfig Config { get; }

    /// <summary>Open connections over all workers; 0 means no limit.</summary>
    public int MaxConnections { get; init; }

    public ListenerStats Stats { get; }

    public FilterChain[] Chains { get; }

    public FilterChain? DefaultChain { get; }

    /// <summary>Connections that are open now, on all workers.</summary>
    public int Open => Volatile.Read(ref _open.Value);

    /// <summary>True once the workload is about to end: each HTTP/1.1 response says Connection: close.</summary>
    public bool IsLameDuck => Volatile.Read(ref _open.LameDuck);

    public void BecomeLameDuck() => Volatile.Write(ref _open.LameDuck, true);

    /// <summary>Counts a connection in; false when the listener is full.</summary>
    public bool TryEnter()
    {
        int open = Interlocked.Increment(ref _open.Value);
        if (MaxConnections == 0 || open <= MaxConnections)
        {
            return true;
        }

        Interlocked.Decrement(ref _open.Value);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _open.Value);

    /// <summary>A connection that no filter chain took is logged by the listener itself.</summary>
    public void Log(StreamInfo info)
    {
        foreach (AccessLogger logger in _accessLoggers)
        {
            logger.Log(info, null, null);
        }
    }

    /// <summary>Looks for the PROXY protocol's header as configured, and counts what it finds.</summary>
    public ProxyHeaderStatus ReadProxyHeader(ReadOnlySpan<byte> data, out ProxyHeader header)
    {
        ProxyHeaderStatus status = ProxyHeaderReader.Read(data, out header);
        if (Config.ProxyProtocol is not { } config || _proxyHeaders is not { } stats)
        {
            return ProxyHeaderStatus.Absent;
        }

        switch (status)
        {
            case ProxyHeaderStatus.Absent:
                (config.AllowWithout ? stats.NotFoundAllowed : stats.NotFoundDisallowed).Increment();
                return config.AllowWithout ? status : ProxyHeaderStatus.Malformed;
            case ProxyHeaderStatus.Malformed:
                (data[0] == 'P' ? stats.ErrorV1 : stats.ErrorV2).Increment();
                return status;
            case ProxyHeaderStatus.Found when header.Version == 1 ? config.RefuseV1 : config.RefuseV2:
                (header.Version == 1 ? stats.DisallowedV1 : stats.DisallowedV2).Increment();
                return ProxyHeaderStatus.Malformed;
            case ProxyHeaderStatus.Found:
                (header.Version == 1 ? stats.FoundV1 : stats.FoundV2).Increment();
                return status;
            default:
                return status;
        }
    }

    public bool Serves(FilterChain chain) => ReferenceEquals(chain, DefaultChain) || Array.IndexOf(Chains, chain) >= 0;

    private static string StatPrefixOf(ListenerConfig config) =>
        config.StatPrefix.Length > 0 ? config.StatPrefix : config.Address.ToString().Replace(':', '_');

    private FilterChain? FindSame(FilterChainConfig config)
    {
        foreach (FilterChain chain in Chains)
        {
            if (ReferenceEquals(chain.Config, config))
            {
                return chain;
            }
        }

        return DefaultChain is { } last && ReferenceEquals(last.Config, config) ? last : null;
    }

    // Shared with the listener's earlier and later configurations.
    private sealed class OpenCount
    {
        public int Value;
        public bool LameDuck;
    }
}
