namespace Lateen.Engine.Tests.Http1;

using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Simulation;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

public sealed class ClientCodecTests
{
    [Fact]
    public void A_request_is_written_anew()
    {
        var fixture = new ClientFixture();

        fixture.Request(fields: ["x-one=1", "connection=x", "keep-alive=5", "te=trailers", "transfer-encoding=chunked"]);

        Assert.Equal("GET / HTTP/1.1\r\nhost: a\r\nx-one: 1\r\nte: trailers\r\n\r\n", fixture.Host.Received);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 5\r\nX: y\r\n\r\nhello")]
    public void A_response_cut_anywhere_means_the_same(string response)
    {
        for (int cut = 1; cut < response.Length; cut++)
        {
            var fixture = new ClientFixture();
            TestResponse received = fixture.Request();
            fixture.Answer(response[..cut]);
            Assert.False(received.Complete);
            fixture.Answer(response[cut..]);

            Assert.True(received.Complete);
            Assert.EndsWith("x=y", received.Head, StringComparison.Ordinal);
            Assert.Equal("hello", received.Body);
            Assert.True(fixture.Codec.IsReusable);
            Assert.Equal(1, fixture.Idle);
        }
    }

    [Fact]
    public void A_response_truncated_anywhere_resets_the_stream()
    {
        const string Response = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        for (int cut = 0; cut < Response.Length; cut++)
        {
            var fixture = new ClientFixture();
            TestResponse received = fixture.Request();
            fixture.Answer(Response[..cut]);
            fixture.Host.Connection?.Close(CloseMode.NoFlush);
            fixture.Network.RunUntilIdle();

            Assert.False(received.Complete);
            Assert.Equal("ConnectionTermination: connection termination", received.Reset);
            Assert.Equal(1, fixture.Closed);
        }
    }

    [Theory]
    [InlineData("HTTP/2.0 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1  200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 200 O\0K\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 0\n\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nX: a\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0x1\r\n")]
    public void A_malformed_response_is_a_protocol_error_and_ends_the_connection(string response)
    {
        var fixture = new ClientFixture();
        TestResponse received = fixture.Request();

        fixture.Answer(response);

        Assert.StartsWith("ProtocolError: ", received.Reset, StringComparison.Ordinal);
        Assert.False(fixture.Codec.IsReusable);
        Assert.Equal(1, fixture.Closed);
    }

    [Fact]
    public void Endless_informational_responses_are_a_protocol_error()
    {
        var fixture = new ClientFixture();
        TestResponse received = fixture.Request();

        fixture.Answer(string.Concat(Enumerable.Repeat("HTTP/1.1 103 Early Hints\r\n\r\n", 9)));

        Assert.Equal(8, received.Informational.Count);
        Assert.Equal("ProtocolError: http1.too_many_1xx", received.Reset);
    }

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("GET", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")]
    public void A_response_without_content_ends_with_its_head(string method, string response)
    {
        var fixture = new ClientFixture();
        TestResponse received = fixture.Request(method);

        fixture.Answer(response);

        Assert.True(received.Complete);
        Assert.True(fixture.Codec.IsReusable);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\nx")]
    public void Bytes_behind_a_response_end_the_connection(string response)
    {
        var fixture = new ClientFixture();
        TestResponse received = fixture.Request();

        fixture.Answer(response);

        Assert.True(received.Complete);
        Assert.False(fixture.Codec.IsReusable);
        Assert.Equal(0, fixture.Idle);
        Assert.Equal(1, fixture.Closed);
    }

    [Fact]
    public void Unasked_bytes_on_an_idle_connection_end_it()
    {
        var fixture = new ClientFixture();

        fixture.Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        Assert.False(fixture.Codec.IsReusable);
        Assert.Equal(1, fixture.Closed);
    }

    [Fact]
    public void A_response_without_length_lasts_until_the_connection_ends()
    {
        var fixture = new ClientFixture();
        TestResponse received = fixture.Request();

        fixture.Answer("HTTP/1.1 200 OK\r\n\r\nhello");
        Assert.False(received.Complete);
        fixture.Host.Connection?.Close(CloseMode.Flush);
        fixture.Network.RunUntilIdle();

        Assert.True(received.Complete);
        Assert.Equal("hello", received.Body);
        Assert.False(fixture.Codec.IsReusable);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n")]
    public void A_connection_that_does_not_persist_is_not_offered_again(string response)
    {
        var fixture = new ClientFixture();
        TestResponse received = fixture.Request();

        fixture.Answer(response);

        Assert.True(received.Complete);
        Assert.Equal(0, fixture.Idle);
        Assert.Equal(1, fixture.Closed);
    }

    [Fact]
    public void The_next_request_may_start_when_the_connection_becomes_idle()
    {
        var fixture = new ClientFixture();
        TestResponse? second = null;
        TestResponse first = fixture.Request();
        fixture.WhenIdle = () =>
        {
            fixture.WhenIdle = null;
            second = new TestResponse();
            fixture.Codec.NewStream(second).SendHeaders(
                TestRequest.Headers(":method=GET", ":authority=a", ":path=/2"), endStream: true);
        };

        fixture.Answer("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1");
        fixture.Answer("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n2");

        Assert.Equal("1", first.Body);
        Assert.Equal("2", second?.Body);
        Assert.Equal(2, fixture.Codec.Requests);
    }

    [Theory]
    [InlineData("POST", "content-length: 0\r\n")]
    [InlineData("GET", "")]
    public void A_request_without_content_says_so_where_content_is_expected(string method, string length)
    {
        var fixture = new ClientFixture();

        fixture.Request(method);

        Assert.Equal($"{method} / HTTP/1.1\r\nhost: a\r\n{length}\r\n", fixture.Host.Received);
    }

    [Fact]
    public void A_body_of_unknown_length_is_chunked()
    {
        var fixture = new ClientFixture();
        fixture.Request("POST", endStream: false);

        fixture.Encoder?.SendData("hello"u8, endStream: false);
        fixture.Encoder?.SendData("!"u8, endStream: true);
        fixture.Network.RunUntilIdle();

        Assert.EndsWith("transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", fixture.Host.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void A_response_before_the_end_of_the_request_is_delivered_and_ends_the_connection()
    {
        var fixture = new ClientFixture();
        TestResponse received = fixture.Request("POST", endStream: false, "content-length=100");

        fixture.Answer("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n");

        Assert.True(received.Complete);
        Assert.Null(received.Reset);
        Assert.Equal(1, fixture.Closed);
    }

    [Fact]
    public void An_abandoned_stream_hears_nothing_and_ends_the_connection()
    {
        var fixture = new ClientFixture();
        TestResponse received = fixture.Request();

        fixture.Encoder?.Reset(StreamResetReason.LocalReset);
        fixture.Answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

        Assert.Null(received.Reset);
        Assert.False(received.Complete);
        Assert.Equal(1, fixture.Closed);
    }

    [Fact]
    public void A_paused_response_is_not_delivered_until_resumed()
    {
        var fixture = new ClientFixture();
        TestResponse received = fixture.Request();
        fixture.Encoder?.PauseReading();

        fixture.Answer("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
        Assert.Equal("", received.Body);
        fixture.Encoder?.ResumeReading();
        fixture.Network.RunUntilIdle();

        Assert.Equal("hello", received.Body);
        Assert.True(fixture.Codec.IsReusable);
    }

    [Fact]
    public void A_refused_connection_resets_the_waiting_stream()
    {
        var network = new SimulatedNetwork();
        var fixture = new ClientFixture();
        SimulatedLoop loop = network.CreateLoop();
        Http1ClientCodec codec = Http1ClientCodec.Connect(
            loop, SocketAddress.V4(1, 1), default, fixture, Http1Options.Default);
        var received = new TestResponse();
        codec.NewStream(received).SendHeaders(TestRequest.Headers(":method=GET", ":authority=a", ":path=/"), endStream: true);

        network.RunUntilIdle();

        Assert.Equal("ConnectFailure: connection refused", received.Reset);
        Assert.False(codec.IsReusable);
    }

    [Fact]
    public void A_silent_host_is_a_connect_timeout()
    {
        var network = new SimulatedNetwork();
        SocketAddress address = SocketAddress.V4(1, 1);
        network.Silence(address);
        Http1ClientCodec codec = Http1ClientCodec.Connect(
            network.CreateLoop(), address, new ConnectOptions { TimeoutMicros = 2_000_000 }, new ClientFixture(), Http1Options.Default);
        var received = new TestResponse();
        codec.NewStream(received);

        network.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.Null(received.Reset);
        network.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("ConnectTimeout: connection timeout", received.Reset);
    }

    [Fact]
    public void An_upgrade_carries_bytes_both_ways_and_half_closes()
    {
        var fixture = new ClientFixture();
        TestResponse received = fixture.Request(endStream: false, fields: "upgrade=websocket");
        Assert.EndsWith("connection: upgrade\r\nupgrade: websocket\r\n\r\n", fixture.Host.Received, StringComparison.Ordinal);

        fixture.Answer("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello");
        fixture.Encoder?.SendData("up"u8, endStream: true);
        fixture.Network.RunUntilIdle();
        Assert.True(fixture.Host.EndOfStream);
        fixture.Answer(" again");
        fixture.Host.Connection?.Close(CloseMode.Flush);
        fixture.Network.Advance(TimeSpan.FromSeconds(2));

        Assert.Contains("upgrade=websocket", received.Head, StringComparison.Ordinal);
        Assert.Equal("hello again", received.Body);
        Assert.True(received.Complete);
        Assert.EndsWith("up", fixture.Host.Received, StringComparison.Ordinal);
        Assert.Equal(1, fixture.Closed);
    }

    [Fact]
    public void A_refused_upgrade_is_an_ordinary_response_on_a_connection_that_is_not_used_again()
    {
        var fixture = new ClientFixture();
        TestResponse received = fixture.Request(endStream: false, fields: "upgrade=websocket");

        fixture.Answer("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno");

        Assert.Equal("no", received.Body);
        Assert.True(received.Complete);
        Assert.False(fixture.Codec.IsReusable);
        Assert.Equal(1, fixture.Closed);
    }

    [Fact]
    public void A_blank_in_a_rewritten_path_is_encoded()
    {
        var fixture = new ClientFixture();
        fixture.Codec.NewStream(new TestResponse()).SendHeaders(
            TestRequest.Headers(":method=GET", ":authority=a", ":path=/a b\r\nx"), endStream: true);
        fixture.Network.RunUntilIdle();

        Assert.StartsWith("GET /a%20b%0D%0Ax HTTP/1.1\r\n", fixture.Host.Received, StringComparison.Ordinal);
    }
}
