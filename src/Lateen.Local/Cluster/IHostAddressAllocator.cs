namespace Lateen.Local.Cluster;

/// <summary>One port of a Service as the host shall answer it: at the load balancer's address, and on 127.0.0.1 at the node port.</summary>
public sealed record HostPort(string Name, string Protocol, int Port, int? NodePort, bool LoadBalancer);

/// <summary>Gives Services of type LoadBalancer and NodePort their sockets on the host; the runtime implements it.</summary>
public interface IHostAddressAllocator
{
    /// <summary>
    /// Opens the host's sockets for a Service and returns its address in 127.0.0.0/8 (for .status.loadBalancer.ingress). Idempotent:
    /// a later call with other ports opens and closes only the difference.
    /// </summary>
    /// <exception cref="ApiException">A port cannot be opened; the message says which one and why (show it as an Event).</exception>
    Task<string> EnsureAsync(string ns, string service, IReadOnlyList<HostPort> ports, CancellationToken cancel);

    /// <summary>Closes the sockets of a Service that is gone or no longer of such a type.</summary>
    Task ReleaseAsync(string ns, string service, CancellationToken cancel);
}
