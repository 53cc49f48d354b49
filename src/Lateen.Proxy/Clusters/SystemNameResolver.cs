namespace Lateen.Proxy.Clusters;

using System.Net;
using System.Net.Sockets;
using Lateen.Proxy.Config;

/// <summary>Asks the system (getaddrinfo), so that /etc/hosts and search domains apply. It tells no time to live.</summary>
public sealed class SystemNameResolver : NameResolver
{
    public static SystemNameResolver Instance { get; } = new();

    public override async ValueTask<ResolvedName> ResolveAsync(string name, DnsLookupFamily family, CancellationToken cancel)
    {
        AddressFamily asked = family switch
        {
            DnsLookupFamily.V4Only => AddressFamily.InterNetwork,
            DnsLookupFamily.V6Only => AddressFamily.InterNetworkV6,
            _ => AddressFamily.Unspecified,
        };
        IPAddress[] found = await Dns.GetHostAddressesAsync(name, asked, cancel).ConfigureAwait(false);
        return new ResolvedName(Choose(found, family));
    }

    /// <summary>What a lookup family leaves of the addresses of both.</summary>
    internal static IReadOnlyList<IPAddress> Choose(IReadOnlyList<IPAddress> found, DnsLookupFamily family)
    {
        IPAddress[] v4 = [.. found.Where(static a => a.AddressFamily is AddressFamily.InterNetwork)];
        IPAddress[] v6 = [.. found.Where(static a => a.AddressFamily is AddressFamily.InterNetworkV6)];
        return family switch
        {
            DnsLookupFamily.V4Only => v4,
            DnsLookupFamily.V6Only => v6,
            DnsLookupFamily.V4Preferred => v4.Length > 0 ? v4 : v6,
            DnsLookupFamily.All => [.. v4, .. v6],
            _ => v6.Length > 0 ? v6 : v4,
        };
    }
}
