namespace Lateen.Engine.Http2;

/// <summary>Streams of one kind that are over, kept for a thread's next; the last one first, as it is still in the caches.</summary>
internal sealed class Http2StreamPool
{
    private const int Limit = 1024;

    // A head near its limit has grown the arena; such streams are left to the collector.
    private const int LargestArenaBytes = 16 * 1024;

    [ThreadStatic]
    private static Http2StreamPool? _ofServers;

    [ThreadStatic]
    private static Http2StreamPool? _ofClients;

    // In structs: storing a reference into an array of a class that has heirs looks at what is stored.
    private Slot[] _free = new Slot[16];
    private int _count;

    public static Http2StreamPool OfServers => _ofServers ??= new Http2StreamPool();

    public static Http2StreamPool OfClients => _ofClients ??= new Http2StreamPool();

    public Http2Stream? TryRent()
    {
        if (_count == 0)
        {
            return null;
        }

        ref Slot slot = ref _free[--_count];
        Http2Stream? stream = slot.Stream;
        slot.Stream = null;
        return stream;
    }

    public void Return(Http2Stream stream)
    {
        if (_count == Limit || stream.Headers.ArenaBytes > LargestArenaBytes)
        {
            return;
        }

        if (_count == _free.Length)
        {
            Array.Resize(ref _free, _count * 2);
        }

        _free[_count++].Stream = stream;
    }

    private struct Slot
    {
        public Http2Stream? Stream;
    }
}
