namespace Lateen.Proxy.Http;

using Lateen.Proxy.Clusters;

/// <summary>Counts a request that is on its way to a host: in the host, its cluster and the circuit breakers.</summary>
internal static class HostLoad
{
    /// <summary>Its place in the circuit breaker was taken by the pool.</summary>
    public static void Begin(Host host)
    {
        host.AddRequest();
        host.Stats.AddRequest();
        host.ReportConnected();
        host.Cluster.Stats.Requests.Increment();
        host.Cluster.Stats.RequestsActive.Increment();
    }

    public static void End(Host host, CircuitBreakers breakers)
    {
        breakers.RemoveRequest();
        host.RemoveRequest();
        host.Cluster.Stats.RequestsActive.Decrement();
    }
}
