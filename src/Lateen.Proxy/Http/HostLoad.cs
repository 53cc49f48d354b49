namespace Lateen.Proxy.Http;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Stats;

/// <summary>Counts a request that is on its way to a host: in the host, its cluster and the circuit breakers.</summary>
internal static class HostLoad
{
    /// <summary>Its place in the circuit breaker was taken by the pool.</summary>
    public static void Begin(Host host, StatStripe stripe)
    {
        host.AddRequest();
        host.Stats.AddRequest();
        host.ReportConnected();
        ClusterStats stats = host.Cluster.Stats;
        stats.Requests.Increment(stripe);
        stats.RequestsActive.Increment(stripe);
    }

    public static void End(Host host, CircuitBreakers breakers, StatStripe stripe)
    {
        breakers.RemoveRequest();
        host.RemoveRequest();
        host.Cluster.Stats.RequestsActive.Decrement(stripe);
    }
}
