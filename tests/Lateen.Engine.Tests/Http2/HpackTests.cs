namespace Lateen.Engine.Tests.Http2;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Tests.Support;

/// <summary>The examples of RFC 7541 appendix C, and what section 4 to 6 forbid.</summary>
public sealed class HpackTests
{
    [Theory]
    [InlineData("0a", 5, 10)]
    [InlineData("1f9a0a", 5, 1337)]
    [InlineData("2a", 8, 42)]
    public void Integers_of_appendix_C_1(string hex, int prefix, int expected)
    {
        ReadOnlySpan<byte> block = Convert.FromHexString(hex);

        Assert.True(HpackDecoder.TryReadInteger(ref block, prefix, out int value));

        Assert.Equal(expected, value);
        byte[] written = new byte[16];
        var writer = new HpackWriter(written);
        writer.Integer(value, prefix, 0);
        Assert.Equal(hex, Convert.ToHexStringLower(written.AsSpan(0, writer.Length)));
    }

    [Theory]
    [InlineData("1fffffffff7f")]
    [InlineData("1f80808080808000")]
    [InlineData("1f")]
    [InlineData("1f80")]
    public void An_integer_that_is_too_long_or_cut_off_is_refused(string hex)
    {
        ReadOnlySpan<byte> block = Convert.FromHexString(hex);

        Assert.False(HpackDecoder.TryReadInteger(ref block, 5, out _));
    }

    [Theory]
    [InlineData("400a637573746f6d2d6b65790d637573746f6d2d686561646572", "custom-key=custom-header", 55)]
    [InlineData("040c2f73616d706c652f70617468", ":path=/sample/path", 0)]
    [InlineData("100870617373776f726406736563726574", "password=secret", 0)]
    [InlineData("82", ":method=GET", 0)]
    public void Literals_of_appendix_C_2(string hex, string expected, int size)
    {
        var decoder = new HpackDecoder(4096);

        Assert.Equal(expected, Decode(decoder, hex));
        Assert.Equal(size, decoder.Table.Size);
    }

