namespace Lateen.Engine.Native;

using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lateen.Engine.Transport;

/// <summary>A sockaddr_in or sockaddr_in6 (man 7 ip, man 7 ipv6) on the stack.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RawAddress
{
    public const int FamilyV4 = 2;
    public const int FamilyV6 = 10;
    private const int SizeV4 = 16;
    private const int SizeV6 = 28;

    private Storage _bytes;

    public int Length { get; private set; }

    public static int Capacity => SizeV6;

    [System.Diagnostics.CodeAnalysis.UnscopedRef]
    public Span<byte> Bytes => MemoryMarshal.CreateSpan(ref Unsafe.As<Storage, byte>(ref _bytes), SizeV6);

    public static RawAddress From(in SocketAddress address)
    {
        RawAddress raw = default;
        Span<byte> bytes = raw.Bytes;
        BinaryPrimitives.WriteUInt16BigEndian(bytes[2..], (ushort)address.Port);
        if (address.IsV4)
        {
            MemoryMarshal.Write(bytes, (ushort)FamilyV4);
            BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], address.V4Bits);
            raw.Length = SizeV4;
            return raw;
        }

        MemoryMarshal.Write(bytes, (ushort)FamilyV6);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[8..], address.Bits);
        raw.Length = SizeV6;
        return raw;
    }

    /// <summary>The address the kernel wrote; a mapped IPv4 address (a dual-stack listener's client) becomes plain IPv4.</summary>
    public SocketAddress ToSocketAddress()
    {
        Span<byte> bytes = Bytes;
        int port = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
        return MemoryMarshal.Read<ushort>(bytes) switch
        {
            FamilyV4 => SocketAddress.V4(BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]), port),
            FamilyV6 => FromV6(BinaryPrimitives.ReadUInt128BigEndian(bytes[8..]), port),
            _ => default,
        };
    }

    private static SocketAddress FromV6(UInt128 bits, int port) =>
        bits >> 32 == 0xFFFF ? SocketAddress.V4((uint)bits, port) : SocketAddress.V6(bits, port);

    [InlineArray(SizeV6)]
    private struct Storage
    {
        private byte _first;
    }
}
