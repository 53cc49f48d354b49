namespace Lateen.Proxy.Http;

/// <summary>The date header's value, written once per second (RFC 9110 section 5.6.7).</summary>
internal sealed class DateCache
{
    private readonly byte[] _bytes = new byte[29];
    private long _second = -1;

    public ReadOnlySpan<byte> Bytes(long unixMicros)
    {
        long second = unixMicros / 1_000_000;
        if (second != _second)
        {
            _second = second;
            DateTime.UnixEpoch.AddSeconds(second).TryFormat(_bytes, out _, "R",
                System.Globalization.CultureInfo.InvariantCulture);
        }

        return _bytes;
    }
}
