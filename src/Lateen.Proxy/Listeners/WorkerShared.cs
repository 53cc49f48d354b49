namespace Lateen.Proxy.Listeners;

using Lateen.Proxy.Stats;

/// <summary>What all workers share.</summary>
internal sealed class WorkerShared(StatsStore stats, ProxyCoreOptions options)
{
    private long _lastConnectionId;

    public StatsStore Stats { get; } = stats;

    public ProxyCoreOptions Options { get; } = options;

    public long NextConnectionId() => Interlocked.Increment(ref _lastConnectionId);
}
