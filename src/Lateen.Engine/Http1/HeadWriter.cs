namespace Lateen.Engine.Http1;

using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Number(long value)
    {
        if ((ulong)value >= 10_000)
        {
            Utf8Formatter.TryFormat(value, _buffer.AsSpan(_length), out int written);
            _length += written;
            return;
        }

        uint rest = (uint)value;
        int digits = rest < 10 ? 1 : rest < 100 ? 2 : rest < 1000 ? 3 : 4;
        Span<byte> target = _buffer.AsSpan(_length, digits);
        for (int i = target.Length - 1; i >= 0; i--)
        {
            (rest, uint digit) = Math.DivRem(rest, 10);
            target[i] = (byte)('0' + digit);
        }

        _length += digits;
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
        if (status == 200)
        {
            Raw("HTTP/1.1 200 OK\r\n"u8);
            return;
        }

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
    public void Ordinary(HeaderMap headers) => _length += headers.CopyLines(_buffer.AsSpan(_length));

    /// <summary>Whether a header that somebody added is written, and how; a plain one is a token and has no controls.</summary>
    public static EntryForm FormOf(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, bool plain)
    {
        HeaderKind kind = name.IsEmpty ? HeaderKind.Dropped : HeaderNames.Classify(name);
        if (kind is HeaderKind.Te)
        {
            return EntryForm.Te;
        }

        return kind is HeaderKind.Ordinary or HeaderKind.Expect && (plain || (!value.ContainsAny(LineBreakers) && Http1Syntax.IsToken(name)))
            ? EntryForm.Line
            : EntryForm.Other;
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
