namespace Lateen.Engine.Http1;

using System.Buffers;
using System.Text;

/// <summary>The character classes of RFC 9110 section 5.6.2, RFC 9112 and RFC 3986 section 3.2, nothing more lenient.</summary>
internal static class Http1Syntax
{
    private static readonly SearchValues<byte> TokenBytes = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // Controls except the tab. 0x80 and above are obs-text, which clients do send.
    private static readonly SearchValues<byte> NotInValue = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 127]);

    private static readonly SearchValues<byte> NotInTarget = SearchValues.Create(
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 127]);

    // reg-name and IP-literal without the comma: a list of hosts is an attack, not a name.
    private static readonly SearchValues<byte> HostBytes = SearchValues.Create(
        "-._~%!$&'()*+;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> Ipv6Bytes = SearchValues.Create("0123456789abcdefABCDEF:.%"u8);

    /// <summary>Length of the token at the start.</summary>
    public static int TokenLength(ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOfAnyExcept(TokenBytes);
        return end < 0 ? bytes.Length : end;
    }

    public static bool IsToken(ReadOnlySpan<byte> bytes) => !bytes.IsEmpty && !bytes.ContainsAnyExcept(TokenBytes);

    public static bool IsValue(ReadOnlySpan<byte> bytes) => !bytes.ContainsAny(NotInValue);

    public static bool IsTarget(ReadOnlySpan<byte> bytes) => !bytes.ContainsAny(NotInTarget);

    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> lower) => Ascii.EqualsIgnoreCase(bytes, lower);

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
            hostEnd = authority.IndexOfAnyExcept(HostBytes);
            hostEnd = hostEnd < 0 ? authority.Length : hostEnd;
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

        foreach (byte digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
            {
                return false;
            }

            value = (value * 10) + (digit - '0');
        }

        return true;
    }

    private static bool IsPort(ReadOnlySpan<byte> digits) =>
        digits.Length is > 0 and <= 5 && TryParseLength(digits, out long port) && port <= ushort.MaxValue;

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t';
}
