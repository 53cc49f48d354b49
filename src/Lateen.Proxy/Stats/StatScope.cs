namespace Lateen.Proxy.Stats;

/// <summary>
/// The statistics of one owner, such as a cluster. Each of them holds the scope, the store does not: when the last user of the last one is
/// gone, the scope goes with all its names and numbers (Envoy counts references to the same end).
/// </summary>
internal sealed class StatScope(int stripes)
{
    private readonly Dictionary<string, Stat> _byName = new(StringComparer.Ordinal);
    private long[] _block = [];
    private int _used = StatCell.CellsPerBlock;

    public int Count => _byName.Count;

    public IEnumerable<Stat> All => _byName.Values;

    public Stat? Find(string envoyName) => _byName.GetValueOrDefault(envoyName);

    public void Add(Stat stat) => _byName.Add(stat.Name.EnvoyName, stat);

    public StatCell NewCell()
    {
        if (_used == StatCell.CellsPerBlock)
        {
            _block = new long[stripes * StatCell.Stride];
            _used = 0;
        }

        return new StatCell(_block, _used++);
    }
}
