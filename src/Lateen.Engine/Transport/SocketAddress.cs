namespace Lateen.Engine.Transport;

using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;

/// <summary>An IP address and port by value. IPv4 is kept as such, never as a mapped IPv6 address. The default value is "none".</summary>
public readonly record struct SocketAddress
{
    private readonly UInt128 _bits;
    private readonly ushort _port;
    private readonly AddressKind _kind;

    private SocketAddress(AddressKind kind, UInt128 bits, ushort port)
    {
        _kind = kind;
        _bits = bits;
        _port = port;
    }

    private enum AddressKind : byte
    {
        None = 0,
        V4 = 4,
        V6 = 6,
    }

    public bool IsNone => _kind is AddressKind.None;

    public bool IsV4 => _kind is AddressKind.V4;

    public bool IsV6 => _kind is AddressKind.V6;

    public int Port => _port;

    public static SocketAddress V4(uint hostOrderBits, int port) => new(AddressKind.V4, hostOrderBits, checked((ushort)port));

    public static SocketAddress V6(UInt128 hostOrderBits, int port) => new(AddressKind.V6, hostOrderBits, checked((ushort)port));

    public static SocketAddress From(IPAddress address, int port)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        Span<byte> bytes = stackalloc byte[16];
        plain.TryWriteBytes(bytes, out int length);
        return length == 4
            ? V4(BinaryPrimitives.ReadUInt32BigEndian(bytes), port)
            : V6(BinaryPrimitives.ReadUInt128BigEndian(bytes), port);
    }

    /// <summary>Parses a literal IP address; names are not resolved.</summary>
    public static bool TryParse([NotNullWhen(true)] string? address, int port, out SocketAddress result)
    {
        result = default;
        if (port is < 0 or > ushort.MaxValue || !IPAddress.TryParse(address, out IPAddress? parsed))
        {
            return false;
        }

        result = From(parsed, port);
        return true;
    }

    public SocketAddress WithPort(int port) => new(_kind, _bits, checked((ushort)port));

    /// <summary>IPv4 in host order; meaningful only when <see cref="IsV4"/>.</summary>
    public uint V4Bits => (uint)_bits;

    /// <summary>The address in host order, 32 or 128 significant bits.</summary>
    public UInt128 Bits => _bits;

    public IPAddress ToIPAddress()
    {
        Span<byte> bytes = stackalloc byte[16];
        if (IsV4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, V4Bits);
            return new IPAddress(bytes[..4]);
        }

        BinaryPrimitives.WriteUInt128BigEndian(bytes, _bits);
        return new IPAddress(bytes);
    }

    /// <summary>Writes "1.2.3.4:80" or "[::1]:80" without allocating; returns the length, 0 when the address is none.</summary>
    public int Format(Span<byte> destination, bool withPort = true)
    {
        if (IsNone)
        {
            return 0;
        }

        int written = 0;
        if (IsV4)
        {
            for (int shift = 24; shift >= 0; shift -= 8)
            {
                written += Decimal(destination[written..], (byte)(V4Bits >> shift));
                if (shift > 0)
                {
                    destination[written++] = (byte)'.';
                }
            }
        }
        else
        {
            bool brackets = withPort;
            if (brackets)
            {
                destination[written++] = (byte)'[';
            }

            ToIPAddress().TryFormat(destination[written..], out int length);
            written += length;
            if (brackets)
            {
                destination[written++] = (byte)']';
            }
        }

        if (withPort)
        {
            destination[written++] = (byte)':';
            written += Decimal(destination[written..], _port);
        }

        return written;
    }

    public override string ToString()
    {
        Span<byte> text = stackalloc byte[64];
        int length = Format(text);
        return System.Text.Encoding.ASCII.GetString(text[..length]);
    }

    private static int Decimal(Span<byte> destination, uint value)
    {
        System.Buffers.Text.Utf8Formatter.TryFormat(value, destination, out int written);
        return written;
    }
}
