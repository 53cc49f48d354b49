namespace Lateen.Engine.Tests.Http1;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

public sealed class ServerCodecTests
{
    private const string Get = "GET /a?b=1 HTTP/1.1\r\nHost: shop:8080\r\nX-One: 1\r\n\r\n";

    [Fact]
    public void A_request_becomes_one_canonical_message()
    {
        ServerFixture fixture = new ServerFixture().Send(Get);

        TestRequest request = Assert.Single(fixture.Server.Requests);
        Assert.Equal(":method=GET|:scheme=http|:path=/a?b=1|:authority=shop:8080|x-one=1", request.Head);
        Assert.Equal("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", fixture.Client.Received);
        Assert.True(fixture.Client.Connection?.IsOpen);
    }

    [Theory]
    [InlineData(Get)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: 1\r\n\r\n")]
    public void A_request_cut_anywhere_means_the_same(string request)
    {
        var whole = new ServerFixture();
        whole.Send(request);

        for (int cut = 1; cut < request.Length; cut++)
        {
            var fixture = new ServerFixture();
            fixture.Send(request[..cut]);
            Assert.Equal("", fixture.Client.Received);
            fixture.Send(request[cut..]);

            Assert.Equal(whole.Server.Requests[0].Head, fixture.Server.Requests[0].Head);
            Assert.Equal(whole.Server.Requests[0].Body, fixture.Server.Requests[0].Body);
            Assert.Equal(whole.Client.Received, fixture.Client.Received);
            Assert.Equal(0, fixture.Loop.Buffers.LentBytes);
        }
    }

    [Fact]
    public void A_truncated_request_is_dropped_without_an_answer()
    {
        for (int cut = 1; cut < Get.Length; cut++)
        {
            ServerFixture fixture = new ServerFixture().Send(Get[..cut]);
            fixture.Client.Connection?.ShutdownWrite();
            fixture.Network.Advance(TimeSpan.FromSeconds(2));

            Assert.Empty(fixture.Server.Requests);
            Assert.Equal("", fixture.Client.Received);
            Assert.Equal(1, fixture.Server.Closed);
        }
    }

    [Theory]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("5\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("5;ext=\"a b\"\r\nhello\r\n0\r\n\r\n", "hello")]
    [InlineData("1\r\nh\r\n0004\r\nello\r\n0\r\n\r\n", "hello")]
    [InlineData("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\nX: y\r\n\r\n", "01234567890123456789")]
    public void A_chunked_body_is_unframed(string body, string expected)
    {
        ServerFixture fixture = new ServerFixture(chunkBytes: 3)
            .Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);

