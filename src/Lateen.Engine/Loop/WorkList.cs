namespace Lateen.Engine.Loop;

/// <summary>A re-used list that can be walked while it grows; what is added during a walk waits for the next.</summary>
internal sealed class WorkList<T>
    where T : class
{
    private T[] _items = new T[16];
    private T[] _walking = new T[16];

    public int Count { get; private set; }

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        _items[Count++] = item;
    }

    /// <summary>Takes everything added so far; valid until the next call.</summary>
    public ReadOnlySpan<T> Take()
    {
        int count = Count;
        Count = 0;
        (_items, _walking) = (_walking, _items);
        return _walking.AsSpan(0, count);
    }
}
