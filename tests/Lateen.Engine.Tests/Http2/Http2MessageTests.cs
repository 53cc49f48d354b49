namespace Lateen.Engine.Tests.Http2;

using Lateen.Engine.Http2;
using Lateen.Engine.Tests.Support;

/// <summary>RFC 9113 sections 5.1 and 8 over raw bytes: what ends one stream and leaves the others alone.</summary>
public sealed class Http2MessageTests
{
    public static TheoryData<string, string> Malformed => new()
    {
        { "no method", ":scheme=http|:authority=a|:path=/" },
        { "no scheme", ":method=GET|:authority=a|:path=/" },
        { "no path", ":method=GET|:scheme=http|:authority=a" },
        { "an empty path", ":method=GET|:scheme=http|:authority=a|:path=" },
        { "a path without a slash", ":method=GET|:scheme=http|:authority=a|:path=x" },
        { "an asterisk for GET", ":method=GET|:scheme=http|:authority=a|:path=*" },
        { "a blank in the path", ":method=GET|:scheme=http|:authority=a|:path=/a b" },
        { "a blank in the method", ":method=GET /x HTTP/1.1|:scheme=http|:authority=a|:path=/" },
        { "a scheme of its own", ":method=GET|:scheme=HTTP|:authority=a|:path=/" },
        { "two methods", ":method=GET|:method=GET|:scheme=http|:authority=a|:path=/" },
        { "two paths", ":method=GET|:scheme=http|:authority=a|:path=/|:path=/x" },
        { "an unknown pseudo-header", ":method=GET|:scheme=http|:authority=a|:path=/|:x=1" },
        { "a pseudo-header of responses", ":method=GET|:scheme=http|:authority=a|:path=/|:status=200" },
        { "a pseudo-header after a field", ":method=GET|:scheme=http|x=1|:authority=a|:path=/" },
        { "an upper-case name", ":method=GET|:scheme=http|:authority=a|:path=/|X-a=1" },
        { "a blank in a name", ":method=GET|:scheme=http|:authority=a|:path=/|x a=1" },
        { "a colon in a name", ":method=GET|:scheme=http|:authority=a|:path=/|x:a=1" },
        { "an empty name", ":method=GET|:scheme=http|:authority=a|:path=/|=1" },
        { "a line feed in a value", ":method=GET|:scheme=http|:authority=a|:path=/|x=1\n2" },
        { "a carriage return in a value", ":method=GET|:scheme=http|:authority=a|:path=/|x=1\r2" },
        { "a zero byte in a value", ":method=GET|:scheme=http|:authority=a|:path=/|x=1\02" },
        { "a blank before a value", ":method=GET|:scheme=http|:authority=a|:path=/|x= 1" },
        { "a tab behind a value", ":method=GET|:scheme=http|:authority=a|:path=/|x=1\t" },
        { "connection", ":method=GET|:scheme=http|:authority=a|:path=/|connection=close" },
        { "keep-alive", ":method=GET|:scheme=http|:authority=a|:path=/|keep-alive=1" },
        { "proxy-connection", ":method=GET|:scheme=http|:authority=a|:path=/|proxy-connection=close" },
        { "transfer-encoding", ":method=GET|:scheme=http|:authority=a|:path=/|transfer-encoding=chunked" },
        { "upgrade", ":method=GET|:scheme=http|:authority=a|:path=/|upgrade=websocket" },
        { "te other than trailers", ":method=GET|:scheme=http|:authority=a|:path=/|te=gzip" },
        { "another host than authority", ":method=GET|:scheme=http|:authority=a|:path=/|host=b" },
        { "two hosts", ":method=GET|:scheme=http|:path=/|host=a|host=a" },
        { "an authority with user information", ":method=GET|:scheme=http|:authority=u@a|:path=/" },
        { "an empty authority", ":method=GET|:scheme=http|:authority=|:path=/" },
        { "a list of authorities", ":method=GET|:scheme=http|:authority=a,b|:path=/" },
        { "a content-length with a sign", ":method=GET|:scheme=http|:authority=a|:path=/|content-length=+1" },
        { "two content-lengths", ":method=GET|:scheme=http|:authority=a|:path=/|content-length=0|content-length=0" },
        { "a body that was promised and does not come", ":method=POST|:scheme=http|:authority=a|:path=/|content-length=1" },
        { "extended CONNECT, which was not offered", ":method=CONNECT|:protocol=websocket|:scheme=http|:authority=a|:path=/" },
        { ":protocol without CONNECT", ":method=GET|:protocol=websocket|:scheme=http|:authority=a|:path=/" },
        { "CONNECT with a path", ":method=CONNECT|:authority=a:1|:path=/" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void A_malformed_request_is_reset_and_the_connection_kept(string what, string fields)
    {
        var fixture = new Http2ServerFixture();
        byte[] block = Frames.RawBlock(fields.Split('|'));

        fixture.Send(Frames.Of(FrameType.Headers, 5, 1, block), fixture.Frames.Get(3));

        Assert.True(fixture.Lines[0] == "RST_STREAM 1 ProtocolError", $"{what}: {fixture.Lines[0]}");
        Assert.Equal("DATA 3 ok END", fixture.Last);
        Assert.StartsWith("400 http2.", Assert.Single(fixture.Server.Errors), StringComparison.Ordinal);
        Assert.Single(fixture.Server.Requests);
        Assert.Equal(1, fixture.Server.Codec.Stats[Http2Counter.RxMessagingError]);
    }

    [Fact]
    public void A_malformed_request_ends_the_connection_where_Envoy_would()
    {
        var fixture = new Http2ServerFixture(Http2Options.Default with { StreamErrorOnInvalidMessage = false });

        fixture.Send(Frames.Of(FrameType.Headers, 5, 1, Frames.RawBlock(":method=GET")));

        Assert.Equal("GOAWAY 1 ProtocolError", fixture.Last);
    }

    [Theory]
    [InlineData("x=1|:method=GET|:scheme=http|:path=/|host=a:80", "")]
    [InlineData(":method=GET|:scheme=http|:path=/|host=a:80", ":method=GET|:scheme=http|:path=/|:authority=a:80")]
    [InlineData(":method=GET|:scheme=http|:authority=A|:path=/|host=a", ":method=GET|:scheme=http|:authority=A|:path=/")]
    [InlineData(
        ":method=GET|:scheme=http|:authority=a|:path=/|cookie=a=1|x=y|cookie=b=2",
        ":method=GET|:scheme=http|:authority=a|:path=/|x=y|cookie=a=1; b=2")]
    [InlineData(":method=OPTIONS|:scheme=http|:authority=a|:path=*", ":method=OPTIONS|:scheme=http|:authority=a|:path=*")]
    [InlineData(":method=GET|:scheme=http|:authority=a|:path=/|te=trailers", ":method=GET|:scheme=http|:authority=a|:path=/|te=trailers")]
    public void Requests_reach_the_callbacks_in_their_canonical_form(string fields, string expected)
    {
        var fixture = new Http2ServerFixture();

        fixture.Send(Frames.Of(FrameType.Headers, 5, 1, Frames.RawBlock(fields.Split('|'))));

        Assert.Equal(expected, fixture.Server.Requests.Count == 0 ? "" : fixture.Server.Requests[0].Head);
    }

    [Theory]
    [InlineData("expect=200-ok", "417")]
    [InlineData(":authority", "400")]
    [InlineData("many", "431")]
    [InlineData("large", "431")]
    [InlineData("crumbs", "431")]
    [InlineData("connect", "501")]
    public void A_request_that_asks_too_much_is_told_so(string what, string status)
    {
        var fixture = new Http2ServerFixture();
        string[] common = [":method=GET", ":scheme=http", ":path=/"];
        byte[] block = what switch
        {
            ":authority" => Frames.RawBlock(common),
            "many" => Frames.RawBlock([.. common, ":authority=a", .. Enumerable.Range(0, 97).Select(i => $"x{i}=1")]),
            "crumbs" => Frames.RawBlock([.. common, ":authority=a", .. Enumerable.Range(0, 97).Select(i => "cookie=a")]),
            "large" => Bomb(),
            "connect" => Frames.RawBlock(":method=CONNECT", ":authority=a:1"),
            _ => Frames.RawBlock([.. common, ":authority=a", what]),
        };

        fixture.Send(Frames.Of(FrameType.Headers, 5, 1, block), fixture.Frames.Get(3));

        Assert.Equal($"HEADERS 1 :status={status} END", fixture.Lines[0]);
        Assert.Equal("DATA 3 ok END", fixture.Last);
        Assert.StartsWith(status, Assert.Single(fixture.Server.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Underscores_are_refused_where_the_listener_says_so()
    {
        var fixture = new Http2ServerFixture(Http2Options.Default with { RejectUnderscores = true });

        fixture.Send(fixture.Frames.Get(1, true, "x_a=1"));

        Assert.Equal("RST_STREAM 1 ProtocolError", fixture.Last);
        Assert.Equal(1, fixture.Server.Codec.Stats[Http2Counter.RequestsRejectedWithUnderscores]);
    }

    [Theory]
    [InlineData("content-length=3", "four", "RST_STREAM 1 ProtocolError")]
    [InlineData("content-length=5", "four", "RST_STREAM 1 ProtocolError")]
    [InlineData("content-length=4", "four", "DATA 1 ok END")]
    public void Content_length_is_held_against_the_data(string length, string data, string expected)
    {
        var fixture = new Http2ServerFixture();

        fixture.Send(fixture.Frames.Post(1, length), Frames.Data(1, data, end: true));

        Assert.Equal(expected, fixture.Last);
    }

    [Fact]
    public void Content_length_is_held_against_data_that_ends_with_trailers()
    {
        var fixture = new Http2ServerFixture();

        fixture.Send(fixture.Frames.Post(1, "content-length=5"), Frames.Data(1, "four"), fixture.Frames.Headers(1, true, "x=1"));

        Assert.Equal("RST_STREAM 1 ProtocolError", fixture.Last);
        Assert.False(fixture.Server.Requests[0].Complete);
    }

    [Theory]
    [InlineData(":path=/x", true)]
    [InlineData("content-length=1", true)]
    [InlineData("host=b", true)]
    [InlineData("transfer-encoding=chunked", true)]
    [InlineData("x=1", false)]
    public void Trailers_that_are_none_reset_the_stream(string field, bool end)
    {
        var fixture = new Http2ServerFixture();

        fixture.Send(
            fixture.Frames.Post(1),
            Frames.Of(FrameType.Headers, (byte)(end ? 5 : 4), 1, Frames.RawBlock(field)),
            fixture.Frames.Get(3));

        Assert.Equal("RST_STREAM 1 ProtocolError", fixture.Lines[0]);
        Assert.Equal("DATA 3 ok END", fixture.Last);
        Assert.Equal(Http.StreamResetReason.ProtocolError, fixture.Server.Requests[0].Reset);
    }

    [Fact]
    public void Frames_on_a_half_closed_stream_reset_it()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = _ => { };

        fixture.Send(fixture.Frames.Get(1), Frames.Data(1, "x"), fixture.Frames.Get(3), fixture.Frames.Headers(3, true, "x=1"));

        Assert.Equal(["RST_STREAM 1 StreamClosed", "RST_STREAM 3 StreamClosed"], fixture.Lines);
    }

    [Fact]
    public void Frames_on_a_stream_that_we_reset_are_ignored()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenHeaders = request => request.Encoder.Reset(Http.StreamResetReason.LocalReset);

        fixture.Send(
            fixture.Frames.Post(1), Frames.Data(1, "late"), Frames.WindowUpdate(1, 1), fixture.Frames.Headers(1, true, "x-late=1"), Frames.Reset(1));

        Assert.Equal(["RST_STREAM 1 InternalError"], fixture.Lines);
        Assert.False(fixture.Server.Codec.IsClosed);
    }

    [Fact]
    public void Data_on_a_stream_that_is_over_is_an_error_of_that_stream()
    {
        var fixture = new Http2ServerFixture();

        fixture.Send(fixture.Frames.Get(1), Frames.Data(1, "x"));

        Assert.Equal("RST_STREAM 1 StreamClosed", fixture.Last);
    }

    [Fact]
    public void An_early_answer_is_followed_by_a_reset_without_an_error()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenHeaders = request => request.Respond(413, "");

        fixture.Send(fixture.Frames.Post(1), Frames.Data(1, "more"), Frames.Data(1, "", end: true));

        Assert.Equal(["HEADERS 1 :status=413|content-length=0 END", "RST_STREAM 1 NoError"], fixture.Lines);
    }

    [Fact]
    public void One_stream_more_than_allowed_is_refused_and_its_head_still_decoded()
    {
        var fixture = new Http2ServerFixture(Http2Options.Default with { MaxConcurrentStreams = 1 });
        fixture.Server.Behaviour.WhenComplete = _ => { };

        fixture.Send(fixture.Frames.Get(1), fixture.Frames.Get(3, true, "x-new=entry"));
        Assert.Equal(["RST_STREAM 3 RefusedStream"], fixture.Lines);
        fixture.Server.Requests[0].Respond(200, "");
        fixture.Send(fixture.Frames.Get(5, true, "x-new=entry"));

        Assert.EndsWith("x-new=entry", fixture.Server.Requests[1].Head, StringComparison.Ordinal);
        Assert.Equal(1, fixture.Server.Codec.Stats[Http2Counter.StreamRefused]);
    }

    [Fact]
    public void Expect_continue_is_answered_before_the_body_unless_the_response_was()
    {
        var fixture = new Http2ServerFixture();
        fixture.Send(fixture.Frames.Post(1, "expect=100-continue"));
        Assert.Equal(["HEADERS 1 :status=100"], fixture.Lines);

        fixture.Send(Frames.Data(1, "", end: true));

        Assert.Equal("DATA 1 ok END", fixture.Last);
        Assert.DoesNotContain("expect", fixture.Server.Requests[0].Head, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_that_depends_on_itself_is_reset()
    {
        var fixture = new Http2ServerFixture();
        byte[] block = fixture.Frames.Block(":method=GET", ":scheme=http", ":authority=a", ":path=/");

        fixture.Send(Frames.Of(FrameType.Headers, 0x25, 1, [0, 0, 0, 1, 0, .. block]));
        fixture.Send(Frames.Of(FrameType.Priority, 0, 3, 0, 0, 0, 3, 0), Frames.Of(FrameType.Priority, 0, 3, 0, 0, 0, 1));

        Assert.Equal(["RST_STREAM 1 ProtocolError", "RST_STREAM 3 ProtocolError", "RST_STREAM 3 FrameSizeError"], fixture.Lines);
    }

    [Fact]
    public void A_paused_body_whose_answer_is_given_is_thrown_away_and_its_window_returned()
    {
        var fixture = new Http2ServerFixture(Http2Options.Default with { InitialConnectionWindowBytes = 65_535 });
        fixture.Server.Behaviour.WhenHeaders = request => request.Encoder.PauseReading();
        for (int i = 0; i < 8; i++)
        {
            int stream = 1 + (2 * i);
            fixture.Send(fixture.Frames.Post(stream), Frames.Data(stream, new string('x', 10_000)));
            fixture.Server.Requests[i].Respond(200, "");
            fixture.Network.RunUntilIdle();
        }

        Assert.False(fixture.Server.Codec.IsClosed);
        Assert.Contains("WINDOW_UPDATE 0 40000", fixture.Lines);
    }

    // Sixteen thousand times the same entry of four thousand bytes.
    private static byte[] Bomb()
    {
        var block = new MemoryStream();
        block.Write(Frames.RawBlock(":method=GET", ":scheme=http", ":path=/", ":authority=a"));
        block.WriteByte(0x40);
        block.Write(Frames.RawBlock($"x={new string('b', 3000)}").AsSpan(1));
        for (int i = 0; i < 12_000; i++)
        {
            block.WriteByte(0xBE);
        }

        return block.ToArray();
    }
}
