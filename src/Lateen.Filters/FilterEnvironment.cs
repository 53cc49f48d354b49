namespace Lateen.Filters;

using Google.Protobuf.WellKnownTypes;
using Lateen.Filters.AccessLoggers;
using Lateen.Filters.Http.PeerMetadata;
using Lateen.Proxy.Stats;
using Peer = Lateen.Proxy.Http.PeerMetadata;

/// <summary>What all filters of this proxy share: who we are, and the caches and files that outlive a configuration.</summary>
public sealed class FilterEnvironment : IDisposable
{
    public FilterEnvironment(StatsStore stats, string nodeId, Struct nodeMetadata)
    {
        Stats = stats;
        NodeId = nodeId;
        NodeMetadata = nodeMetadata;
        Self = PeerMetadataText.FromMetadata(nodeMetadata);
        LogSinks = new LogSinks(stats);
    }

    public StatsStore Stats { get; }

    public string NodeId { get; }

    public Struct NodeMetadata { get; }

    internal Peer Self { get; }

    internal PeerCache Peers { get; } = new();

    internal LogSinks LogSinks { get; }

    /// <summary>Writes what is left of the access logs.</summary>
    public void Dispose() => LogSinks.Dispose();
}
