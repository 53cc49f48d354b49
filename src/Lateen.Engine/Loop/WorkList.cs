namespace Lateen.Engine.Loop;

/// <summary>A re-used list that can be walked while it grows; what is added during a walk waits for the next.</summary>
internal sealed class WorkList<T>
    where T : class
{
    // In structs: storing a reference into an array of references has the run-time look at the array's type.
    private Slot[] _items = new Slot[16];
    private Slot[] _walking = new Slot[16];

    public int Count { get; private set; }

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            Array.Resize(ref _items, Count * 2);
        }

        _items[Count++].Item = item;
    }

    /// <summary>Takes everything added so far; valid until the next call.</summary>
    public Walk Take()
    {
        int count = Count;
        Count = 0;
        (_items, _walking) = (_walking, _items);
        return new Walk(_walking.AsSpan(0, count));
    }

    internal struct Slot
    {
        public T Item;
    }

    internal ref struct Walk(ReadOnlySpan<Slot> slots)
    {
        private readonly ReadOnlySpan<Slot> _slots = slots;
        private int _index = -1;

        public readonly T Current => _slots[_index].Item;

        public readonly Walk GetEnumerator() => this;

        public bool MoveNext() => ++_index < _slots.Length;
    }
}
