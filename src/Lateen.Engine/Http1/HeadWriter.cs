namespace Lateen.Engine.Http1;

using System.Buffers;
using System.Buffers.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Transport;

/// <summary>Writes heads, chunk framing and trailers; one buffer per thread, so a head is one write to the connection.</summary>
internal ref struct HeadWriter
{
    private const int InitialBytes = 8 * 1024;
    private const int Slack = 512;

    // ": " and CRLF around each field.
    private const int BytesPerHeader = 4;

    private static readonly SearchValues<byte> LineBreakers = SearchValues.Create("\r\n\0"u8);

    [ThreadStatic]
    private static byte[]? _shared;

    private readonly byte[] _buffer;
    private int _length;

    private HeadWriter(byte[] buffer)
    {
        _buffer = buffer;
    }

    public static HeadWriter For(HeaderMap headers)
    {
        // Thrice the content, as a byte of a path may become three.
        int needed = (headers.ContentBytes * 3) + (headers.Count * BytesPerHeader) + Slack;
        if (_shared is null || _shared.Length < needed)
        {
            _shared = new byte[Math.Max(InitialBytes, needed)];
        }

        return new HeadWriter(_shared);
    }

    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Number(long value)
    {
        Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out int written);
        _length += written;
    }

    public void Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Raw(name);
        Raw(": "u8);
        Raw(value);
        Raw("\r\n"u8);
    }

    public void StatusLine(int status)
    {
        Raw("HTTP/1.1 "u8);
        Number(status);
        Raw(" "u8);
        Raw(ReasonPhrase.Of(status));
        Raw("\r\n"u8);
    }

    /// <summary>Writes a target; a byte that would end it (a configured rewrite may hold a blank) is percent-encoded.</summary>
    public void Target(ReadOnlySpan<byte> target)
    {
        if (Http1Syntax.IsTarget(target))
        {
            Raw(target);
            return;
        }

        foreach (byte value in target)
        {
            if (value is > (byte)' ' and not 127)
            {
                _buffer[_length++] = value;
                continue;
            }

            _buffer[_length++] = (byte)'%';
            _buffer[_length++] = "0123456789ABCDEF"u8[value >> 4];
            _buffer[_length++] = "0123456789ABCDEF"u8[value & 15];
        }
    }

    /// <summary>Writes the ordinary headers; what frames the message or belongs to one connection is the codec's to write.</summary>
    public void Ordinary(HeaderMap headers)
    {
        for (int i = 0; i < headers.Count; i++)
        {
            ReadOnlySpan<byte> lines = headers.LinesAt(i, out int count);
            if (count > 0)
            {
                Raw(lines);
                i += count - 1;
                continue;
            }

            ReadOnlySpan<byte> name = headers.NameAt(i);
            if (name.IsEmpty || name[0] == ':')
            {
                continue;
            }

            HeaderKind kind = HeaderNames.Classify(name);
            ReadOnlySpan<byte> value = headers.ValueAt(i);
            if (kind is HeaderKind.Ordinary or HeaderKind.Expect && !value.ContainsAny(LineBreakers) && Http1Syntax.IsToken(name))
            {
                Header(name, value);
            }
            else if (kind is HeaderKind.Te)
            {
                // Without "Connection: TE", as Envoy sends it: servers that compare Connection as one word exist.
                Header("te"u8, "trailers"u8);
            }
        }
    }

    public void EndTo(Connection connection)
    {
        Raw("\r\n"u8);
        connection.Write(_buffer.AsSpan(0, _length));
    }

    public static void Chunk(Connection connection, ReadOnlySpan<byte> data)
    {
        Span<byte> size = stackalloc byte[12];
        Utf8Formatter.TryFormat(data.Length, size, out int length, 'x');
        "\r\n"u8.CopyTo(size[length..]);
        connection.Write(size[..(length + 2)]);
        connection.Write(data);
        connection.Write("\r\n"u8);
    }

    public static void LastChunk(Connection connection) => connection.Write("0\r\n\r\n"u8);

    public static void LastChunk(Connection connection, HeaderMap trailers)
    {
        HeadWriter writer = For(trailers);
        writer.Raw("0\r\n"u8);
        writer.Ordinary(trailers);
        writer.EndTo(connection);
    }
}
