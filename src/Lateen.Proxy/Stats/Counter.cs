namespace Lateen.Proxy.Stats;

/// <summary>A number that only grows. Incrementing it allocates nothing and never contends between workers.</summary>
public sealed class Counter
{
    private readonly StatCell _cell;

    internal Counter(StatScope scope)
    {
        Scope = scope;
        _cell = scope.NewCell();
    }

    /// <summary>Kept alive by this.</summary>
    internal StatScope Scope { get; }

    /// <summary>Sum over all workers.</summary>
    public long Value => _cell.Sum();

    public void Increment() => _cell.Add(1);

    /// <summary>From the worker's own thread.</summary>
    public void Increment(StatStripe stripe) => _cell.Add(1, stripe);

    public void Increment(long amount) => _cell.Add(amount);

    internal void Reset() => _cell.Add(-_cell.Sum());

    public void Add(long amount) => _cell.Add(amount);
}
