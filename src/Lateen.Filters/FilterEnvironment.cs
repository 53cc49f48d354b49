namespace Lateen.Filters;

using Google.Protobuf.WellKnownTypes;
using Lateen.Filters.AccessLoggers;
using Lateen.Filters.Http.PeerMetadata;
using Lateen.Proxy.Stats;
using Peer = Lateen.Proxy.Http.PeerMetadata;

/// <summary>What all filters of this proxy share: who we are, and the caches and files that outlive a configuration.</summary>
public sealed class FilterEnvironment : IDisposable
{
    /// <param name="stats">Where filters count.</param>
    /// <param name="nodeId">The proxy's id.</param>
    /// <param name="nodeMetadata">The proxy's description of itself.</param>
    /// <param name="openLog">Opens an access log by its path; null opens files.</param>
    public FilterEnvironment(StatsStore stats, string nodeId, Struct nodeMetadata, Func<string, Stream>? openLog = null)
    {
        Stats = stats;
        NodeId = nodeId;
        NodeMetadata = nodeMetadata;
        Self = PeerMetadataText.FromMetadata(nodeMetadata);
        LogSinks = new LogSinks(stats, openLog);
    }

    public StatsStore Stats { get; }

    public string NodeId { get; }

    public Struct NodeMetadata { get; }

    /// <summary>Label sets that one statistics filter keeps; calls beyond are counted together as "overflow".</summary>
    internal int MaxLabelSets { get; init; } = 10_000;

    internal Peer Self { get; }

    internal PeerCache Peers { get; } = new();

    internal LogSinks LogSinks { get; }

    /// <summary>Writes what is left of the access logs.</summary>
    public void Dispose() => LogSinks.Dispose();
}
