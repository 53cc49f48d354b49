namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.LoadBalancing;

/// <summary>Hosts that one pick draws from. Immutable; its index is the key of each worker's schedule.</summary>
internal sealed class HostGroup
{
    private readonly Host[] _hosts;

    public HostGroup(int index, Host[] hosts)
    {
        Index = index;
        _hosts = hosts;
        for (int i = 1; i < hosts.Length && !WeightsDiffer; i++)
        {
            WeightsDiffer = hosts[i].Config.Weight != hosts[0].Config.Weight;
        }
    }

    /// <summary>Unique in its host set.</summary>
    public int Index { get; }

    public ReadOnlySpan<Host> Hosts => _hosts;

    public int Count => _hosts.Length;

    public bool WeightsDiffer { get; }

    /// <summary>The ring or Maglev table over these hosts; null when the cluster does not hash.</summary>
    public HashTable? Table { get; init; }
}