    [Fact]
    public void Requests_of_appendix_C_3_and_C_4_decode_alike_with_and_without_Huffman()
    {
        string[] plain =
        [
            "828684410f7777772e6578616d706c652e636f6d", "828684be58086e6f2d6361636865",
            "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565",
        ];
        string[] huffman =
        [
            "828684418cf1e3c2e5f23a6ba0ab90f4ff", "828684be5886a8eb10649cbf", "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf",
        ];
        string[] expected =
        [
            ":method=GET|:scheme=http|:path=/|:authority=www.example.com",
            ":method=GET|:scheme=http|:path=/|:authority=www.example.com|cache-control=no-cache",
            ":method=GET|:scheme=https|:path=/index.html|:authority=www.example.com|custom-key=custom-value",
        ];
        int[] sizes = [57, 110, 164];
        var one = new HpackDecoder(4096);
        var other = new HpackDecoder(4096);

        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], Decode(one, plain[i]));
            Assert.Equal(expected[i], Decode(other, huffman[i]));
            Assert.Equal(sizes[i], one.Table.Size);
            Assert.Equal(sizes[i], other.Table.Size);
        }
    }

    [Fact]
    public void Responses_of_appendix_C_6_evict_from_a_table_of_256_bytes()
    {
        string[] blocks =
        [
            "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
            "4883640effc1c0bf",
            "88c16196d07abe941054d444a8200595040b8166e084a62d1bffc05a839bd9ab77ad94e7821dd7f2e6c7b335dfdfcd5b3960d5af27087f3672"
            + "c1ab270fb5291f9587316065c003ed4ee5b1063d5007",
        ];
        string[] expected =
        [
            ":status=302|cache-control=private|date=Mon, 21 Oct 2013 20:13:21 GMT|location=https://www.example.com",
            ":status=307|cache-control=private|date=Mon, 21 Oct 2013 20:13:21 GMT|location=https://www.example.com",
            ":status=200|cache-control=private|date=Mon, 21 Oct 2013 20:13:22 GMT|location=https://www.example.com"
            + "|content-encoding=gzip|set-cookie=foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1",
        ];
        int[] sizes = [222, 222, 215];
        var decoder = new HpackDecoder(4096);
        decoder.Table.SetMaxSize(256);

        for (int i = 0; i < blocks.Length; i++)
        {
            Assert.Equal(expected[i], Decode(decoder, blocks[i]));
            Assert.Equal(sizes[i], decoder.Table.Size);
        }
    }

    [Theory]
    [InlineData("80", "index 0")]
    [InlineData("be", "an index beyond the table")]
    [InlineData("7e0161", "a name beyond the table")]
    [InlineData("400a6375", "a string longer than the block")]
    [InlineData("3fe21f", "a table larger than allowed")]
    [InlineData("8220", "a size update after a field")]
    [InlineData("00820001", "a Huffman padding of zeros")]
    [InlineData("0083ffffff01", "a padding longer than seven bits")]
    [InlineData("0085ffffffffff01", "an end-of-string symbol")]
    public void A_block_that_is_no_code_is_refused(string hex, string because)
    {
        Assert.True(Decode(new HpackDecoder(4096), hex) == "malformed", because);
    }

    [Fact]
    public void An_entry_may_evict_the_one_that_lends_it_its_name()
    {
        var decoder = new HpackDecoder(4096);
        string name = new('n', 1500);
        Decode(decoder, Literal(name, new string('a', 1000)));

        string again = Decode(decoder, "7e" + String(new string('b', 2000)));

        Assert.Equal($"{name}={new string('b', 2000)}", again);
        Assert.Equal(1, decoder.Table.Count);
    }

    [Fact]
    public void A_smaller_table_must_be_confirmed_after_its_acknowledgement()
    {
        var silent = new HpackDecoder(100);
        silent.OnSettingsAcknowledged();
        var confirming = new HpackDecoder(100);
        confirming.OnSettingsAcknowledged();

        Assert.Equal("malformed", Decode(silent, "82"));
        Assert.Equal(":method=GET", Decode(confirming, "3f4582"));
    }

    [Fact]
    public void Every_byte_survives_the_Huffman_code()
    {
        byte[] all = Enumerable.Range(0, 256).Select(i => (byte)i).ToArray();
        byte[] encoded = new byte[Huffman.EncodedLength(all)];
        byte[] decoded = new byte[256];

        Huffman.Encode(all, encoded);

        Assert.True(Huffman.TryDecode(encoded, decoded, out int written));
        Assert.Equal(256, written);
        Assert.Equal(all, decoded);
    }

    [Fact]
    public void What_the_encoder_writes_the_decoder_reads_for_ten_thousand_random_heads()
    {
        var random = new Random(7541);
        var encoder = new HpackEncoder(4096);
        var decoder = new HpackDecoder(4096);
        string[] names = ["accept", "x-a", "x-request-id", "cookie", "authorization", "user-agent", "x-long-name-of-our-own", ":path", "via", "age"];
        byte[] buffer = new byte[64 * 1024];
        for (int round = 0; round < 10_000; round++)
        {
            if (random.Next(100) == 0)
            {
                encoder.SetPeerLimit(random.Next(0, 5000));
            }

            var map = new HeaderMap();
            for (int i = random.Next(1, 12); i > 0; i--)
            {
                string value = random.Next(3) == 0 ? RandomText(random) : $"v{random.Next(20)}";
                map.Add(Encoding.Latin1.GetBytes(names[random.Next(names.Length)]), Encoding.Latin1.GetBytes(value));
            }

            int length = encoder.Encode(map, buffer);

            Assert.True(length <= HpackEncoder.MaxLength(map));
            string[] expected = TestRequest.Describe(map).Split('|');
            string[] ordered = [.. expected.Where(f => f.StartsWith(':')), .. expected.Where(f => !f.StartsWith(':'))];
            Assert.Equal(string.Join('|', ordered), Decode(decoder, Convert.ToHexString(buffer.AsSpan(0, length))));
        }
    }

    [Fact]
    public void A_value_that_repeats_costs_one_byte_and_secrets_never_enter_the_table()
    {
        var encoder = new HpackEncoder(4096);
        byte[] buffer = new byte[1024];
        HeaderMap map = TestRequest.Headers("user-agent=something long enough", "authorization=Bearer abc", "cookie=a=b", "x-request-id=1");

        int first = encoder.Encode(map, buffer);
        int second = encoder.Encode(map, buffer);
        string bytes = Convert.ToHexStringLower(buffer.AsSpan(0, second));

        Assert.True(second < first);
        Assert.StartsWith("bf1f08", bytes, StringComparison.Ordinal);
        Assert.Contains("1f11", bytes, StringComparison.Ordinal);
    }

    [Fact]
    public void Connection_specific_headers_are_not_written()
    {
        var encoder = new HpackEncoder(4096);
        byte[] buffer = new byte[1024];
        HeaderMap map = TestRequest.Headers(
            "te=gzip", "connection=close", "keep-alive=1", "transfer-encoding=chunked", "upgrade=x", "host=b", ":method=GET", ":authority=a");

        int length = encoder.Encode(map, buffer);

        Assert.Equal(":method=GET|:authority=a", Decode(new HpackDecoder(4096), Convert.ToHexString(buffer.AsSpan(0, length))));
    }

    private static string Decode(HpackDecoder decoder, string hex)
    {
        ReadOnlySpan<byte> block = Convert.FromHexString(hex);
        var text = new StringBuilder();
        decoder.BeginBlock();
        while (true)
        {
            switch (decoder.TryRead(ref block, HpackScratch.OfThread, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value))
            {
                case HpackStatus.End:
                    return text.ToString();
                case HpackStatus.Malformed:
                    return "malformed";
                default:
                    text.Append(text.Length == 0 ? "" : "|").Append(Encoding.Latin1.GetString(name)).Append('=')
                        .Append(Encoding.Latin1.GetString(value));
                    break;
            }
        }
    }

    private static string Literal(string name, string value) => "40" + String(name) + String(value);

    private static string String(string text)
    {
        byte[] buffer = new byte[text.Length + 8];
        var writer = new HpackWriter(buffer);
        writer.Integer(text.Length, 7, 0);
        Encoding.Latin1.GetBytes(text, buffer.AsSpan(writer.Length));
        return Convert.ToHexString(buffer.AsSpan(0, writer.Length + text.Length));
    }

    private static string RandomText(Random random)
    {
        char[] text = new char[random.Next(0, 1500)];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = (char)random.Next(1, 256);
        }

        return new string(text).Replace('|', '-').Replace('=', '-');
    }
}
