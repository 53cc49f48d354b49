namespace Lateen.Testing;

using System.Net;
using System.Net.Sockets;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>A name server in memory that answers at once. A name it does not have fails.</summary>
public sealed class TestNames : NameResolver
{
    private readonly Dictionary<string, ResolvedName> _names = new(StringComparer.Ordinal);

    public int Questions { get; private set; }

    public DnsLookupFamily LastFamily { get; private set; }

    public void Set(string name, TimeSpan? timeToLive, params string[] addresses) =>
        _names[name] = new ResolvedName([.. addresses.Select(IPAddress.Parse)], timeToLive);

    public void Remove(string name) => _names.Remove(name);

    public override ValueTask<ResolvedName> ResolveAsync(string name, DnsLookupFamily family, CancellationToken cancel)
    {
        Questions++;
        LastFamily = family;
        return _names.TryGetValue(name, out ResolvedName? found)
            ? ValueTask.FromResult(found)
            : ValueTask.FromException<ResolvedName>(new SocketException((int)SocketError.HostNotFound));
    }
}
