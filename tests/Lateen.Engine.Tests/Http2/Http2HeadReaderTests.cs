namespace Lateen.Engine.Tests.Http2;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http2;

/// <summary>What a reader remembers of the entries of the tables changes nothing in what it finds.</summary>
public sealed class Http2HeadReaderTests
{
    private readonly HpackEncoder _encoder = new(4096);
    private readonly HpackDecoder _decoder = new(4096);
    private readonly HeaderMap _map = new();

    [Fact]
    public void The_same_request_reads_alike_each_time()
    {
        var reader = new Http2HeadReader(new Http2Options());
        string[] request = [":method: POST", ":scheme: http", ":authority: a.example", ":path: /x/y", "cookie: " + new string('c', 30),
            "content-length: 5", "accept: text/html", "te: trailers", "x_under: score", "accept-encoding: gzip, deflate"];
        string first = Read(reader, Http2HeadKind.Request, request);

        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(first, Read(reader, Http2HeadKind.Request, request));
            Assert.Equal(5, reader.Facts.ContentLength);
        }

        Assert.Equal(
            ":method: POST|:scheme: http|:authority: a.example|:path: /x/y|content-length: 5|accept: text/html|te: trailers|x_under: score"
            + $"|accept-encoding: gzip, deflate|cookie: {new string('c', 30)}",
            first);
    }

    [Fact]
    public void Fields_that_were_lawful_once_are_refused_where_they_are_not()
    {
        var reader = new Http2HeadReader(new Http2Options());
        string[] request = [":method: GET", ":scheme: http", ":path: /", ":authority: a.example", "accept: text/html"];
        Read(reader, Http2HeadKind.Request, request);
        ReadOnlySpan<byte> again = Encode(request);

        Assert.True(reader.TryRead(_decoder, again, _map, Http2HeadKind.Trailers, endStream: true));
        Assert.Equal("http2.invalid.trailer", reader.Fault?.Detail);
        Assert.True(reader.TryRead(_decoder, again, _map, Http2HeadKind.Response, endStream: true));
        Assert.Equal("http2.violation.of.messaging.rule", reader.Fault?.Detail);
        Assert.True(reader.TryRead(_decoder, [.. again, again[3]], _map, Http2HeadKind.Request, endStream: true));
        Assert.Equal("http2.violation.of.messaging.rule", reader.Fault?.Detail);
        Assert.True(reader.TryRead(_decoder, [again[0], again[0], .. again[1..]], _map, Http2HeadKind.Request, endStream: true));
        Assert.Equal("http2.violation.of.messaging.rule", reader.Fault?.Detail);
        Assert.True(reader.TryRead(_decoder, again, _map, Http2HeadKind.Request, endStream: true));
        Assert.Null(reader.Fault);
    }

    [Fact]
    public void What_trailers_bring_into_the_table_is_looked_at_again_in_a_request()
    {
        var reader = new Http2HeadReader(new Http2Options { RejectUnderscores = true });
        string[] trailers = ["x_under: score", "cookie: " + new string('c', 30), "x-plain: 1"];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(string.Join('|', trailers), Read(reader, Http2HeadKind.Trailers, trailers));
        }

        string[] request = [":method: GET", ":scheme: http", ":path: /", ":authority: a.example"];
        Assert.Equal("http2.unexpected_underscore", Read(reader, Http2HeadKind.Request, [.. request, trailers[0]]));
        Assert.EndsWith("|x-plain: 1|" + trailers[1], Read(reader, Http2HeadKind.Request, [.. request, trailers[1], trailers[2]]), StringComparison.Ordinal);
    }

    [Fact]
    public void References_count_against_the_limits_however_often_they_were_seen()
    {
        var reader = new Http2HeadReader(new Http2Options { MaxHeadBytes = 8 * 1024, MaxHeaders = 20 });
        string[] request = [":method: GET", ":scheme: http", ":path: /", ":authority: a.example", "x-large: " + new string('x', 1000)];
        byte[] block = [];
        for (int i = 0; i < 3; i++)
        {
            block = Encode(request).ToArray();
            Assert.True(reader.TryRead(_decoder, block, _map, Http2HeadKind.Request, endStream: true));
            Assert.Null(reader.Fault);
        }

        Assert.True(reader.TryRead(_decoder, [.. block, .. Enumerable.Repeat(block[^1], 8)], _map, Http2HeadKind.Request, endStream: true));
        Assert.Equal("http2.headers_too_large", reader.Fault?.Detail);
        Assert.True(reader.TryRead(_decoder, [.. block, .. Enumerable.Repeat((byte)0x90, 16)], _map, Http2HeadKind.Request, endStream: true));
        Assert.Equal("http2.too_many_headers", reader.Fault?.Detail);
    }

    [Fact]
    public void The_same_bytes_mean_another_head_once_the_table_has_changed()
    {
        var reader = new Http2HeadReader(new Http2Options());
        byte[] newest = [0x82, 0x86, 0x84, 0x41, 1, (byte)'a', 0xBE];
        for (int i = 0; i < 4; i++)
        {
            // Adds x-i, which is what the index 62 means from now on, until :authority takes its place.
            Assert.True(reader.TryRead(_decoder, [0x88, 0x40, 3, (byte)'x', (byte)'-', (byte)('0' + i), 0], _map, Http2HeadKind.Response, true));
            for (int repeat = 0; repeat < 4; repeat++)
            {
                byte[] request = [0x82, 0x86, 0x84, 0x01, 1, (byte)'a', 0xBE];
                Assert.True(reader.TryRead(_decoder, request, _map, Http2HeadKind.Request, endStream: true));
                Assert.Equal("x-" + i, Encoding.ASCII.GetString(_map.NameAt(4)));
            }
        }

        Assert.True(reader.TryRead(_decoder, newest, _map, Http2HeadKind.Request, endStream: true));
        Assert.Equal("http2.violation.of.messaging.rule", reader.Fault?.Detail);
        Assert.True(reader.TryRead(_decoder, [0x20], null, Http2HeadKind.Discard, endStream: true));
        Assert.False(reader.TryRead(_decoder, [0x82, 0x86, 0x84, 0x01, 1, (byte)'a', 0xBE], _map, Http2HeadKind.Request, endStream: true));
    }

    [Fact]
    public void A_head_that_never_changes_may_end_its_stream_or_not()
    {
        var reader = new Http2HeadReader(new Http2Options());
        byte[] block = [0x82, 0x86, 0x84, 0x01, 1, (byte)'a', 0x0F, 13, 1, (byte)'5'];
        for (int i = 0; i < 6; i++)
        {
            Assert.True(reader.TryRead(_decoder, block, _map, Http2HeadKind.Request, endStream: i % 3 == 2));
            Assert.Equal(i % 3 == 2 ? "http2.invalid_content_length" : null, reader.Fault?.Detail);
            Assert.Equal(5, reader.Facts.ContentLength);
        }
    }

    [Fact]
    public void Heads_that_differ_from_the_last_are_written_and_read_as_they_are()
    {
        var random = new Random(7);
        var reader = new Http2HeadReader(new Http2Options());
        for (int i = 0; i < 2_000; i++)
        {
            List<string> head = [":status: " + (random.Next(2) == 0 ? 200 : 404)];
            for (int fields = random.Next(40); fields > 0; fields--)
            {
                head.Add(random.Next(6) switch
                {
                    0 => "etag: " + random.Next(5),
                    1 => "x-envoy-upstream-service-time: " + random.Next(9),
                    2 => $"x-{random.Next(9)}: {random.Next(3)}",
                    3 => "authorization: " + random.Next(9),
                    4 => "x-long: " + new string((char)('a' + random.Next(20)), random.Next(600)),
                    _ => "accept-encoding: gzip, deflate",
                });
            }

            Assert.Equal(string.Join('|', head.Select(line => line.TrimEnd())), Read(reader, Http2HeadKind.Response, [.. head]));
        }
    }

    private string Read(Http2HeadReader reader, Http2HeadKind kind, string[] lines)
    {
        Assert.True(reader.TryRead(_decoder, Encode(lines), _map, kind, endStream: kind is Http2HeadKind.Trailers));
        if (reader.Fault is { } fault)
        {
            return fault.Detail;
        }

        var text = new StringBuilder();
        for (int i = 0; i < _map.Count; i++)
        {
            string line = $"{Encoding.ASCII.GetString(_map.NameAt(i))}: {Encoding.ASCII.GetString(_map.ValueAt(i))}";
            text.Append(i == 0 ? "" : "|").Append(line.TrimEnd());
        }

        return text.ToString();
    }

    private ReadOnlySpan<byte> Encode(string[] lines)
    {
        var head = new HeaderMap();
        foreach (string line in lines)
        {
            int colon = line.IndexOf(": ", StringComparison.Ordinal);
            head.Add(Encoding.ASCII.GetBytes(line[..colon]), Encoding.ASCII.GetBytes(line[(colon + 2)..]));
        }

        byte[] block = new byte[HpackEncoder.MaxLength(head)];
        return block.AsSpan(0, _encoder.Encode(head, block));
    }
}
