namespace Lateen.Proxy.Admin;

using Lateen.Proxy.Agent;
using Lateen.Proxy.Stats;

/// <summary>Envoy's server.* gauges, taken when somebody looks.</summary>
public sealed class ServerStats
{
    private readonly AdminState _state;
    private readonly Gauge _uptime;
    private readonly Gauge _live;
    private readonly Gauge _serverState;
    private readonly Gauge _allocated;
    private readonly Gauge _heapSize;
    private readonly Gauge _physical;
    private readonly Gauge _connections;
    private readonly Gauge _daysLeft;
    private readonly Func<long> _open;

    /// <param name="state">Whose gauges.</param>
    /// <param name="openConnections">Downstream connections now.</param>
    public ServerStats(AdminState state, Func<long> openConnections)
    {
        _state = state;
        _open = openConnections;
        StatsStore stats = state.Stats;
        _uptime = stats.Gauge("server.uptime");
        _live = stats.Gauge("server.live");
        _serverState = stats.Gauge("server.state");
        _allocated = stats.Gauge("server.memory_allocated");
        _heapSize = stats.Gauge("server.memory_heap_size");
        _physical = stats.Gauge("server.memory_physical_size");
        _connections = stats.Gauge("server.total_connections");
        _daysLeft = stats.Gauge("server.days_until_first_cert_expiring");
        stats.Gauge("server.concurrency").Set(state.Concurrency);
        stats.Gauge("server.hot_restart_epoch").Set(0);
        stats.Gauge("server.parent_connections").Set(0);
        stats.Gauge("server.version").Set(VersionNumber());
        stats.Sampling += Sample;
    }

    private void Sample()
    {
        bool live = _state.IsReady();
        _uptime.Set((long)(_state.Time.GetUtcNow() - _state.Started).TotalSeconds);
        _live.Set(live ? 1 : 0);

        // envoy.admin.v3.ServerInfo.State: LIVE 0, PRE_INITIALIZING 2.
        _serverState.Set(live ? 0 : 2);
        _allocated.Set(GC.GetTotalMemory(forceFullCollection: false));
        _heapSize.Set(GC.GetGCMemoryInfo().TotalCommittedBytes);
        _physical.Set(Environment.WorkingSet);
        _connections.Set(_open());

        // Without any certificate Envoy shows the largest number there is.
        _daysLeft.Set(CertificatesText.DaysUntilFirstEnd(_state.Snapshot().Secrets.Values, _state.Time.GetUtcNow()) ?? (long)uint.MaxValue);
    }

    private static long VersionNumber()
    {
        long number = 0;
        foreach (char each in ProxyVersion.Number)
        {
            number = char.IsAsciiDigit(each) ? (number * 10) + (each - '0') : number;
        }

        return number;
    }
}
