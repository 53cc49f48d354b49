namespace Lateen.Engine.Http1;

using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text;

/// <summary>The character classes of RFC 9110 section 5.6.2, RFC 9112 and RFC 3986 section 3.2, nothing more lenient.</summary>
internal static class Http1Syntax
{
    private static readonly SearchValues<byte> Ipv6Bytes = SearchValues.Create("0123456789abcdefABCDEF:.%"u8);

    /// <summary>Length of the token at the start.</summary>
    public static int TokenLength(ReadOnlySpan<byte> bytes) => ByteClass.Prefix(ByteClass.Token, bytes);

    public static bool IsToken(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && TokenLength(bytes) == bytes.Length;

    /// <summary>No controls except the tab. 0x80 and above are obs-text, which clients do send.</summary>
    public static bool IsValue(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at < bytes.Length; at += Vector128<byte>.Count)
        {
            Vector128<byte> block = ByteClass.Load(bytes, at);
            uint controls = ByteClass.Controls(block) & ~ByteClass.Tabs(block);
            if (controls != 0 && at + BitOperations.TrailingZeroCount(controls) < bytes.Length)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Neither controls nor blanks.</summary>
    public static bool IsTarget(ReadOnlySpan<byte> bytes)
    {
        for (int at = 0; at < bytes.Length; at += Vector128<byte>.Count)
        {
            uint others = ByteClass.ControlsOrBlanks(ByteClass.Load(bytes, at));
            if (others != 0 && at + BitOperations.TrailingZeroCount(others) < bytes.Length)
            {
                return false;
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> lower) =>
        bytes.Length == lower.Length && Ascii.EqualsIgnoreCase(bytes, lower);

    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> bytes)
    {
        int start = 0;
        int end = bytes.Length;
        while (start < end && IsBlank(bytes[start]))
        {
            start++;
        }

        while (end > start && IsBlank(bytes[end - 1]))
        {
            end--;
        }

        return bytes[start..end];
    }

    /// <summary>host [":" port] without user information (RFC 9110 section 7.2).</summary>
    public static bool IsAuthority(ReadOnlySpan<byte> authority)
    {
        if (authority.IsEmpty)
        {
            return false;
        }

        int hostEnd;
        if (authority[0] == '[')
        {
            hostEnd = authority.IndexOf((byte)']') + 1;
            if (hostEnd < 4 || authority[1..(hostEnd - 1)].ContainsAnyExcept(Ipv6Bytes))
            {
                return false;
            }
        }
        else
        {
            hostEnd = ByteClass.Prefix(ByteClass.Host, authority);
        }

        if (hostEnd == authority.Length)
        {
            return true;
        }

        return hostEnd > 0 && authority[hostEnd] == ':' && IsPort(authority[(hostEnd + 1)..]);
    }

    /// <summary>Digits only, no sign, no overflow (RFC 9110 section 8.6).</summary>
    public static bool TryParseLength(ReadOnlySpan<byte> digits, out long value)
    {
        value = 0;
        if (digits.IsEmpty || digits.Length > 18)
        {
            return false;
        }

        ulong sum = 0;
        foreach (byte character in digits)
        {
            uint digit = (uint)(character - '0');
            if (digit > 9)
            {
                return false;
            }

            sum = (sum * 10) + digit;
        }

        value = (long)sum;
        return true;
    }

    /// <summary>Three digits, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ParseStatus(ReadOnlySpan<byte> digits)
    {
        if (digits.Length != 3)
        {
            return -1;
        }

        uint hundreds = (uint)(digits[0] - '0');
        uint tens = (uint)(digits[1] - '0');
        uint ones = (uint)(digits[2] - '0');
        return hundreds > 9 || tens > 9 || ones > 9 ? -1 : (int)((hundreds * 100) + (tens * 10) + ones);
    }

    private static bool IsPort(ReadOnlySpan<byte> digits) =>
        digits.Length is > 0 and <= 5 && TryParseLength(digits, out long port) && port <= ushort.MaxValue;

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t';
}
