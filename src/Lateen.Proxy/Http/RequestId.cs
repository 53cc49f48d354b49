namespace Lateen.Proxy.Http;

using System.Buffers.Binary;
using Lateen.Engine.Loop;

/// <summary>Makes x-request-id values: UUIDs of version 4 (RFC 9562 section 5.4) from the worker's random source.</summary>
internal static class RequestId
{
    public const int Length = 36;

    private const int HexLength = 32;

    public static void Write(LoopRandom random, Span<byte> destination)
    {
        ulong high = (random.NextUInt64() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000;
        ulong low = (random.NextUInt64() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], low);
        Span<byte> hex = stackalloc byte[HexLength];
        Convert.TryToHexStringLower(bytes, hex, out _);
        hex[..8].CopyTo(destination);
        destination[8] = (byte)'-';
        hex[8..12].CopyTo(destination[9..]);
        destination[13] = (byte)'-';
        hex[12..16].CopyTo(destination[14..]);
        destination[18] = (byte)'-';
        hex[16..20].CopyTo(destination[19..]);
        destination[23] = (byte)'-';
        hex[20..].CopyTo(destination[24..]);
    }
}
