namespace Lateen.Engine.Http2;

using System.Numerics;

/// <summary>
/// The open streams of a connection, by identifier and in a row that may be walked from its end while streams are removed. Those whose
/// identifiers have the same place in the table stand behind each other.
/// </summary>
internal sealed class Http2StreamTable
{
    private const int InitialSize = 16;

    private Slot[] _byId = new Slot[InitialSize];
    private Http2Stream[] _all = new Http2Stream[InitialSize / 2];

    public int Count { get; private set; }

    public Http2Stream this[int index] => _all[index];

    public Http2Stream? Find(int streamId)
    {
        Slot[] table = _byId;
        for (int place = HomeOf(streamId, table.Length); table[place].Stream is { } stream; place = (place + 1) & (table.Length - 1))
        {
            if (stream.Id == streamId)
            {
                return stream;
            }
        }

        return null;
    }

    /// <summary>Adds a stream; a client's has no identifier before its head is sent.</summary>
    public void Add(Http2Stream stream)
    {
        if (Count == _all.Length)
        {
            Grow();
        }

        stream.TableIndex = Count;
        _all[Count++] = stream;
        if (stream.Id != 0)
        {
            Place(_byId, stream);
        }
    }

    public void Identify(Http2Stream stream, int streamId)
    {
        stream.Id = streamId;
        Place(_byId, stream);
    }

    public void Remove(Http2Stream stream)
    {
        Http2Stream last = _all[--Count];
        _all[stream.TableIndex] = last;
        last.TableIndex = stream.TableIndex;
        if (stream.Id != 0)
        {
            Forget(stream);
        }
    }

    // Fibonacci hashing: what ascends evenly is spread evenly, with gaps between, so that a search and a removal end soon.
    private static int HomeOf(int streamId, int size) => (int)(((uint)streamId * 0x9E37_79B9) >> (32 - BitOperations.Log2((uint)size)));

    private static void Place(Slot[] table, Http2Stream stream)
    {
        int place = HomeOf(stream.Id, table.Length);
        while (table[place].Stream is not null)
        {
            place = (place + 1) & (table.Length - 1);
        }

        table[place].Stream = stream;
    }

    // Those behind it move up, as far as none comes before its own place: a hole would end the search for them.
    private void Forget(Http2Stream stream)
    {
        Slot[] table = _byId;
        int mask = table.Length - 1;
        int hole = HomeOf(stream.Id, table.Length);
        while (table[hole].Stream != stream)
        {
            hole = (hole + 1) & mask;
        }

        for (int place = (hole + 1) & mask; table[place].Stream is { } next; place = (place + 1) & mask)
        {
            int home = HomeOf(next.Id, table.Length);
            if (((place - home) & mask) >= ((place - hole) & mask))
            {
                table[hole] = table[place];
                hole = place;
            }
        }

        table[hole].Stream = null;
    }

    private void Grow()
    {
        Array.Resize(ref _all, Count * 2);
        var larger = new Slot[Count * 4];
        for (int i = 0; i < Count; i++)
        {
            if (_all[i].Id != 0)
            {
                Place(larger, _all[i]);
            }
        }

        _byId = larger;
    }

    // Arrays of a class that has heirs check what is stored; those of a struct do not.
    private struct Slot
    {
        public Http2Stream? Stream;
    }
}
