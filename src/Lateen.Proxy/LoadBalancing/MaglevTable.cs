namespace Lateen.Proxy.LoadBalancing;

using System.Text;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>
/// Google's Maglev table (section 3.4 of the paper), with weights as in Envoy: each host claims its next preferred free slot whenever
/// its weight has come round.
/// </summary>
internal sealed class MaglevTable : HashTable
{
    private readonly Host[] _hosts;
    private readonly int[] _slots;

    public MaglevTable(ClusterConfig config, Host[] hosts, double[] weights)
        : base(hosts, weights)
    {
        _hosts = hosts;
        _slots = new int[config.MaglevTableSize];
        Array.Fill(_slots, -1);
        double heaviest = weights.Max();
        var entries = new Entry[hosts.Length];
        for (int i = 0; i < hosts.Length; i++)
        {
            byte[] key = Encoding.UTF8.GetBytes(KeyOf(config, hosts[i]));
            entries[i] = new Entry
            {
                Next = XxHash64.Hash(key) % (ulong)_slots.Length,
                Skip = (XxHash64.Hash(key, 1) % (ulong)(_slots.Length - 1)) + 1,
            };
        }

        int filled = 0;
        for (int round = 1; filled < _slots.Length; round++)
        {
            for (int i = 0; i < entries.Length && filled < _slots.Length; i++)
            {
                if (round * weights[i] < entries[i].Target || weights[i] <= 0)
                {
                    continue;
                }

                entries[i].Target += heaviest;
                Claim(ref entries[i], i);
                filled++;
            }
        }
    }

    public override Host Find(ulong hash, int redraws)
    {
        // Another attempt at the same hash must land elsewhere (Envoy, maglev_lb).
        ulong varied = redraws > 0 ? hash ^ (ulong.MaxValue - (ulong)redraws + 1) : hash;
        return _hosts[_slots[(int)(varied % (ulong)_slots.Length)]];
    }

    private void Claim(ref Entry entry, int host)
    {
        while (_slots[(int)entry.Next] >= 0)
        {
            entry.Next = (entry.Next + entry.Skip) % (ulong)_slots.Length;
        }

        _slots[(int)entry.Next] = host;
        entry.Next = (entry.Next + entry.Skip) % (ulong)_slots.Length;
    }

    private struct Entry
    {
        public ulong Next;
        public ulong Skip;
        public double Target;
    }
}
