namespace Lateen.Proxy.Http;

using Lateen.Proxy.Clusters;

/// <summary>Counts a request that is on its way to a host: in the host, its cluster and the circuit breakers.</summary>
internal static class HostLoad
{
    public static void Begin(Host host, CircuitBreakers breakers)
    {
        host.AddRequest();
        host.Stats.AddRequest();
        host.ReportConnected();
        host.Cluster.Stats.Requests.Increment();
        host.Cluster.Stats.RequestsActive.Increment();
        breakers.AddRequest(1);
    }

    public static void End(Host host, CircuitBreakers breakers)
    {
        breakers.AddRequest(-1);
        host.RemoveRequest();
        host.Cluster.Stats.RequestsActive.Decrement();
    }
}
