namespace Lateen.Local.Runtime.Network;

using System.Buffers.Binary;
using System.Net;

/// <summary>Picks the IPv4 addresses out of a resolver's answer; a malformed message yields what was readable.</summary>
internal static class DnsAddresses
{
    internal static List<IPAddress> Read(ReadOnlySpan<byte> message)
    {
        List<IPAddress> addresses = [];
        if (message.Length < 12)
        {
            return addresses;
        }

        int questions = BinaryPrimitives.ReadUInt16BigEndian(message[4..]);
        int answers = BinaryPrimitives.ReadUInt16BigEndian(message[6..]);
        int position = 12;
        for (int i = 0; i < questions && position > 0; i++)
        {
            position = SkipName(message, position) + 4;
        }

        for (int i = 0; i < answers; i++)
        {
            position = SkipName(message, position);
            if (position + 10 > message.Length)
            {
                break;
            }

            int type = BinaryPrimitives.ReadUInt16BigEndian(message[position..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(message[(position + 8)..]);
            position += 10;
            if (type == DnsMessage.A && length == 4 && position + 4 <= message.Length)
            {
                addresses.Add(new IPAddress(message.Slice(position, 4)));
            }

            position += length;
        }

        return addresses;
    }

    private static int SkipName(ReadOnlySpan<byte> message, int position)
    {
        while (position < message.Length)
        {
            int length = message[position];
            if (length == 0)
            {
                return position + 1;
            }

            // RFC 1035, section 4.1.4: two high bits mark a pointer, which ends the name.
            if (length >= 0xC0)
            {
                return position + 2;
            }

            position += length + 1;
        }

        return message.Length;
    }
}
