namespace Lateen.Engine.Tests.Http2;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

public sealed class Http2PairTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void A_request_with_a_body_is_answered_at_every_truncation_of_its_bytes(int chunkBytes)
    {
        var pair = new Http2PairFixture(chunkBytes: chunkBytes);

        TestResponse response = pair.Request("POST", endStream: false, "x-a=1", "content-length=5");
        pair.Encoder?.SendData("hello"u8, endStream: true);
        pair.Run();

        TestRequest request = Assert.Single(pair.Server.Requests);
        Assert.Equal(":method=POST|:scheme=http|:authority=a|:path=/|x-a=1|content-length=5", request.Head);
        Assert.Equal("hello", request.Body);
        Assert.True(request.Complete);
        Assert.Equal(":status=200|content-length=2", response.Head);
        Assert.Equal("ok", response.Body);
        Assert.True(response.Complete);
        Assert.Equal(1, pair.StreamsClosed);
        Assert.Equal(0, pair.Codec.ActiveStreams);
        Assert.Equal(0, pair.Server.Codec.ActiveStreams);
        Assert.Equal(1, pair.Server.Idle);
    }

    [Fact]
    public void Many_streams_are_open_at_a_time_and_answered_in_any_order()
    {
        var pair = new Http2PairFixture();
        pair.Server.Behaviour.WhenComplete = _ => { };
        TestResponse[] responses = [.. Enumerable.Range(0, 50).Select(i => pair.Request("GET", true, $"x-n={i}"))];

        for (int i = 49; i >= 0; i--)
        {
            pair.Server.Requests[i].Respond(200, $"{i}");
        }

        pair.Run();

        Assert.Equal([.. Enumerable.Range(0, 50).Select(i => $"{i}")], responses.Select(r => r.Body));
        Assert.Equal(50, pair.StreamsClosed);
    }

    [Fact]
    public void Trailers_and_informational_heads_travel_both_ways()
    {
        var pair = new Http2PairFixture();
        pair.Server.Behaviour.WhenComplete = request =>
        {
            request.Encoder.SendInformational(TestRequest.Headers(":status=103", "link=x"));
            request.Encoder.SendHeaders(TestRequest.Headers(":status=200"), endStream: false);
            request.Encoder.SendData("body"u8, endStream: false);
            request.Encoder.SendTrailers(TestRequest.Headers("grpc-status=0"));
        };

        TestResponse response = pair.Request("POST", endStream: false);
        pair.Encoder?.SendData("q"u8, endStream: false);
        pair.Encoder?.SendTrailers(TestRequest.Headers("x-end=1"));
        pair.Run();

        Assert.Equal("x-end=1", pair.Server.Requests[0].Trailers);
        Assert.Equal(":status=103|link=x", Assert.Single(response.Informational));
        Assert.Equal("body", response.Body);
        Assert.Equal("grpc-status=0", response.Trailers);
    }

    [Fact]
    public void A_megabyte_passes_windows_of_64_KiB_both_ways()
    {
        var pair = new Http2PairFixture();
        string body = new('x', 1 << 20);
        pair.Server.Behaviour.WhenComplete = request => request.Respond(200, request.Body);

        TestResponse response = pair.Request("POST", endStream: false);
        pair.Encoder?.SendData(Encoding.Latin1.GetBytes(body), endStream: true);
        pair.Run();

        Assert.Equal(body.Length, pair.Server.Requests[0].Body.Length);
        Assert.Equal(body.Length, response.Body.Length);
        Assert.True(response.Complete);
    }

    [Fact]
    public void A_paused_stream_receives_no_more_than_its_window_and_the_rest_when_it_resumes()
    {
        var pair = new Http2PairFixture();
        pair.Server.Behaviour.WhenHeaders = request => request.Encoder.PauseReading();

        TestResponse response = pair.Request("POST", endStream: false);
        pair.Encoder?.SendData(new byte[200_000], endStream: true);
        pair.Run();
        TestRequest paused = pair.Server.Requests[0];

        Assert.Equal(0, paused.Body.Length);
        Assert.Equal(200_000 - Http2Options.Default.InitialStreamWindowBytes, pair.Codec.Stats[Http2Counter.PendingSendBytes]);
        paused.Encoder.ResumeReading();
        Assert.Equal(0, paused.Body.Length);
        pair.Run();
        Assert.Equal(200_000, paused.Body.Length);
        Assert.True(response.Complete);
    }

    [Fact]
    public void A_producer_is_stopped_while_the_peer_takes_nothing_and_told_when_it_does()
    {
        var pair = new Http2PairFixture(client: Http2Options.Default with { StreamBufferBytes = 10_000 });
        pair.Server.Behaviour.WhenHeaders = request => request.Encoder.PauseReading();
        var decoder = new BlockCounter();
        RequestEncoder encoder = pair.Codec.NewStream(decoder);
        encoder.SendHeaders(TestRequest.Headers(":method=POST", ":scheme=http", ":authority=a", ":path=/"), endStream: false);
        encoder.SendData(new byte[80_000], endStream: false);
        pair.Run();

        Assert.Equal((1, 0), (decoder.Blocked, decoder.Drained));
        pair.Server.Requests[0].Encoder.ResumeReading();
        pair.Run();
        Assert.Equal((1, 1), (decoder.Blocked, decoder.Drained));
    }

    [Fact]
    public void A_reset_reaches_the_other_side_with_its_reason()
    {
        var pair = new Http2PairFixture();
        pair.Server.Behaviour.WhenComplete = _ => { };

        TestResponse abandoned = pair.Request();
        pair.Encoder?.Reset(StreamResetReason.LocalReset);
        TestResponse refused = pair.Request();
        pair.Server.Requests[1].Encoder.Reset(StreamResetReason.RemoteRefused);
        TestResponse failed = pair.Request();
        pair.Server.Requests[2].Encoder.Reset(StreamResetReason.LocalReset);
        pair.Run();

        Assert.Equal(StreamResetReason.RemoteReset, pair.Server.Requests[0].Reset);
        Assert.Null(abandoned.Reset);
        Assert.Equal("RemoteRefused: http2.remote_refuse", refused.Reset);
        Assert.Equal("RemoteReset: http2.remote_reset", failed.Reset);
        Assert.Equal(0, pair.Codec.ActiveStreams + pair.Server.Codec.ActiveStreams);
    }

    [Fact]
    public void An_early_answer_ends_the_request_without_an_error()
    {
        var pair = new Http2PairFixture();
        pair.Server.Behaviour.WhenHeaders = request => request.Respond(413, "no");

        TestResponse response = pair.Request("POST", endStream: false);
        pair.Encoder?.SendData("late"u8, endStream: false);
        pair.Run();

        Assert.Equal(":status=413|content-length=2", response.Head);
        Assert.Equal("no", response.Body);
        Assert.True(response.Complete);
        Assert.Null(response.Reset);
        Assert.Equal(0, pair.Codec.ActiveStreams + pair.Server.Codec.ActiveStreams);
        Assert.False(pair.Codec.IsClosed);
    }

    [Fact]
    public void A_drain_finishes_what_is_under_way_and_then_closes()
    {
        var pair = new Http2PairFixture();
        pair.Server.Behaviour.WhenComplete = _ => { };
        TestResponse response = pair.Request();

        pair.Server.Codec.Drain();
        pair.Run();

        Assert.Equal(["max NoError", "1 NoError"], pair.GoAways);
        Assert.False(pair.Codec.CanOpenStream);
        Assert.Equal(0, pair.Closed);
        pair.Server.Requests[0].Respond(200, "done");
        pair.Run();
        Assert.Equal("done", response.Body);
        Assert.Equal(1, pair.Closed);
        Assert.Equal(1, pair.Server.Closed);
    }

    [Fact]
    public void Content_length_is_held_against_what_is_sent()
    {
        var pair = new Http2PairFixture();
        pair.Server.Behaviour.WhenComplete = request =>
        {
            request.Encoder.SendHeaders(TestRequest.Headers(":status=200", "content-length=5"), endStream: false);
            request.Encoder.SendData("four"u8, endStream: true);
        };

        TestResponse response = pair.Request();

        Assert.False(response.Complete);
        Assert.Equal("RemoteReset: http2.remote_reset", response.Reset);
    }

    [Fact]
    public void The_body_of_an_answer_to_HEAD_is_not_written()
    {
        var pair = new Http2PairFixture();

        TestResponse response = pair.Request("HEAD");

        Assert.Equal(":status=200|content-length=2", response.Head);
        Assert.Equal("", response.Body);
        Assert.True(response.Complete);
    }

    [Fact]
    public void A_tunnel_ends_each_side_by_itself()
    {
        Http2Options options = Http2Options.Default with { AllowExtendedConnect = true };
        var pair = new Http2PairFixture(options);
        pair.Server.Behaviour.WhenHeaders = request => request.Encoder.SendHeaders(TestRequest.Headers(":status=200"), endStream: false);
        pair.Server.Behaviour.WhenComplete = request => request.Encoder.SendData("after"u8, endStream: true);

        TestResponse response = pair.Request("CONNECT", endStream: false, ":protocol=websocket");
        pair.Encoder?.SendData("up"u8, endStream: false);
        pair.Run();
        pair.Server.Requests[0].Encoder.SendData("down"u8, endStream: false);
        pair.Encoder?.SendData(default, endStream: true);
        pair.Run();

        Assert.True(pair.Codec.PeerAllowsExtendedConnect);
        Assert.Equal("up", pair.Server.Requests[0].Body);
        Assert.Equal("downafter", response.Body);
        Assert.True(response.Complete);
        Assert.Equal(0, pair.Codec.ActiveStreams + pair.Server.Codec.ActiveStreams);
    }

    [Fact]
    public void Streams_of_a_connection_that_dies_are_reset_and_the_owner_told_once()
    {
        var pair = new Http2PairFixture();
        pair.Server.Behaviour.WhenComplete = _ => { };
        TestResponse response = pair.Request();

        pair.Server.Codec.Close(CloseMode.NoFlush);
        pair.Run();

        Assert.Equal("ConnectionTermination: connection termination", response.Reset);
        Assert.Equal(StreamResetReason.ConnectionTermination, pair.Server.Requests[0].Reset);
        Assert.Equal(1, pair.Closed);
        Assert.Equal(1, pair.Server.Closed);
    }

    [Fact]
    public void The_client_opens_no_more_streams_than_the_server_allows()
    {
        var pair = new Http2PairFixture(server: Http2Options.Default with { MaxConcurrentStreams = 2 });
        pair.Server.Behaviour.WhenComplete = _ => { };

        pair.Request();
        pair.Request();

        Assert.Equal(2, pair.Codec.MaxConcurrentStreams);
        Assert.False(pair.Codec.CanOpenStream);
        pair.Server.Requests[0].Respond(200, "");
        pair.Run();
        Assert.True(pair.Codec.CanOpenStream);
    }

    private sealed class BlockCounter : ResponseDecoder
    {
        public int Blocked { get; private set; }

        public int Drained { get; private set; }

        public override void OnInformational(HeaderMap headers)
        {
        }

        public override void OnHeaders(HeaderMap headers, bool endStream)
        {
        }

        public override void OnData(ReadOnlySpan<byte> data, bool endStream)
        {
        }

        public override void OnTrailers(HeaderMap trailers)
        {
        }

        public override void OnReset(StreamResetReason reason, string detail)
        {
        }

        public override void OnWriteBlocked() => Blocked++;

        public override void OnWriteDrained() => Drained++;
    }
}
