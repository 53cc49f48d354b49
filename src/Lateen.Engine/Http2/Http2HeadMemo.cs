namespace Lateen.Engine.Http2;

using Lateen.Engine.Http;

/// <summary>
/// The last header block of a connection and what it meant. Many clients send the same one again and again; while the compression table
/// stands as it stood, the same bytes mean the same head. It is kept from the second time on.
/// </summary>
internal sealed class Http2HeadMemo
{
    // Blocks that only refer to the tables are short; others are not worth remembering.
    private const int MaxBytes = 256;

    // Short blocks can stand for long heads, and each connection has a memory.
    private const int MaxContentBytes = 4096;

    private readonly byte[] _block = new byte[MaxBytes];
    private HeaderMap? _map;
    private int _length;
    private uint _tableVersion;
    private bool _endStream;
    private bool _isKept;

    public Http2HeadFacts Facts { get; private set; }

    /// <summary>The head of exactly this block, copied to <paramref name="map"/>.</summary>
    public bool TryRecall(ReadOnlySpan<byte> block, uint tableVersion, bool endStream, HeaderMap map)
    {
        if (!_isKept || !Matches(block, tableVersion, endStream) || _map is null)
        {
            return false;
        }

        map.CopyFrom(_map);
        return true;
    }

    /// <summary>A block was read without a fault, and the table stands afterwards as it stood before.</summary>
    public void Learn(ReadOnlySpan<byte> block, uint tableVersion, bool endStream, HeaderMap map, Http2HeadFacts facts)
    {
        if (block.Length > MaxBytes || map.ContentBytes > MaxContentBytes)
        {
            return;
        }

        if (!Matches(block, tableVersion, endStream))
        {
            block.CopyTo(_block);
            _length = block.Length;
            _tableVersion = tableVersion;
            _endStream = endStream;
            _isKept = false;
            return;
        }

        _map ??= new HeaderMap();
        _map.CopyFrom(map);
        Facts = facts;
        _isKept = true;
    }

    private bool Matches(ReadOnlySpan<byte> block, uint tableVersion, bool endStream) =>
        tableVersion == _tableVersion && endStream == _endStream && block.SequenceEqual(_block.AsSpan(0, _length));
}
