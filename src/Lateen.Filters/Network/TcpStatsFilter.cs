namespace Lateen.Filters.Network;

using System.Collections.Concurrent;
using Lateen.Filters.Http.Stats;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Network;
using Lateen.Proxy.Stats;
using Peer = Lateen.Proxy.Http.PeerMetadata;

/// <summary>Istio's TCP metrics. All four are reported when a connection ends, because only then its labels are known.</summary>
internal sealed class TcpStatsFilter(FilterEnvironment environment, StatsStore stats, bool isSource) : NetworkFilter
{
    private readonly ConcurrentDictionary<StatsKey, TcpMetrics> _metrics = new();
    private readonly Counter _overflowed = stats.Counter("istio_stats.label_sets_overflow");
    private int _labelSets;

    public override void OnComplete(StreamInfo info)
    {
        ClusterConfig? cluster = info.Cluster?.Config;
        Peer? peer = isSource
            ? info.UpstreamPeer ?? environment.Peers.FromWorkload(info.UpstreamHost?.Config.IstioWorkload ?? "")
            : info.DownstreamPeer;
        ClusterService? service = cluster?.Services.Count > 0 ? cluster.Services[0] : null;
        int target = service is null ? string.GetHashCode(cluster?.Name, StringComparison.Ordinal) : 0;
        var key = new StatsKey(peer, service, target, 0, 0, info.Flags);
        if (!_metrics.TryGetValue(key, out TcpMetrics? metrics))
        {
            if (Interlocked.Increment(ref _labelSets) > environment.MaxLabelSets)
            {
                _overflowed.Increment();
                return;
            }

            metrics = _metrics.GetOrAdd(key, new TcpMetrics(stats, IstioLabels.Create(
                isSource, environment.Self, peer, CalledService.Of(cluster, default), "tcp", null, "", info.Flags)));
        }

        metrics.Opened.Increment();
        metrics.Closed.Increment();
        metrics.Received.Add(info.BytesReceived);
        metrics.Sent.Add(info.BytesSent);
    }
}
