namespace Lateen.Proxy.Network;

using System.Buffers.Binary;
using System.Text;
using Lateen.Engine.Transport;

/// <summary>Writes a PROXY protocol header (haproxy's proxy-protocol.txt), version 1 or 2.</summary>
internal static class ProxyHeaderWriter
{
    private const byte Local = 0x20;
    private const byte Proxy = 0x21;

    private static ReadOnlySpan<byte> Signature => "\r\n\r\n\0\r\nQUIT\n"u8;

    /// <summary>Without a client, as for a health check, the header says that the proxy speaks for itself.</summary>
    /// <param name="version">1 or 2.</param>
    /// <param name="client">None for a connection of our own.</param>
    /// <param name="destination">Where the client connected to.</param>
    /// <param name="tlvs">Further values, for version 2.</param>
    public static byte[] Write(int version, in SocketAddress client, in SocketAddress destination, ReadOnlySpan<byte> tlvs = default)
    {
        // Both ends must be of one family; a destination of the other one cannot be said.
        bool known = !client.IsNone && client.IsV4 == destination.IsV4 && !destination.IsNone;
        return version == 1 ? WriteLine(known, client, destination) : WriteBinary(known, client, destination, tlvs);
    }

    private static byte[] WriteLine(bool known, in SocketAddress client, in SocketAddress destination) => Encoding.ASCII.GetBytes(known
        ? $"PROXY {(client.IsV4 ? "TCP4" : "TCP6")} {client.ToIPAddress()} {destination.ToIPAddress()} {client.Port} {destination.Port}\r\n"
        : "PROXY UNKNOWN\r\n");

    private static byte[] WriteBinary(bool known, in SocketAddress client, in SocketAddress destination, ReadOnlySpan<byte> tlvs)
    {
        const int head = 16;
        int addressBytes = client.IsV4 ? 4 : 16;
        int addresses = known ? (2 * addressBytes) + 4 : 0;
        int length = addresses + tlvs.Length;
        byte[] bytes = new byte[head + length];
        Signature.CopyTo(bytes);
        bytes[12] = known ? Proxy : Local;
        bytes[13] = (byte)(!known ? 0 : client.IsV4 ? 0x11 : 0x21);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(14), (ushort)length);
        if (known)
        {
            Span<byte> body = bytes.AsSpan(head);
            WriteAddress(body, client);
            WriteAddress(body[addressBytes..], destination);
            BinaryPrimitives.WriteUInt16BigEndian(body[(2 * addressBytes)..], (ushort)client.Port);
            BinaryPrimitives.WriteUInt16BigEndian(body[((2 * addressBytes) + 2)..], (ushort)destination.Port);
        }

        tlvs.CopyTo(bytes.AsSpan(head + addresses));
        return bytes;
    }

    private static void WriteAddress(Span<byte> target, in SocketAddress address)
    {
        if (address.IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(target, address.V4Bits);
        }
        else
        {
            BinaryPrimitives.WriteUInt128BigEndian(target, address.Bits);
        }
    }
}
