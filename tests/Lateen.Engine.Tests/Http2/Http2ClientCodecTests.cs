namespace Lateen.Engine.Tests.Http2;

using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Simulation;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

/// <summary>Our client against a host that speaks in raw bytes.</summary>
public sealed class Http2ClientCodecTests
{
    [Fact]
    public void The_preface_and_settings_go_out_at_once_and_requests_need_not_wait()
    {
        var host = new RawHost();

        host.Request();

        Assert.Equal("SETTINGS 5", host.Lines[0]);
        Assert.Equal("WINDOW_UPDATE 0 983041", host.Lines[1]);
        Assert.Equal("HEADERS 1 :method=GET|:scheme=http|:authority=a|:path=/ END", host.Lines[2]);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":status=20")]
    [InlineData(":status=abc")]
    [InlineData(":status=101")]
    [InlineData(":status=200|:status=200")]
    [InlineData(":status=200|:path=/")]
    [InlineData(":status=200|connection=close")]
    [InlineData(":status=200|X=1")]
    [InlineData(":status=200|content-length=x")]
    [InlineData(":status=200|content-length=5")]
    [InlineData(":status=100")]
    public void A_malformed_response_resets_its_stream(string fields)
    {
        var host = new RawHost();
        TestResponse response = host.Request();

        host.Send(Frames.Of(FrameType.Headers, 5, 1, fields.Length == 0 ? [] : Frames.RawBlock(fields.Split('|'))));

        Assert.StartsWith("ProtocolError: http2.", response.Reset, StringComparison.Ordinal);
        Assert.Equal("RST_STREAM 1 ProtocolError", host.Lines[^1]);
        Assert.True(host.Codec.CanOpenStream);
    }

    [Fact]
    public void A_response_with_too_many_headers_resets_its_stream()
    {
        var host = new RawHost();
        TestResponse response = host.Request();

        host.Send(Frames.Of(FrameType.Headers, 5, 1, Frames.RawBlock([":status=200", .. Enumerable.Range(0, 100).Select(i => $"x{i}=1")])));

        Assert.Equal("ProtocolError: http2.too_many_headers", response.Reset);
        Assert.Equal(1, host.Codec.Stats[Http2Counter.HeaderOverflow]);
    }

    [Theory]
    [InlineData("DATA before a head", "RST_STREAM 1 ProtocolError")]
    [InlineData("PUSH_PROMISE", "GOAWAY 0 ProtocolError")]
    [InlineData("HEADERS on an idle stream", "GOAWAY 0 ProtocolError")]
    [InlineData("HEADERS on a stream of its own", "GOAWAY 0 ProtocolError")]
    [InlineData("ENABLE_PUSH 1", "GOAWAY 0 ProtocolError")]
    [InlineData("DATA beyond the window", "RST_STREAM 1 FlowControlError")]
    public void What_a_host_does_wrong_has_its_exact_error(string what, string expected)
    {
        var host = new RawHost();
        host.Request();
        host.Encoder?.PauseReading();
        byte[][] frames = what switch
        {
            "DATA before a head" => [Frames.Data(1, "x")],
            "PUSH_PROMISE" => [Frames.Of(FrameType.PushPromise, 4, 1, 0, 0, 0, 2, 0x82)],
            "HEADERS on an idle stream" => [host.Frames.Headers(3, true, ":status=200")],
            "HEADERS on a stream of its own" => [host.Frames.Headers(2, true, ":status=200")],
            "ENABLE_PUSH 1" => [Frames.Settings((2, 1))],
            _ => [host.Frames.Headers(1, false, ":status=200"), .. Enumerable.Repeat(Frames.Data(1, new string('x', 16_000)), 5)],
        };

        host.Send(frames);

        Assert.Equal(expected, host.Lines[^1]);
    }

    [Fact]
    public void Streams_above_the_last_of_a_GOAWAY_may_be_sent_again_and_those_below_are_finished()
    {
        var host = new RawHost();
        TestResponse first = host.Request();
        TestResponse second = host.Request();

        host.Send(Frames.GoAway(1));
        Assert.Equal("RemoteRefused: http2.remote_refuse", second.Reset);
        Assert.Null(first.Reset);
        Assert.False(host.Codec.CanOpenStream);
        host.Send(host.Frames.Headers(1, true, ":status=200"));

        Assert.True(first.Complete);
        Assert.Equal(["1 NoError"], host.GoAways);
        Assert.Equal(1, host.ClosedCalls);
    }

    [Fact]
    public void An_answer_before_the_request_is_complete_ends_it()
    {
        var host = new RawHost();
        TestResponse response = host.Request("POST", endStream: false);

        host.Send(host.Frames.Headers(1, true, ":status=403"), Frames.Reset(1, Http2ErrorCode.NoError));

        Assert.True(response.Complete);
        Assert.Null(response.Reset);
        Assert.Equal("RST_STREAM 1 Cancel", host.Lines[^1]);
    }

    [Fact]
    public void No_data_answers_HEAD_and_304_whatever_their_content_length()
    {
        var host = new RawHost();
        TestResponse head = host.Request("HEAD");
        TestResponse unchanged = host.Request();
        TestResponse wrong = host.Request("HEAD");

        host.Send(
            host.Frames.Headers(1, true, ":status=200", "content-length=7"),
            host.Frames.Headers(3, true, ":status=304", "content-length=7"),
            host.Frames.Headers(5, false, ":status=200", "content-length=1"),
            Frames.Data(5, "x", end: true));

        Assert.True(head.Complete && unchanged.Complete);
        Assert.Equal("ProtocolError: http2.invalid_content_length", wrong.Reset);
    }

    [Fact]
    public void Too_many_informational_heads_reset_the_stream()
    {
        var host = new RawHost();
        TestResponse response = host.Request();

        for (int i = 0; i < 9; i++)
        {
            host.Send(host.Frames.Headers(1, false, ":status=103"));
        }

        Assert.Equal(8, response.Informational.Count);
        Assert.Equal("ProtocolError: http2.too_many_1xx", response.Reset);
    }

    [Fact]
    public void A_request_longer_than_its_content_length_is_reset_at_the_end_of_the_turn()
    {
        var host = new RawHost();
        TestResponse response = host.Request("POST", endStream: false, "content-length=2");

        host.Encoder?.SendData("three"u8, endStream: true);
        Assert.Null(response.Reset);
        host.Run();

        Assert.Equal("ProtocolError: http2.invalid_request", response.Reset);
        Assert.Equal("RST_STREAM 1 InternalError", host.Lines[^1]);
    }

    [Fact]
    public void A_head_longer_than_a_frame_is_continued()
    {
        var host = new RawHost();

        host.Request("GET", true, [.. Enumerable.Range(0, 10).Select(i => $"x{i}={new string('~', 3_000)}")]);

        Assert.Contains("Continuation 1", host.RawLines, StringComparison.Ordinal);
    }

    [Fact]
    public void A_response_that_is_complete_and_held_back_survives_the_end_of_its_connection()
    {
        var host = new RawHost();
        TestResponse held = host.Request();
        host.Encoder?.PauseReading();
        TestResponse unfinished = host.Request();

        host.Send(
            host.Frames.Headers(1, false, ":status=200"), Frames.Data(1, "whole", end: true), host.Frames.Headers(3, false, ":status=200"),
            Frames.Data(3, "half"));
        Assert.Equal("", held.Body);
        host.End();

        Assert.Equal("whole", held.Body);
        Assert.True(held.Complete);
        Assert.Equal("ConnectionTermination: connection termination", unfinished.Reset);
        Assert.Equal(1, host.ClosedCalls);
    }

    [Fact]
    public void A_response_that_is_complete_and_held_back_survives_a_reset_that_only_refuses_the_request()
    {
        var host = new RawHost();
        TestResponse response = host.Request("POST", endStream: false);
        host.Encoder?.PauseReading();

        host.Send(
            host.Frames.Headers(1, false, ":status=413"), Frames.Data(1, "too much", end: true), Frames.Reset(1, Http2ErrorCode.NoError));
        Assert.Null(response.Reset);
        host.Encoder?.SendData("more"u8, endStream: true);
        host.Encoder?.ResumeReading();
        host.Run();

        Assert.Equal("too much", response.Body);
        Assert.True(response.Complete);
        Assert.StartsWith("HEADERS 1", host.Lines[^1], StringComparison.Ordinal);
        Assert.Equal(0, host.Codec.ActiveStreams);
    }

    [Fact]
    public void A_connect_that_fails_resets_the_streams_that_waited_for_it()
    {
        var network = new SimulatedNetwork();
        SimulatedLoop loop = network.CreateLoop();
        var host = new RawHost(listen: false);
        Http2ClientCodec codec = Http2ClientCodec.Connect(loop, SocketAddress.V4(0x0A00_0009, 1), default, host, Http2Options.Default);
        var response = new TestResponse();
        codec.NewStream(response).SendHeaders(TestRequest.Headers(":method=GET", ":scheme=http", ":authority=a", ":path=/"), endStream: true);

        network.RunUntilIdle();

        Assert.Equal("ConnectFailure: connection refused", response.Reset);
        Assert.Equal(ConnectFailure.Refused, host.Failure);
        Assert.False(codec.CanOpenStream);
    }

    private sealed class RawHost : Http2ClientCallbacks
    {
        private static readonly SocketAddress Address = SocketAddress.V4(0x0A00_0001, 80);
        private readonly SimulatedNetwork _network = new();
        private readonly RawHandler _host = new();
        private readonly FrameLog _log = new();

        public RawHost(bool listen = true)
        {
            SimulatedLoop loop = _network.CreateLoop();
            loop.Listen(Address, default, new DelegateAcceptHandler(connection =>
            {
                _host.Connection = connection;
                connection.Handler = _host;
            }));
            Codec = Http2ClientCodec.Connect(loop, Address, default, this, Http2Options.Default);
            if (listen)
            {
                _network.RunUntilIdle();
                _host.Connection?.Write([.. Frames.Settings(), .. Frames.SettingsAck()]);
            }
        }

        public Http2ClientCodec Codec { get; }

        public Frames Frames { get; } = new();

        public RequestEncoder? Encoder { get; private set; }

        public List<string> GoAways { get; } = [];

        public int ClosedCalls { get; private set; }

        public ConnectFailure? Failure { get; private set; }

        public IReadOnlyList<string> Lines => [.. _log.Read(_host.Received, fromClient: true).Lines.Where(l => l != "SETTINGS ACK")];

        /// <summary>Types and streams only; a head in parts cannot be decoded frame by frame.</summary>
        public string RawLines
        {
            get
            {
                byte[] bytes = System.Text.Encoding.Latin1.GetBytes(_host.Received[Frames.Preface.Length..]);
                var lines = new List<string>();
                for (int at = 0; at + FrameHeader.Size <= bytes.Length;)
                {
                    FrameHeader header = FrameHeader.Read(bytes.AsSpan(at));
                    lines.Add($"{header.Type} {header.StreamId}");
                    at += FrameHeader.Size + header.Length;
                }

                return string.Join(", ", lines);
            }
        }

        public TestResponse Request(string method = "GET", bool endStream = true, params string[] fields)
        {
            var response = new TestResponse();
            Encoder = Codec.NewStream(response);
            Encoder.SendHeaders(TestRequest.Headers([$":method={method}", ":scheme=http", ":authority=a", ":path=/", .. fields]), endStream);
            Run();
            return response;
        }

        public void Send(params byte[][] frames)
        {
            _host.Connection?.Write(frames.SelectMany(f => f).ToArray());
            Run();
        }

        public void End()
        {
            _host.Connection?.ShutdownWrite();
            Run();
        }

        public void Run() => _network.RunUntilIdle();

        public override void OnConnected(Http2ClientCodec codec)
        {
        }

        public override void OnConnectFailed(Http2ClientCodec codec, ConnectFailure failure) => Failure = failure;

        public override void OnStreamClosed(Http2ClientCodec codec)
        {
        }

        public override void OnCapacityChanged(Http2ClientCodec codec)
        {
        }

        public override void OnGoAway(Http2ClientCodec codec, int lastStreamId, Http2ErrorCode error) => GoAways.Add($"{lastStreamId} {error}");

        public override void OnClosed(Http2ClientCodec codec, CloseReason reason) => ClosedCalls++;
    }
}
