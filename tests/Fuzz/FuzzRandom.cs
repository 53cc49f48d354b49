namespace Lateen.Fuzz;

using Lateen.Engine.Loop;

/// <summary>The same numbers for the same seed.</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private readonly LoopRandom _random = new(seed);

    public int Next(int bound) => _random.Next(Math.Max(1, bound));

    public bool OneIn(int number) => Next(number) == 0;

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];
}
