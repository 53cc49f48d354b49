namespace Lateen.Engine.Tests.Http2;

using System.Text;
using Lateen.Engine.Http2;

/// <summary>RFC 9113 sections 3 to 6 over raw bytes: what a client does wrong, and the exact error each time.</summary>
public sealed class Http2FramingTests
{
    private static readonly Frames Fresh = new();

    public static TheoryData<string, byte[], string> ConnectionErrors => new()
    {
        { "DATA without a stream", Frames.Data(0, "x"), "ProtocolError" },
        { "DATA on an idle stream", Frames.Data(1, "x"), "ProtocolError" },
        { "DATA whose padding is all of it", Frames.Of(FrameType.Data, FrameFlags.Padded, 1, 1), "ProtocolError" },
        { "DATA on a stream of the server's", Frames.Data(2, "x"), "ProtocolError" },
        { "HEADERS without a stream", Frames.Of(FrameType.Headers, 4, 0, 0x82), "ProtocolError" },
        { "HEADERS on an even stream", Frames.Of(FrameType.Headers, 5, 2, 0x82), "ProtocolError" },
        { "HEADERS whose padding is longer than they", Frames.Of(FrameType.Headers, 0xC, 1, 9, 0x82), "ProtocolError" },
        { "HEADERS padded without a length", Frames.Of(FrameType.Headers, 0xC, 1), "FrameSizeError" },
        { "HEADERS with half a priority", Frames.Of(FrameType.Headers, 0x24, 1, 0, 0, 0), "FrameSizeError" },
        { "HEADERS that cannot be decoded", Frames.Of(FrameType.Headers, 5, 1, 0xBE), "CompressionError" },
        { "PRIORITY without a stream", Frames.Of(FrameType.Priority, 0, 0, 0, 0, 0, 1, 1), "ProtocolError" },
        { "RST_STREAM without a stream", Frames.Reset(0), "ProtocolError" },
        { "RST_STREAM on an idle stream", Frames.Reset(1), "ProtocolError" },
        { "RST_STREAM of three bytes", Frames.Of(FrameType.RstStream, 0, 1, 0, 0, 0), "FrameSizeError" },
        { "SETTINGS on a stream", Frames.Of(FrameType.Settings, 0, 1), "ProtocolError" },
        { "SETTINGS of five bytes", Frames.Of(FrameType.Settings, 0, 0, 0, 1, 0, 0, 0), "FrameSizeError" },
        { "SETTINGS ACK with a payload", Frames.Of(FrameType.Settings, 1, 0, 0, 1, 0, 0, 0, 0), "FrameSizeError" },
        { "ENABLE_PUSH 2", Frames.Settings((2, 2)), "ProtocolError" },
        { "INITIAL_WINDOW_SIZE 2^31", Frames.Settings((4, 0x8000_0000)), "FlowControlError" },
        { "MAX_FRAME_SIZE 16383", Frames.Settings((5, 16_383)), "ProtocolError" },
        { "MAX_FRAME_SIZE 2^24", Frames.Settings((5, 1 << 24)), "ProtocolError" },
        { "ENABLE_CONNECT_PROTOCOL 2", Frames.Settings((8, 2)), "ProtocolError" },
        { "PUSH_PROMISE", Frames.Of(FrameType.PushPromise, 4, 1, 0, 0, 0, 2, 0x82), "ProtocolError" },
        { "PING on a stream", Frames.Of(FrameType.Ping, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8), "ProtocolError" },
        { "PING of six bytes", Frames.Of(FrameType.Ping, 0, 0, 1, 2, 3, 4, 5, 6), "FrameSizeError" },
        { "GOAWAY on a stream", Frames.Of(FrameType.GoAway, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0), "ProtocolError" },
        { "GOAWAY of four bytes", Frames.Of(FrameType.GoAway, 0, 0, 0, 0, 0, 0), "FrameSizeError" },
        { "WINDOW_UPDATE on an idle stream", Frames.WindowUpdate(1, 1), "ProtocolError" },
        { "WINDOW_UPDATE of 0 for the connection", Frames.WindowUpdate(0, 0), "ProtocolError" },
        { "WINDOW_UPDATE past 2^31 for the connection", Frames.WindowUpdate(0, 0x7FFF_FFFF), "FlowControlError" },
        { "WINDOW_UPDATE of three bytes", Frames.Of(FrameType.WindowUpdate, 0, 0, 0, 0, 1), "FrameSizeError" },
        { "CONTINUATION alone", Frames.Of(FrameType.Continuation, 4, 1, 0x82), "ProtocolError" },
        { "CONTINUATION after a complete head", [.. Fresh.Get(1), .. Frames.Of(FrameType.Continuation, 4, 1, 0x82)], "ProtocolError" },
        { "CONTINUATION of another stream", [.. Open(1), .. Frames.Of(FrameType.Continuation, 4, 3, 0x82)], "ProtocolError" },
        { "DATA inside a head", [.. Open(1), .. Frames.Data(1, "x")], "ProtocolError" },
        { "PING inside a head", [.. Open(1), .. Frames.Ping()], "ProtocolError" },
        { "An unknown frame inside a head", [.. Open(1), .. Frames.Of((FrameType)0xEE, 0, 0)], "ProtocolError" },
        { "HEADERS inside a head", [.. Open(1), .. Frames.Of(FrameType.Headers, 5, 3, 0x82)], "ProtocolError" },
        { "A frame longer than allowed", Frames.Of(FrameType.Data, 0, 1, new byte[16_385]), "FrameSizeError" },
        { "A stream identifier that shrinks", [.. new Frames().Get(5), .. Frames.Of(FrameType.Headers, 5, 3, 0x82)], "ProtocolError" },
        { "HEADERS on a closed stream", [.. new Frames().Get(1), .. Frames.Of(FrameType.Headers, 5, 1, 0x82)], "StreamClosed" },
    };