        Assert.Equal(expected, fixture.Server.Requests[0].Body);
        Assert.True(fixture.Server.Requests[0].Complete);
        Assert.Equal(Http1Phase.Idle, fixture.Server.Codec.Phase);
    }

    [Theory]
    [InlineData("0x5\r\nhello\r\n")]
    [InlineData("+5\r\nhello\r\n")]
    [InlineData("5_\r\nhello\r\n")]
    [InlineData(" 5\r\nhello\r\n")]
    [InlineData("5 \r\nhello\r\n")]
    [InlineData("\r\nhello\r\n")]
    [InlineData(";x\r\nhello\r\n")]
    [InlineData("FFFFFFFFFFFFFFFFF\r\n")]
    [InlineData("0000000000000005\r\n")]
    [InlineData("5\nhello\r\n")]
    [InlineData("5\r\nhelloX\r\n")]
    [InlineData("5\r\nhello\n0\r\n")]
    [InlineData("5;a\rb\r\nhello\r\n")]
    [InlineData("5;a\nb\r\nhello\r\n")]
    [InlineData("0\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("0\r\nHost: b\r\n\r\n")]
    [InlineData("0\r\n folded\r\n\r\n")]
    [InlineData("0\r\nbad\r\n\r\n")]
    public void A_malformed_chunk_ends_the_stream_with_400(string body)
    {
        ServerFixture fixture = new ServerFixture()
            .Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body);
        fixture.Network.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(StreamResetReason.ProtocolError, fixture.Server.Requests[0].Reset);
        Assert.False(fixture.Server.Requests[0].Complete);
        Assert.StartsWith("HTTP/1.1 400 ", fixture.StatusLine, StringComparison.Ordinal);
        Assert.Equal(1, fixture.Server.Closed);
    }

    [Fact]
    public void Chunk_extensions_have_a_budget()
    {
        ServerFixture fixture = new ServerFixture().Send(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;" + new string('x', 5000) + "\r\nhello\r\n0\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", fixture.StatusLine, StringComparison.Ordinal);
    }

    [Fact]
    public void Trailers_are_dropped_unless_enabled()
    {
        const string Request = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-Sum: 1\r\n\r\n";

        ServerFixture dropping = new ServerFixture().Send(Request);
        ServerFixture passing = new ServerFixture(new Http1Options { EnableTrailers = true }).Send(Request);

        Assert.Equal("", dropping.Server.Requests[0].Trailers);
        Assert.True(dropping.Server.Requests[0].Complete);
        Assert.Equal("x-sum=1", passing.Server.Requests[0].Trailers);
    }

    [Fact]
    public void Pipelined_requests_are_answered_one_after_the_other()
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenComplete = _ => { };

        fixture.Send(Get + "GET /second HTTP/1.1\r\nHost: a\r\n\r\n" + "GET /third HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.Single(fixture.Server.Requests);

        fixture.Server.Requests[0].Respond(200, "one");
        fixture.Network.RunUntilIdle();
        Assert.Equal(2, fixture.Server.Requests.Count);

        fixture.Server.Requests[1].Respond(200, "two");
        fixture.Network.RunUntilIdle();
        fixture.Server.Requests[2].Respond(200, "three");
        fixture.Network.RunUntilIdle();

        Assert.Contains(":path=/third", fixture.Server.Requests[2].Head, StringComparison.Ordinal);
        Assert.EndsWith("three", fixture.Client.Received, StringComparison.Ordinal);
        Assert.Equal(Http1Phase.Idle, fixture.Server.Codec.Phase);
        Assert.Equal(0, fixture.Loop.Buffers.LentBytes);
    }

    [Fact]
    public void Connection_specific_headers_are_not_passed_on()
    {
        ServerFixture fixture = new ServerFixture().Send(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, X-Hop\r\nKeep-Alive: 5\r\nProxy-Connection: x\r\nX-Hop: 1\r\n"
            + "TE: gzip, trailers\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nX-Stays: 1\r\n\r\n");

        Assert.Equal(":method=GET|:scheme=http|:path=/|:authority=a|te=trailers|x-stays=1", fixture.Server.Requests[0].Head);
    }

    [Fact]
    public void The_authority_of_an_absolute_target_replaces_the_host()
    {
        ServerFixture fixture = new ServerFixture().Send("GET http://real:81/x?y HTTP/1.1\r\nHost: fake\r\n\r\n");

        Assert.Equal(":method=GET|:scheme=http|:authority=real:81|:path=/x?y", fixture.Server.Requests[0].Head);
    }

    [Fact]
    public void Options_may_ask_about_the_server_itself()
    {
        ServerFixture fixture = new ServerFixture().Send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Contains(":path=*", fixture.Server.Requests[0].Head, StringComparison.Ordinal);
    }

    [Fact]
    public void A_response_of_unknown_length_is_chunked()
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenComplete = request =>
        {
            request.Encoder.SendHeaders(TestRequest.Headers(":status=200", "transfer-encoding=chunked"), endStream: false);
            request.Encoder.SendData("hello"u8, endStream: false);
            request.Encoder.SendData(default, endStream: true);
        };

        fixture.Send(Get);

        Assert.Equal("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", fixture.Client.Received);
    }

    [Theory]
    [InlineData("HEAD", "200", "content-length: 5\r\n")]
    [InlineData("GET", "304", "content-length: 5\r\n")]
    [InlineData("GET", "204", "")]
    public void A_response_without_content_never_has_a_body(string method, string status, string length)
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenComplete = request =>
        {
            request.Encoder.SendHeaders(TestRequest.Headers($":status={status}", "content-length=5"), endStream: false);
            request.Encoder.SendData("hello"u8, endStream: true);
        };

        fixture.Send($"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.EndsWith($"\r\n{length}\r\n", fixture.Client.Received, StringComparison.Ordinal);
        Assert.DoesNotContain("hello", fixture.Client.Received, StringComparison.Ordinal);
        Assert.Equal(Http1Phase.Idle, fixture.Server.Codec.Phase);
    }

    [Theory]
    [InlineData("hell")]
    [InlineData("hello!")]
    public void A_body_that_contradicts_its_length_ends_the_connection(string body)
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenComplete = request =>
        {
            request.Encoder.SendHeaders(TestRequest.Headers(":status=200", "content-length=5"), endStream: false);
            request.Encoder.SendData(Encoding.ASCII.GetBytes(body), endStream: true);
        };

        fixture.Send(Get);

        Assert.Equal(1, fixture.Server.Closed);
    }

    [Fact]
    public void Connection_close_is_honoured_and_announced()
    {
        ServerFixture fixture = new ServerFixture().Send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

        Assert.Equal("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok", fixture.Client.Received);
        Assert.True(fixture.Client.EndOfStream);
        Assert.Equal(1, fixture.Server.Closed);
    }

    [Fact]
    public void Draining_closes_after_the_response_under_way()
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenComplete = _ => { };
        fixture.Send(Get);

        fixture.Server.Codec.Drain();
        fixture.Server.Requests[0].Respond(200, "ok");
        fixture.Network.RunUntilIdle();

        Assert.Contains("connection: close", fixture.Client.Received, StringComparison.Ordinal);
        Assert.EndsWith("ok", fixture.Client.Received, StringComparison.Ordinal);
        Assert.True(fixture.Client.EndOfStream);
    }

    [Fact]
    public void Http_1_0_is_served_when_enabled_and_delimits_by_closing()
    {
        var fixture = new ServerFixture(new Http1Options { AcceptHttp10 = true, DefaultHostForHttp10 = "a" });
        fixture.Server.WhenComplete = request =>
        {
            request.Encoder.SendHeaders(TestRequest.Headers(":status=200"), endStream: false);
            request.Encoder.SendData("hello"u8, endStream: true);
        };

        fixture.Send("GET / HTTP/1.0\r\n\r\n");

        Assert.Equal("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nhello", fixture.Client.Received);
        Assert.True(fixture.Client.EndOfStream);
    }

    [Fact]
    public void A_client_that_expects_100_continue_gets_it_once()
    {
        var fixture = new ServerFixture();

        fixture.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\n", fixture.Client.Received);
        fixture.Send("hi");

        Assert.DoesNotContain("expect", fixture.Server.Requests[0].Head, StringComparison.Ordinal);
        Assert.Equal("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok", fixture.Client.Received);
    }

    [Fact]
    public void A_refusal_instead_of_100_continue_closes_the_connection()
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenHeaders = request => request.Respond(403, "no");

        fixture.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 403 ", fixture.Client.Received, StringComparison.Ordinal);
        Assert.True(fixture.Client.EndOfStream);
    }

    [Fact]
    public void After_an_early_response_a_short_body_is_read_past_and_the_connection_kept()
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenHeaders = request => request.Respond(403, "no");
        fixture.Server.WhenComplete = _ => { };

        fixture.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n01234");
        fixture.Send("56789" + Get);

        Assert.Equal(2, fixture.Server.Requests.Count);
        Assert.Equal("", fixture.Server.Requests[0].Body);
        Assert.True(fixture.Client.Connection?.IsOpen);
    }

    [Fact]
    public void After_an_early_response_a_long_body_ends_the_connection()
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenHeaders = request => request.Respond(403, "no");

        fixture.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + new string('a', 100_000));

        Assert.StartsWith("HTTP/1.1 403 ", fixture.Client.Received, StringComparison.Ordinal);
        Assert.True(fixture.Client.EndOfStream);
        Assert.Equal(1, fixture.Server.Closed);
    }

    [Fact]
    public void A_malformed_rest_of_an_answered_request_is_not_answered_again()
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenHeaders = request => request.Respond(403, "no");

        fixture.Send("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");

        Assert.EndsWith("\r\n\r\nno", fixture.Client.Received, StringComparison.Ordinal);
        Assert.Empty(fixture.Server.Errors);
        Assert.Equal(1, fixture.Server.Closed);
    }

    [Fact]
    public void A_paused_body_is_not_delivered_until_resumed()
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenHeaders = request => request.Encoder.PauseReading();

        fixture.Send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
        Assert.Equal("", fixture.Server.Requests[0].Body);
        fixture.Server.Requests[0].Encoder.ResumeReading();
        fixture.Network.RunUntilIdle();

        Assert.Equal("hello", fixture.Server.Requests[0].Body);
        Assert.EndsWith("ok", fixture.Client.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_that_leaves_resets_the_stream()
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenComplete = _ => { };
        fixture.Send(Get);

        fixture.Client.Connection?.Close(CloseMode.NoFlush);
        fixture.Network.RunUntilIdle();

        Assert.Equal(StreamResetReason.ConnectionTermination, fixture.Server.Requests[0].Reset);
        Assert.Equal(1, fixture.Server.Closed);
    }

    [Fact]
    public void An_upgrade_becomes_a_tunnel_only_after_101()
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenComplete = _ => { };
        fixture.Send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nearly");
        TestRequest request = fixture.Server.Requests[0];
        Assert.EndsWith("upgrade=websocket", request.Head, StringComparison.Ordinal);
        Assert.Equal("", request.Body);

        request.Encoder.SendHeaders(TestRequest.Headers(":status=101", "upgrade=websocket"), endStream: false);
        request.Encoder.SendData("frame"u8, endStream: false);
        fixture.Network.RunUntilIdle();
        fixture.Send(" late");

        Assert.Equal("early late", request.Body);
        Assert.Equal(
            "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nframe", fixture.Client.Received);
    }

    [Fact]
    public void A_declined_upgrade_closes_and_what_followed_it_is_not_a_request()
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenHeaders = request => request.Respond(200, "no");

        fixture.Send("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n" + Get);

        Assert.Single(fixture.Server.Requests);
        Assert.Contains("connection: close", fixture.Client.Received, StringComparison.Ordinal);
        Assert.Equal(1, fixture.Server.Closed);
    }

    [Fact]
    public void A_half_closed_tunnel_still_carries_the_other_direction()
    {
        var fixture = new ServerFixture(new Http1Options { AllowConnect = true });
        fixture.Server.WhenComplete = _ => { };
        fixture.Send("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
        TestRequest request = fixture.Server.Requests[0];
        request.Encoder.SendHeaders(TestRequest.Headers(":status=200"), endStream: false);
        fixture.Send("up");

        fixture.Client.Connection?.ShutdownWrite();
        fixture.Network.RunUntilIdle();
        Assert.True(request.Complete);
        request.Encoder.SendData("down"u8, endStream: true);
        fixture.Network.RunUntilIdle();

        Assert.Equal("up", request.Body);
        Assert.EndsWith("\r\n\r\ndown", fixture.Client.Received, StringComparison.Ordinal);
        Assert.Equal(1, fixture.Server.Closed);
    }

    [Fact]
    public void Line_breaks_in_a_response_header_are_not_written()
    {
        var fixture = new ServerFixture();
        fixture.Server.WhenComplete = request =>
            request.Encoder.SendHeaders(TestRequest.Headers(":status=200", "x=a\r\nSet-Cookie: b", "y=1"), endStream: true);

        fixture.Send(Get);

        Assert.Equal("HTTP/1.1 200 OK\r\ny: 1\r\ncontent-length: 0\r\n\r\n", fixture.Client.Received);
    }
}
