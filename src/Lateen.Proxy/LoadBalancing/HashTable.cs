namespace Lateen.Proxy.LoadBalancing;

using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>Maps a request's hash to a host so that few hashes move when hosts come and go. Immutable, shared by all workers.</summary>
internal abstract class HashTable(Host[] hosts, double[] weights)
{
    /// <summary>Each host once, with its share of the whole.</summary>
    public ReadOnlySpan<Host> Hosts => hosts;

    public ReadOnlySpan<double> Shares => weights;

    /// <summary>Null when the cluster does not hash.</summary>
    public static HashTable? Build(ClusterConfig config, Host[] hosts, bool byLocality) => config.LbPolicy switch
    {
        LbPolicy.RingHash => new RingHashTable(config, hosts, Weights(hosts, byLocality)),
        LbPolicy.Maglev => new MaglevTable(config, hosts, Weights(hosts, byLocality)),
        _ => null,
    };

    /// <param name="hash">The request's.</param>
    /// <param name="redraws">How many answers to this hash were thrown away.</param>
    public abstract Host Find(ulong hash, int redraws);

    private protected static string KeyOf(ClusterConfig config, Host host) =>
        config.HashByHostname && host.Config.Hostname.Length > 0 ? host.Config.Hostname : host.AddressText;

    // Shares of the whole; with locality weights, a share of the locality's share (Envoy, normalizeLocalityWeights).
    private static double[] Weights(Host[] hosts, bool byLocality)
    {
        var shares = new double[hosts.Length];
        byLocality &= hosts.Any(static h => h.Config.LocalityWeight > 0);
        Dictionary<HostLocality, double> inLocality = hosts.GroupBy(static h => h.Config.Locality)
            .ToDictionary(static g => g.Key, static g => g.Sum(static h => (double)Math.Max(1, h.Config.Weight)));
        double total = 0;
        for (int i = 0; i < hosts.Length; i++)
        {
            HostConfig host = hosts[i].Config;
            shares[i] = Math.Max(1, host.Weight);
            shares[i] = byLocality ? host.LocalityWeight * shares[i] / inLocality[host.Locality] : shares[i];
            total += shares[i];
        }

        for (int i = 0; i < shares.Length; i++)
        {
            shares[i] /= total;
        }

        return shares;
    }
}