    [Theory]
    [MemberData(nameof(ConnectionErrors))]
    public void What_breaks_the_connection_is_answered_with_GOAWAY(string what, byte[] frames, string error)
    {
        var fixture = new Http2ServerFixture();

        fixture.Send(frames);

        Assert.True(fixture.Last.StartsWith("GOAWAY", StringComparison.Ordinal) && fixture.Last.EndsWith(" " + error, StringComparison.Ordinal), $"{what}: {fixture.Last}");
        Assert.NotNull(fixture.Client.Closed ?? (fixture.Client.EndOfStream ? Lateen.Engine.Transport.CloseReason.RemoteClosed : null));
        Assert.Equal(1, fixture.Server.Closed);
        Assert.Equal("400", Assert.Single(fixture.Server.Errors).Split(' ')[0]);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSX")]
    [InlineData("\u0016\u0003\u0001")]
    public void Another_preface_is_a_protocol_error(string bytes)
    {
        var fixture = new Http2ServerFixture(handshake: Encoding.Latin1.GetBytes(bytes));

        Assert.Equal("GOAWAY 0 ProtocolError", fixture.Last);
        Assert.Equal(1, fixture.Server.Closed);
    }

    [Fact]
    public void The_first_frame_must_be_SETTINGS()
    {
        var fixture = new Http2ServerFixture(handshake: [.. Encoding.ASCII.GetBytes(Frames.Preface), .. Frames.Ping()]);

        Assert.Equal("GOAWAY 0 ProtocolError", fixture.Last);
    }

    [Fact]
    public void A_request_that_is_complete_when_the_connection_breaks_was_heard()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = _ => { };

        fixture.Send(fixture.Frames.Get(1), Frames.Ping(flags: 0), Frames.Reset(0));

        Assert.Equal("GOAWAY 1 ProtocolError", fixture.Last);
        Assert.Equal(Http.StreamResetReason.ProtocolError, fixture.Server.Requests[0].Reset);
    }

    [Fact]
    public void A_ping_is_answered_and_an_unknown_frame_ignored()
    {
        var fixture = new Http2ServerFixture();

        fixture.Send(Frames.Of((FrameType)0x42, 0xFF, 9, 1, 2, 3), Frames.Ping());

        Assert.Equal(["PING ACK 0102030405060708"], fixture.Lines);
    }

    [Fact]
    public void Settings_are_acknowledged_and_unknown_ones_ignored()
    {
        var fixture = new Http2ServerFixture();

        fixture.Send(Frames.Settings((0x99, 7), (3, 100)));

        Assert.Equal(["SETTINGS ACK"], fixture.Lines);
    }

    [Fact]
    public void Settings_that_are_never_acknowledged_end_the_connection_after_ten_seconds()
    {
        var fixture = new Http2ServerFixture(handshake: [.. Encoding.ASCII.GetBytes(Frames.Preface), .. Frames.Settings()]);

        fixture.Network.Advance(TimeSpan.FromSeconds(9));
        Assert.Empty(fixture.Lines);
        fixture.Network.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal("GOAWAY 0 SettingsTimeout", fixture.Last);
    }

