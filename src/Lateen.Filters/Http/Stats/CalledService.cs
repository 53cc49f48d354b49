namespace Lateen.Filters.Http.Stats;

using System.Text;
using Lateen.Proxy.Config;

/// <summary>Which service a request is counted for.</summary>
internal static class CalledService
{
    /// <param name="cluster">The cluster that took the request.</param>
    /// <param name="authority">Used when the cluster names no service; empty when that is switched off.</param>
    public static ClusterService Of(ClusterConfig? cluster, ReadOnlySpan<byte> authority)
    {
        if (cluster?.Services.Count > 0)
        {
            return cluster.Services[0];
        }

        // Istio names the passthrough and black hole clusters themselves, so that such traffic stands out.
        string host = Encoding.ASCII.GetString(authority);
        string name = cluster?.Name is "PassthroughCluster" or "InboundPassthroughCluster" or "BlackHoleCluster" ? cluster.Name : host;
        return new ClusterService(host, name, "");
    }
}
