namespace Lateen.Engine.Http1;

internal enum LineStatus : byte
{
    Complete,
    NeedMoreData,
    Bad,
}

/// <summary>Finds lines that end in CRLF and nothing else, looking at each byte once however slowly they arrive.</summary>
internal struct LineReader
{
    private int _scanned;

    /// <summary>Nothing of the line under way was looked at.</summary>
    public readonly bool IsFresh => _scanned == 0;

    public LineStatus TryRead(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> line, out int consumed)
    {
        line = default;
        consumed = 0;
        int end = input[_scanned..].IndexOf((byte)'\n');
        if (end < 0)
        {
            _scanned = input.Length;
            return LineStatus.NeedMoreData;
        }

        end += _scanned;
        _scanned = 0;

        // RFC 9112 section 2.2 lets a recipient accept a bare LF; doing so is how smuggling begins.
        if (end == 0 || input[end - 1] != '\r')
        {
            return LineStatus.Bad;
        }

        line = input[..(end - 1)];
        consumed = end + 1;
        return LineStatus.Complete;
    }
}