    [Fact]
    public void A_keep_alive_that_is_not_answered_ends_the_connection()
    {
        var fixture = new Http2ServerFixture(Http2Options.Default with { KeepAliveIntervalMicros = 5_000_000, KeepAliveTimeoutMicros = 1_000_000 });

        fixture.Network.Advance(TimeSpan.FromSeconds(5.5));
        Assert.Equal("PING 6c617465656e0001", fixture.Last);
        fixture.Network.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("GOAWAY 0 NoError", fixture.Last);
        Assert.Equal(1, fixture.Server.Codec.Stats[Http2Counter.KeepAliveTimeout]);
    }

    [Fact]
    public void A_head_in_many_frames_with_padding_and_priority_is_one_head()
    {
        var fixture = new Http2ServerFixture();
        byte[] block = fixture.Frames.Block(":method=GET", ":scheme=http", ":authority=a", ":path=/", "x-long=value");

        fixture.Send(
            Frames.Of(FrameType.Headers, 0x29, 1, [3, 0, 0, 0, 7, 1, .. block[..3], 0, 0, 0]),
            Frames.Of(FrameType.Continuation, 0, 1, block[3..9]),
            Frames.Of(FrameType.Continuation, 4, 1, block[9..]));

        Assert.Equal(":method=GET|:scheme=http|:authority=a|:path=/|x-long=value", fixture.Server.Requests[0].Head);
        Assert.Equal(["HEADERS 1 :status=200|content-length=2", "DATA 1 ok END"], fixture.Lines);
    }

    [Fact]
    public void Padding_of_DATA_is_not_data()
    {
        var fixture = new Http2ServerFixture();

        fixture.Send(fixture.Frames.Post(1), Frames.Of(FrameType.Data, 9, 1, [4, .. "body"u8, 0, 0, 0, 0]));

        Assert.Equal("body", fixture.Server.Requests[0].Body);
        Assert.True(fixture.Server.Requests[0].Complete);
    }

    [Fact]
    public void A_head_that_arrives_in_parts_is_announced_once()
    {
        var fixture = new Http2ServerFixture();
        byte[] head = fixture.Frames.Get(1);

        fixture.Send(head[..12]);
        fixture.Send(head[12..14]);
        Assert.True(fixture.Server.Codec.IsReadingHead);
        Assert.Equal(1, fixture.Server.Started);
        fixture.Send(head[14..]);

        Assert.False(fixture.Server.Codec.IsReadingHead);
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public void A_head_that_arrives_in_parts_and_is_refused_is_called_off_and_trailers_are_no_head()
    {
        var fixture = new Http2ServerFixture(Http2Options.Default with { MaxConcurrentStreams = 1 });
        byte[] head = fixture.Frames.Post(1);
        byte[] trailers = fixture.Frames.Headers(1, true, "x-end=1");
        fixture.Send(head, trailers[..10]);
        Assert.Equal((0, 0), (fixture.Server.Started, fixture.Server.Abandoned));
        fixture.Send(trailers[10..]);

        fixture.Server.Behaviour.WhenComplete = _ => { };
        fixture.Send(fixture.Frames.Get(3));
        byte[] refused = fixture.Frames.Get(5);
        fixture.Send(refused[..10]);
        fixture.Send(refused[10..]);

        Assert.Equal("RST_STREAM 5 RefusedStream", fixture.Last);
        Assert.Equal((1, 1), (fixture.Server.Started, fixture.Server.Abandoned));
    }

    [Fact]
    public void A_drain_says_goodbye_in_two_steps_and_takes_what_was_on_its_way()
    {
        var fixture = new Http2ServerFixture();

        fixture.Server.Codec.Drain();
        fixture.Send(fixture.Frames.Get(1));
        Assert.Equal("GOAWAY max NoError", fixture.Lines[0]);
        Assert.Equal("PING 6c617465656e0002", fixture.Lines[1]);
        Assert.Equal("DATA 1 ok END", fixture.Last);
        fixture.Send(Frames.Of(FrameType.Ping, 1, 0, Convert.FromHexString("6c617465656e0002")));

        Assert.Equal("GOAWAY 1 NoError", fixture.Last);
        Assert.Equal(1, fixture.Server.Closed);
    }

    [Fact]
    public void A_drain_does_not_wait_longer_than_five_seconds_for_the_answer()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = _ => { };
        fixture.Send(fixture.Frames.Get(1));

        fixture.Server.Codec.Drain();
        fixture.Network.Advance(TimeSpan.FromSeconds(6));
        fixture.Send(fixture.Frames.Get(3));

        Assert.Equal("GOAWAY 1 NoError", fixture.Last);
        Assert.Single(fixture.Server.Requests);
    }

    private static byte[] Open(int streamId) => Frames.Of(FrameType.Headers, FrameFlags.EndStream, streamId, 0x82);
}
