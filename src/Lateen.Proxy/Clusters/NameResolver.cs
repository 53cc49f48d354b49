namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Config;

/// <summary>Turns host names into addresses; never on a worker's time, unless it answers at once.</summary>
public abstract class NameResolver
{
    /// <exception cref="System.Net.Sockets.SocketException">The name cannot be resolved now.</exception>
    public abstract ValueTask<ResolvedName> ResolveAsync(string name, DnsLookupFamily family, CancellationToken cancel);
}
