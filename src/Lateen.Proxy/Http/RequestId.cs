namespace Lateen.Proxy.Http;

using System.Buffers.Binary;
using Lateen.Engine.Loop;

/// <summary>Makes x-request-id values: UUIDs of version 4 (RFC 9562 section 5.4) from the worker's random source.</summary>
internal static class RequestId
{
    public const int Length = 36;

    public static void Write(LoopRandom random, Span<byte> destination)
    {
        ulong high = (random.NextUInt64() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000;
        ulong low = (random.NextUInt64() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
        Span<byte> text = destination[..Length];
        ulong second = Hex((uint)high);
        ulong third = Hex((uint)(low >> 32));
        BinaryPrimitives.WriteUInt64BigEndian(text, Hex((uint)(high >> 32)));
        text[8] = (byte)'-';
        BinaryPrimitives.WriteUInt32BigEndian(text[9..], (uint)(second >> 32));
        text[13] = (byte)'-';
        BinaryPrimitives.WriteUInt32BigEndian(text[14..], (uint)second);
        text[18] = (byte)'-';
        BinaryPrimitives.WriteUInt32BigEndian(text[19..], (uint)(third >> 32));
        text[23] = (byte)'-';
        BinaryPrimitives.WriteUInt32BigEndian(text[24..], (uint)third);
        BinaryPrimitives.WriteUInt64BigEndian(text[28..], Hex((uint)low));
    }

    // Eight hexadecimal digits, the first in the highest byte: the nibbles are spread over the bytes and made digits all at once.
    private static ulong Hex(uint value)
    {
        ulong spread = value;
        spread = ((spread << 16) | spread) & 0x0000_FFFF_0000_FFFF;
        spread = ((spread << 8) | spread) & 0x00FF_00FF_00FF_00FF;
        spread = ((spread << 4) | spread) & 0x0F0F_0F0F_0F0F_0F0F;
        ulong letters = ((spread + 0x0606_0606_0606_0606) >> 4) & 0x0101_0101_0101_0101;
        return spread + 0x3030_3030_3030_3030 + (letters * ('a' - '0' - 10));
    }
}
