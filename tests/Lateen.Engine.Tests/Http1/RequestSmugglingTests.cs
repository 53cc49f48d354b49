namespace Lateen.Engine.Tests.Http1;

using Lateen.Engine.Tests.Support;

public sealed class RequestSmugglingTests
{
    public static TheoryData<string, string> Refused => new()
    {
        // Framing (RFC 9112 section 6)
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ,chunked\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked,chunked\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "501" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: \x0b" + "chunked\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\xa0\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0x10\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1_0\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n\r\n", "400" },

        // Lines and fields (sections 2.2 and 5)
        { "GET / HTTP/1.1\nHost: a\n\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nnocolon\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX\x80: y\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nX(: y\r\n\r\n", "400" },

        // Request line (section 3)
        { "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", "400" },
        { "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", "400" },
        { "GET\t/\tHTTP/1.1\r\nHost: a\r\n\r\n", "400" },
        { "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", "400" },
        { "GET /\r\n\r\n", "400" },
        { "G@T / HTTP/1.1\r\nHost: a\r\n\r\n", "400" },
        { "GET / http/1.1\r\nHost: a\r\n\r\n", "400" },
        { "GET / HTTP/1.32\r\nHost: a\r\n\r\n", "400" },
        { "GET / HTTP/4294967295.255\r\nHost: a\r\n\r\n", "400" },
        { "GET / HTTP/1.2\r\nHost: a\r\n\r\n", "505" },
        { "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505" },
        { "GET / HTTP/1.0\r\nHost: a\r\n\r\n", "426" },
        { "GET nopath HTTP/1.1\r\nHost: a\r\n\r\n", "400" },
        { "GET * HTTP/1.1\r\nHost: a\r\n\r\n", "400" },
        { "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", "400" },
        { "GET /a\x01 HTTP/1.1\r\nHost: a\r\n\r\n", "400" },
        { "\x16\x03\x01\x02\x00", "400" },
        { "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", "400" },
        { "CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n", "501" },

        // Host (section 3.2)
        { "GET / HTTP/1.1\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost:\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a, b\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: user@a\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a:80:80\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", "400" },
        { "GET http://user@a/ HTTP/1.1\r\nHost: a\r\n\r\n", "400" },

        // Connection (RFC 9110 section 7.6.1)
        { "GET / HTTP/1.1\r\nHost: a\r\nConnection: authorization\r\nAuthorization: x\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nConnection: close, X-Forwarded-For\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nConnection: :path\r\n\r\n", "400" },
        { "GET / HTTP/1.1\r\nHost: a\r\nConnection: a,b,c,d,e,f,g,h,i,j,k\r\n\r\n", "400" },
        { "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nExpect: teapot\r\n\r\n", "417" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void An_ambiguous_or_malformed_request_is_answered_by_the_codec_and_never_reaches_a_stream(string request, string status)
    {
        var fixture = new ServerFixture();

        fixture.Send(request);
        fixture.Network.Advance(TimeSpan.FromSeconds(2));

        Assert.Empty(fixture.Server.Requests);
        Assert.StartsWith($"HTTP/1.1 {status} ", fixture.StatusLine, StringComparison.Ordinal);
        Assert.Contains("connection: close", fixture.Client.Received, StringComparison.Ordinal);
        Assert.Single(fixture.Server.Errors);
        Assert.StartsWith(status, fixture.Server.Errors[0], StringComparison.Ordinal);
        Assert.Equal(1, fixture.Server.Closed);
        Assert.True(fixture.Client.EndOfStream);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void The_answer_does_not_depend_on_how_the_bytes_are_cut(string request, string status)
    {
        var fixture = new ServerFixture(chunkBytes: 1);

        fixture.Send(request);
        fixture.Network.Advance(TimeSpan.FromSeconds(2));

        Assert.Empty(fixture.Server.Requests);
        Assert.StartsWith($"HTTP/1.1 {status} ", fixture.StatusLine, StringComparison.Ordinal);
    }

    [Fact]
    public void More_than_100_headers_are_431()
    {
        string headers = string.Concat(Enumerable.Range(0, 100).Select(i => $"X-{i}: v\r\n"));

        ServerFixture fixture = new ServerFixture().Send($"GET / HTTP/1.1\r\nHost: a\r\n{headers}\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", fixture.StatusLine, StringComparison.Ordinal);
    }

    [Fact]
    public void Exactly_100_headers_are_accepted()
    {
        string headers = string.Concat(Enumerable.Range(0, 99).Select(i => $"X-{i}: v\r\n"));

        ServerFixture fixture = new ServerFixture().Send($"GET / HTTP/1.1\r\nHost: a\r\n{headers}\r\n");

        Assert.Equal("HTTP/1.1 200 OK", fixture.StatusLine);
    }

    [Theory]
    [InlineData("GET /", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: ", false)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX: ", true)]
    public void A_head_beyond_60_KiB_is_431_whether_or_not_its_line_ends(string start, bool ends)
    {
        ServerFixture fixture = new ServerFixture().Send(start + new string('a', 61 * 1024) + (ends ? "\r\n\r\n" : ""));

        Assert.StartsWith("HTTP/1.1 431 ", fixture.StatusLine, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Loop.Buffers.LentBytes);
    }

    [Fact]
    public void Many_small_lines_count_against_the_same_limit()
    {
        string headers = string.Concat(Enumerable.Range(0, 90).Select(i => $"X-{i}: {new string('a', 700)}\r\n"));

        ServerFixture fixture = new ServerFixture().Send($"GET / HTTP/1.1\r\nHost: a\r\n{headers}\r\n");

        Assert.StartsWith("HTTP/1.1 431 ", fixture.StatusLine, StringComparison.Ordinal);
    }
}
