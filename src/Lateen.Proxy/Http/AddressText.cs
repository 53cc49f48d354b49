namespace Lateen.Proxy.Http;

using System.Buffers.Text;
using Lateen.Engine.Transport;

/// <summary>Reads addresses from headers; IPv4 without allocating, as it is on the request path.</summary>
internal static class AddressText
{
    public static bool TryParse(ReadOnlySpan<byte> text, out SocketAddress address)
    {
        if (TryV4(text, out uint bits))
        {
            address = SocketAddress.V4(bits, 0);
            return true;
        }

        address = default;
        return text.Contains((byte)':') && SocketAddress.TryParse(System.Text.Encoding.ASCII.GetString(text), 0, out address);
    }

    private static bool TryV4(ReadOnlySpan<byte> text, out uint bits)
    {
        bits = 0;
        for (int part = 0; part < 4; part++)
        {
            if (!Utf8Parser.TryParse(text, out byte value, out int used))
            {
                return false;
            }

            bits = (bits << 8) | value;
            text = text[used..];
            if (part < 3)
            {
                if (text.IsEmpty || text[0] != '.')
                {
                    return false;
                }

                text = text[1..];
            }
        }

        return text.IsEmpty;
    }
}
