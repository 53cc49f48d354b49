namespace Lateen.Proxy.Http;

using Lateen.Engine.Loop;

/// <summary>Makes x-request-id values: UUIDs of version 4 (RFC 9562 section 5.4) from the worker's random source.</summary>
internal static class RequestId
{
    public const int Length = 36;

    private static ReadOnlySpan<byte> Hex => "0123456789abcdef"u8;

    public static void Write(LoopRandom random, Span<byte> destination)
    {
        ulong high = (random.NextUInt64() & 0xFFFF_FFFF_FFFF_0FFF) | 0x4000;
        ulong low = (random.NextUInt64() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000;
        int at = 0;
        for (int digit = 0; digit < 32; digit++)
        {
            if (digit is 8 or 12 or 16 or 20)
            {
                destination[at++] = (byte)'-';
            }

            ulong half = digit < 16 ? high : low;
            destination[at++] = Hex[(int)(half >> (60 - ((digit & 15) * 4))) & 15];
        }
    }
}
