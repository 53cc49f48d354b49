namespace Lateen.Engine.Http2;

/// <summary>The open streams of a connection. May be walked from the end while streams are removed.</summary>
internal sealed class Http2StreamTable
{
    private readonly Dictionary<int, Http2Stream> _byId = [];
    private Http2Stream[] _all = new Http2Stream[8];

    public int Count { get; private set; }

    public Http2Stream this[int index] => _all[index];

    public Http2Stream? Find(int streamId) => _byId.GetValueOrDefault(streamId);

    /// <summary>Adds a stream; a client's has no identifier before its head is sent.</summary>
    public void Add(Http2Stream stream)
    {
        if (Count == _all.Length)
        {
            Array.Resize(ref _all, Count * 2);
        }

        stream.TableIndex = Count;
        _all[Count++] = stream;
        if (stream.Id != 0)
        {
            _byId.Add(stream.Id, stream);
        }
    }

    public void Identify(Http2Stream stream, int streamId)
    {
        stream.Id = streamId;
        _byId.Add(streamId, stream);
    }

    public void Remove(Http2Stream stream)
    {
        Http2Stream last = _all[--Count];
        _all[stream.TableIndex] = last;
        last.TableIndex = stream.TableIndex;
        if (stream.Id != 0)
        {
            _byId.Remove(stream.Id);
        }
    }
}
