namespace Lateen.Proxy.Stats;

/// <summary>A number that goes up and down. Use either <see cref="Add"/> from anywhere or <see cref="Set"/> from one place.</summary>
public sealed class Gauge
{
    private readonly StatCell _cell;

    internal Gauge(StatScope scope)
    {
        Scope = scope;
        _cell = scope.NewCell();
    }

    /// <summary>Kept alive by this.</summary>
    internal StatScope Scope { get; }

    /// <summary>Sum over all workers.</summary>
    public long Value => _cell.Sum();

    public void Increment() => _cell.Add(1);

    public void Decrement() => _cell.Add(-1);

    /// <summary>From the worker's own thread, as the next.</summary>
    public void Increment(StatStripe stripe) => _cell.Add(1, stripe);

    public void Decrement(StatStripe stripe) => _cell.Add(-1, stripe);

    public void Add(long amount) => _cell.Add(amount);

    public void Set(long value) => _cell.Add(value - _cell.Sum());
}
