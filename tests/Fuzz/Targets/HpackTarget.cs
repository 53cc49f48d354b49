namespace Lateen.Fuzz.Targets;

using System.Globalization;
using Lateen.Engine.Http;
using Lateen.Engine.Http2;

/// <summary>Header blocks: whatever was decoded is decoded again from what our encoder makes of it.</summary>
internal sealed class HpackTarget : FuzzTarget
{
    private const int MaxFields = 400;

    public override string Name => "hpack";

    // The examples of RFC 7541 appendix C.
    public override IReadOnlyList<byte[]> Seeds { get; } =
    [
        .. new[]
        {
            "400a637573746f6d2d6b65790d637573746f6d2d686561646572", "040c2f73616d706c652f70617468", "100870617373776f726406736563726574", "82",
            "828684410f7777772e6578616d706c652e636f6d", "828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "3fe11f2082",
            "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf", "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff",
        }.Select(Convert.FromHexString),
    ];

    public override string Run(byte[] input, FuzzRandom random)
    {
        var decoder = new HpackDecoder(4096);
        decoder.BeginBlock();
        var fields = new HeaderMap();
        HpackStatus status = Decode(decoder, input, fields, out int count);
        Require(decoder.Table.Size <= decoder.Table.MaxSize, "the table is larger than it may be");
        if (status is HpackStatus.End && count is > 0 and < MaxFields)
        {
            Again(fields);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{status} {Math.Min(count, 8)}");
    }

    private static HpackStatus Decode(HpackDecoder decoder, ReadOnlySpan<byte> block, HeaderMap fields, out int count)
    {
        count = 0;
        while (count < MaxFields)
        {
            HpackStatus status = decoder.TryRead(ref block, HpackScratch.OfThread, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
            if (status is not HpackStatus.Field)
            {
                return status;
            }

            fields.Add(name, value);
            count++;
        }

        return HpackStatus.End;
    }

    // Twice, because the second block refers to what the first put into the table.
    private static void Again(HeaderMap fields)
    {
        var plain = new HeaderMap();
        for (int i = 0; i < fields.Count; i++)
        {
            ReadOnlySpan<byte> name = fields.NameAt(i);

            // What frames a message and what cookies are cut into is not written as it came.
            if (name.Length > 0 && name[0] != ':' && !name.StartsWith("c"u8) && !name.StartsWith("h"u8) && !name.StartsWith("t"u8)
                && !name.StartsWith("k"u8) && !name.StartsWith("p"u8) && !name.StartsWith("u"u8) && !name.StartsWith("e"u8))
            {
                plain.Add(name, fields.ValueAt(i));
            }
        }

        var encoder = new HpackEncoder(4096);
        var decoder = new HpackDecoder(4096);
        for (int round = 0; round < 2; round++)
        {
            var block = new byte[HpackEncoder.MaxLength(plain) + 64];
            int length = encoder.Encode(plain, block);
            var read = new HeaderMap();
            decoder.BeginBlock();
            Require(Decode(decoder, block.AsSpan(0, length), read, out _) is HpackStatus.End, "our own block is malformed");
            Require(read.Count == plain.Count, $"{plain.Count} fields became {read.Count}");
            for (int i = 0; i < read.Count; i++)
            {
                Require(
                    read.NameAt(i).SequenceEqual(plain.NameAt(i)) && read.ValueAt(i).SequenceEqual(plain.ValueAt(i)), $"field {i} is another");
            }
        }
    }
}
