namespace Lateen.Proxy.Clusters;

/// <summary>A pool's connections that take another request now, in order of last use.</summary>
internal struct OfferedConnections()
{
    // In structs: storing a reference into an array of references has the run-time look at the array's type.
    private Slot[] _slots = new Slot[4];

    public int Count { get; private set; }

    public readonly UpstreamConnection Last => _slots[Count - 1].Connection;

    public readonly UpstreamConnection this[int index] => _slots[index].Connection;

    public void Add(UpstreamConnection connection)
    {
        if (Count == _slots.Length)
        {
            Array.Resize(ref _slots, Count * 2);
        }

        _slots[Count++].Connection = connection;
    }

    /// <summary>It stands near the end nearly always.</summary>
    public void Remove(UpstreamConnection connection)
    {
        Slot[] slots = _slots;
        int index = Count - 1;
        while (index >= 0 && !ReferenceEquals(slots[index].Connection, connection))
        {
            index--;
        }

        if (index < 0)
        {
            return;
        }

        Count--;
        if (index < Count)
        {
            Array.Copy(slots, index + 1, slots, index, Count - index);
        }

        slots[Count] = default;
    }

    private struct Slot
    {
        public UpstreamConnection Connection;
    }
}
