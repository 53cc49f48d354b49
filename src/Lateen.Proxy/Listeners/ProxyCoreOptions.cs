namespace Lateen.Proxy.Listeners;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>What the process decides about the data path, once, at start.</summary>
public sealed record ProxyCoreOptions
{
    /// <summary>Listening descriptors opened by somebody else, by port, each socket once per worker (LATEEN_LISTEN_FDS).</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<int>> ListenDescriptors { get; init; } =
        new Dictionary<int, IReadOnlyList<int>>();

    /// <summary>Workers that share the descriptors; set by the core.</summary>
    public int WorkerCount { get; init; } = 1;

    /// <summary>Resolves the names of DNS clusters.</summary>
    public NameResolver Resolver { get; init; } = SystemNameResolver.Instance;

    /// <summary>Open connections by the name of the listener.</summary>
    public IReadOnlyDictionary<string, int> ListenerConnectionLimits { get; init; } = new Dictionary<string, int>();

    /// <summary>When load is shed; without anything nothing is.</summary>
    public OverloadConfig Overload { get; init; } = new();

    /// <summary>How long connections of a changed or removed listener may live on (Istio's drainDuration, 45 s).</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>A client silent for this long may be waiting for a server that speaks first.</summary>
    public TimeSpan ServerFirstSilence { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Where this proxy runs.</summary>
    public HostLocality Locality { get; init; } = HostLocality.None;

    /// <summary>The cluster of this proxy and its like, for zone-aware routing; empty when there is none.</summary>
    public string LocalClusterName { get; init; } = "";

    /// <summary>Told the listener's name and what is wrong when it cannot be bound; called on a worker.</summary>
    public Action<string, string> OnListenFailure { get; init; } = static (_, _) => { };
}
