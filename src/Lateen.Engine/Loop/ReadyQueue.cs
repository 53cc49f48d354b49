namespace Lateen.Engine.Loop;

/// <summary>
/// Descriptors that are ready but have to wait for their turn, each once and with all its events so far, first come, first served.
/// </summary>
internal sealed class ReadyQueue
{
    private (int Descriptor, uint Generation)[] _entries = new (int, uint)[256];
    private (uint Generation, uint Events)[] _waiting = new (uint, uint)[256];
    private int _head;

    public int Count { get; private set; }

    public void Add(int fd, uint generation, uint events)
    {
        if (fd >= _waiting.Length)
        {
            Array.Resize(ref _waiting, Math.Max(fd + 1, _waiting.Length * 2));
        }

        ref (uint Generation, uint Events) waiting = ref _waiting[fd];
        if (waiting.Generation == generation && waiting.Events != 0)
        {
            waiting.Events |= events;
            return;
        }

        // A descriptor that was closed while it waited may be somebody else's already; that one waits for itself.
        waiting = (generation, events);
        if (Count == _entries.Length)
        {
            Grow();
        }

        _entries[(_head + Count) & (_entries.Length - 1)] = (fd, generation);
        Count++;
    }

    /// <summary>The one that waits longest; without events when its descriptor has another owner by now.</summary>
    public (int Descriptor, uint Generation, uint Events) Take()
    {
        (int fd, uint generation) = _entries[_head];
        _head = (_head + 1) & (_entries.Length - 1);
        Count--;
        ref (uint Generation, uint Events) waiting = ref _waiting[fd];
        uint events = waiting.Generation == generation ? waiting.Events : 0;
        waiting.Events = waiting.Generation == generation ? 0 : waiting.Events;
        return (fd, generation, events);
    }

    private void Grow()
    {
        var larger = new (int, uint)[_entries.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            larger[i] = _entries[(_head + i) & (_entries.Length - 1)];
        }

        _entries = larger;
        _head = 0;
    }
}
