namespace Lateen.Engine.Http;

using System.Globalization;
using System.Text;

/// <summary>The Date header's value (RFC 9110 section 5.6.7), made once a second per thread.</summary>
public static class HttpDate
{
    private const int Length = 29;
    private const long MicrosPerSecond = 1_000_000;

    [ThreadStatic]
    private static byte[]? _text;

    [ThreadStatic]
    private static long _second;

    /// <summary>Valid until the next call on this thread.</summary>
    public static ReadOnlySpan<byte> Format(long unixMicros)
    {
        long second = unixMicros / MicrosPerSecond;
        if (_text is null || _second != second)
        {
            _text ??= new byte[Length];
            _second = second;
            Span<char> text = stackalloc char[Length];
            DateTimeOffset.FromUnixTimeSeconds(second).TryFormat(text, out _, "r", CultureInfo.InvariantCulture);
            Encoding.ASCII.GetBytes(text, _text);
        }

        return _text;
    }
}
