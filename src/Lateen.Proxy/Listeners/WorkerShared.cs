namespace Lateen.Proxy.Listeners;

using Lateen.Proxy.Overload;
using Lateen.Proxy.Stats;

/// <summary>What all workers share.</summary>
internal sealed class WorkerShared(StatsStore stats, ProxyCoreOptions options)
{
    private long _lastConnectionId;

    public StatsStore Stats { get; } = stats;

    public ProxyCoreOptions Options { get; } = options;

    /// <summary>Connections refused on a handed port (LATEEN_LISTEN_FDS) that no listener of the snapshot serves.</summary>
    public Counter HandedWithoutListener { get; } = stats.Counter("listener_manager.handed_without_listener");

    public OverloadState Overload { get; } = new(options.Overload);

    public ManagerStats Managers { get; } = new(stats, options.WorkerCount);

    public InspectorStats Inspectors { get; } = new(stats);

    public long NextConnectionId() => Interlocked.Increment(ref _lastConnectionId);
}
