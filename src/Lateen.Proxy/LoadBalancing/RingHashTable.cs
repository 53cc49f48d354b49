namespace Lateen.Proxy.LoadBalancing;

using System.Globalization;
using System.Text;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>A ketama ring: each host stands at many points, in proportion to its weight; a hash takes the next point.</summary>
internal sealed class RingHashTable : HashTable
{
    private readonly ulong[] _points;
    private readonly Host[] _hosts;

    public RingHashTable(ClusterConfig config, Host[] hosts, double[] weights)
        : base(hosts, weights)
    {
        // The lightest host gets a whole number of points, or the shares would not come out (Envoy, ring_hash_lb).
        double lightest = weights.Where(static w => w > 0).Min();
        double scale = Math.Min(Math.Ceiling(lightest * config.MinRingSize) / lightest, config.MaxRingSize);
        var points = new List<ulong>((int)Math.Ceiling(scale));
        var owners = new List<Host>(points.Capacity);
        double current = 0;
        double target = 0;
        for (int i = 0; i < hosts.Length; i++)
        {
            string key = KeyOf(config, hosts[i]);
            target += scale * weights[i];
            for (int copy = 0; current < target; copy++, current++)
            {
                byte[] name = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key}_{copy}"));
                points.Add(XxHash64.Hash(name));
                owners.Add(hosts[i]);
            }
        }

        _points = [.. points];
        _hosts = [.. owners];
        Array.Sort(_points, _hosts);
    }

    public int Size => _points.Length;

    public override Host Find(ulong hash, int redraws)
    {
        int at = Array.BinarySearch(_points, hash);
        at = at < 0 ? ~at : at;
        return _hosts[(int)(((uint)at + (uint)redraws) % (uint)_hosts.Length)];
    }
}
