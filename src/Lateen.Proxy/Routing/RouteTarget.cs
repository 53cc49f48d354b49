namespace Lateen.Proxy.Routing;

using System.Text;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Listeners;

/// <summary>A weighted cluster of a route, with every header mutation that applies when it is taken, in order.</summary>
internal sealed class RouteTarget
{
    private Found? _found;

    public RouteTarget(WeightedCluster? cluster, RouteEntry route, VirtualHost host, RouteTable table)
    {
        Config = cluster ?? new WeightedCluster("", 0);
        RequestHeaders = Compile(table, Config.RequestHeaders, route.RequestHeaders, host.RequestHeaders, table.RequestHeaders);
        ResponseHeaders =
            Compile(table, Config.ResponseHeaders, route.ResponseHeaders, host.ResponseHeaders, table.ResponseHeaders);
        HostRewrite = Encoding.ASCII.GetBytes(Config.HostRewriteLiteral);
        FilterConfigs = [.. Config.FilterConfigs.Select(static f => f.Config).OfType<object>()];
    }

    public WeightedCluster Config { get; }

    public HeaderMutator RequestHeaders { get; }

    public HeaderMutator ResponseHeaders { get; }

    public byte[] HostRewrite { get; }

    public object[] FilterConfigs { get; }

    /// <summary>Its cluster; looked up by name once for each set of clusters. Null when it is unknown.</summary>
    public Cluster? ClusterIn(RuntimeSnapshot snapshot)
    {
        Found? found = _found;
        if (found is null || !ReferenceEquals(found.Stamp, snapshot.ClustersStamp))
        {
            // Workers may do the same at the same time, with the same result.
            snapshot.Clusters.TryGetValue(Config.Name, out Cluster? cluster);
            _found = found = new Found(snapshot.ClustersStamp, cluster);
        }

        return found.Cluster;
    }

    // Envoy applies from the most specific to the least, so that the table has the last word, unless the table says the reverse.
    private static HeaderMutator Compile(
        RouteTable table, HeaderMutations cluster, HeaderMutations route, HeaderMutations host, HeaderMutations whole)
    {
        HeaderMutations[] order = table.MostSpecificHeaderMutationsWin
            ? [whole, host, route, cluster]
            : [cluster, route, host, whole];
        return new HeaderMutator(order);
    }
    private sealed record Found(object Stamp, Cluster? Cluster);
}
