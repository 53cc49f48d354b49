namespace Lateen.Engine.Http1;

internal enum BodyStatus : byte
{
    /// <summary>Some bytes of the body; call again with what follows.</summary>
    Data,
    NeedMoreData,

    /// <summary>The body is complete. The data, if any, is its last piece.</summary>
    End,

    /// <summary>The last chunk was read; the trailer section follows.</summary>
    Trailers,
    Bad,
}

/// <summary>Takes the framing off a message body (RFC 9112 sections 6 and 7.1), piece by piece, copying nothing.</summary>
internal struct BodyReader
{
    // 60 bits: no overflow, and leading zeros are bounded too.
    private const int MaxChunkSizeDigits = 15;

    private State _state;
    private long _left;
    private int _digits;
    private int _extensionBytes;
    private int _extensionLimit;

    private enum State : byte
    {
        Length,
        UntilClose,
        ChunkSizeFirst,
        ChunkSize,
        ChunkExtension,
        ChunkSizeLf,
        ChunkData,
        ChunkDataCr,
        ChunkDataLf,
    }

    /// <summary>Chunks so far that carried an extension.</summary>
    public int Extensions { get; private set; }

    public readonly bool IsUntilClose => _state is State.UntilClose;

    public static BodyReader WithLength(long length) => new() { _state = State.Length, _left = length };

    public static BodyReader UntilClose() => new() { _state = State.UntilClose };

    public static BodyReader Chunked(int extensionLimit) => new() { _state = State.ChunkSizeFirst, _extensionLimit = extensionLimit };

    public BodyStatus Read(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> data)
    {
        consumed = 0;
        data = default;
        switch (_state)
        {
            case State.Length:
                data = Take(input, ref consumed);
                return _left == 0 ? BodyStatus.End : data.IsEmpty ? BodyStatus.NeedMoreData : BodyStatus.Data;
            case State.UntilClose:
                data = input;
                consumed = input.Length;
                return data.IsEmpty ? BodyStatus.NeedMoreData : BodyStatus.Data;
            default:
                return ReadChunked(input, out consumed, out data);
        }
    }

    private BodyStatus ReadChunked(ReadOnlySpan<byte> input, out int consumed, out ReadOnlySpan<byte> data)
    {
        consumed = 0;
        data = default;
        while (consumed < input.Length)
        {
            if (_state is State.ChunkData)
            {
                data = Take(input[consumed..], ref consumed);
                if (_left == 0)
                {
                    _state = State.ChunkDataCr;
                }

                return BodyStatus.Data;
            }

            if (!TryStep(input[consumed++]))
            {
                return BodyStatus.Bad;
            }

            if (_state is State.ChunkData && _left == 0)
            {
                return BodyStatus.Trailers;
            }
        }

        return BodyStatus.NeedMoreData;
    }

    // One byte of chunk framing. 1*HEXDIG [ extension ] CRLF, and CRLF after the data; no blanks, no bare LF.
    private bool TryStep(byte next)
    {
        switch (_state)
        {
            case State.ChunkSizeFirst:
                _left = 0;
                _digits = 0;
                _state = State.ChunkSize;
                return TryAddDigit(next);
            case State.ChunkSize when next == '\r':
                _state = State.ChunkSizeLf;
                return true;
            case State.ChunkSize when next == ';':
                _state = State.ChunkExtension;
                Extensions++;
                return ++_extensionBytes <= _extensionLimit;
            case State.ChunkSize:
                return TryAddDigit(next);
            case State.ChunkExtension when next == '\r':
                _state = State.ChunkSizeLf;
                return true;
            case State.ChunkExtension:
                return ++_extensionBytes <= _extensionLimit && (next == 9 || (next >= 32 && next != 127));
            case State.ChunkSizeLf:
                _state = State.ChunkData;
                return next == '\n';
            case State.ChunkDataCr:
                _state = State.ChunkDataLf;
                return next == '\r';
            default:
                _state = State.ChunkSizeFirst;
                return next == '\n';
        }
    }

    private bool TryAddDigit(byte next)
    {
        int digit = char.IsAsciiHexDigit((char)next) ? HexValue(next) : -1;
        if (digit < 0 || ++_digits > MaxChunkSizeDigits)
        {
            return false;
        }

        _left = (_left << 4) | (uint)digit;
        return true;
    }

    private static int HexValue(byte digit) => digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;

    private ReadOnlySpan<byte> Take(ReadOnlySpan<byte> input, scoped ref int consumed)
    {
        int count = (int)Math.Min(_left, input.Length);
        _left -= count;
        consumed += count;
        return input[..count];
    }
}
