namespace Lateen.Proxy.Formatting;

using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

/// <summary>Bytes of one log entry or header value; re-used by its thread, so a warm buffer allocates nothing.</summary>
public sealed class FormatBuffer
{
    private const int InitialBytes = 2048;
    private const int MaxNumberBytes = 32;

    [ThreadStatic]
    private static FormatBuffer? s_ofThread;

    private byte[] _bytes = new byte[InitialBytes];

    public static FormatBuffer OfThread => s_ofThread ??= new FormatBuffer();

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    /// <summary>What was written, with '_' for control characters: a certificate's name may hold a line break, a header must not.</summary>
    public ReadOnlySpan<byte> WrittenAsOneLine()
    {
        foreach (ref byte each in _bytes.AsSpan(0, Length))
        {
            each = each is < 0x20 and not (byte)'\t' or 0x7F ? (byte)'_' : each;
        }

        return Written;
    }

    public void Clear() => Length = 0;

    public void Append(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    public void Append(string text) => Length += Encoding.UTF8.GetBytes(text, Reserve(text.Length * 3));

    public void Append(long number)
    {
        Utf8Formatter.TryFormat(number, Reserve(MaxNumberBytes), out int written);
        Length += written;
    }

    /// <summary>Text that a peer chose: whatever could end a line or a quotation becomes '_'.</summary>
    public void AppendPrintable(ReadOnlySpan<char> text)
    {
        Span<byte> target = Reserve(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            target[i] = text[i] is > ' ' and < '\x7f' and not ('"' or '\\') ? (byte)text[i] : (byte)'_';
        }

        Length += text.Length;
    }

    /// <summary>A number with leading zeros.</summary>
    public void AppendPadded(long number, int digits)
    {
        Span<byte> target = Reserve(digits);
        for (int i = digits - 1; i >= 0; i--)
        {
            target[i] = (byte)('0' + (number % 10));
            number /= 10;
        }

        Length += digits;
    }

    /// <summary>Room for at least this many bytes; call <see cref="Advance"/> with what was used.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        }

        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    /// <summary>Escapes everything from <paramref name="start"/> on for a JSON string (RFC 8259 section 7).</summary>
    public void EscapeJsonFrom(int start)
    {
        // Header values are bytes; those that are no UTF-8 are written as the characters of Latin-1, so that the line stays JSON.
        bool isUtf8 = Utf8.IsValid(_bytes.AsSpan(start, Length - start));
        int extra = 0;
        for (int i = start; i < Length; i++)
        {
            extra += ExtraBytes(_bytes[i], isUtf8);
        }

        if (extra == 0)
        {
            return;
        }

        Reserve(extra);
        int target = Length + extra;
        for (int i = Length - 1; i >= start; i--)
        {
            int more = ExtraBytes(_bytes[i], isUtf8);
            target -= 1 + more;
            WriteEscaped(_bytes[i], more, _bytes.AsSpan(target));
        }

        Length += extra;
    }

    private static int ExtraBytes(byte value, bool isUtf8) => value switch
    {
        (byte)'"' or (byte)'\\' => 1,
        < 0x20 => 5,
        >= 0x80 when !isUtf8 => 5,
        _ => 0,
    };

    private static void WriteEscaped(byte value, int extra, Span<byte> target)
    {
        switch (extra)
        {
            case 0:
                target[0] = value;
                break;
            case 1:
                target[1] = value;
                target[0] = (byte)'\\';
                break;
            default:
                "\\u00"u8.CopyTo(target);
                target[4] = "0123456789abcdef"u8[value >> 4];
                target[5] = "0123456789abcdef"u8[value & 15];
                break;
        }
    }
}
