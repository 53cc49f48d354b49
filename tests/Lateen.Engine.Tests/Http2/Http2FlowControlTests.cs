namespace Lateen.Engine.Tests.Http2;

using System.Text;
using Lateen.Engine.Http2;

/// <summary>RFC 9113 section 6.9, by bytes.</summary>
public sealed class Http2FlowControlTests
{
    [Fact]
    public void No_more_is_sent_than_the_stream_and_the_connection_allow()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = request => request.Respond(200, new string('x', 100_000));

        fixture.Send(fixture.Frames.Get(1));
        Assert.Equal(65_535, fixture.DataBytes);
        fixture.Send(Frames.WindowUpdate(1, 20_000));
        Assert.Equal(65_535, fixture.DataBytes);
        fixture.Send(Frames.WindowUpdate(0, 5_000));
        Assert.Equal(70_535, fixture.DataBytes);
        fixture.Send(Frames.WindowUpdate(0, 100_000));
        Assert.Equal(85_535, fixture.DataBytes);
        fixture.Send(Frames.WindowUpdate(1, 100_000));

        Assert.Equal(100_000, fixture.DataBytes);
        Assert.EndsWith("END", fixture.Last, StringComparison.Ordinal);
        Assert.Equal(0, fixture.Server.Codec.ActiveStreams);
    }

    [Fact]
    public void Streams_that_wait_for_the_connection_take_turns_a_frame_each()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = request => request.Respond(200, new string('x', 60_000));
        fixture.Send(Frames.WindowUpdate(0, 1), fixture.Frames.Get(1), fixture.Frames.Get(3), fixture.Frames.Get(5));
        int before = fixture.Lines.Count;

        fixture.Send(Frames.WindowUpdate(0, 100_000));

        Assert.Equal(
            ["DATA 3", "DATA 5", "DATA 3", "DATA 5", "DATA 3", "DATA 5"],
            fixture.Lines.Skip(before).Take(6).Select(l => l[..6]));
    }

    [Fact]
    public void A_smaller_initial_window_may_make_windows_negative_and_they_recover()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = request => request.Respond(200, new string('x', 70_000));
        fixture.Send(Frames.WindowUpdate(0, 100_000), fixture.Frames.Get(1));
        Assert.Equal(65_535, fixture.DataBytes);

        fixture.Send(Frames.Settings((4, 1_000)));
        fixture.Send(Frames.WindowUpdate(1, 64_535));
        Assert.Equal(65_535, fixture.DataBytes);
        fixture.Send(Frames.WindowUpdate(1, 10));
        Assert.Equal(65_545, fixture.DataBytes);
        fixture.Send(Frames.Settings((4, 65_535)));

        Assert.Equal(70_000, fixture.DataBytes);
    }

    [Fact]
    public void A_window_of_zero_holds_a_body_and_not_its_head()
    {
        var fixture = new Http2ServerFixture();
        fixture.Send(Frames.Settings((4, 0)));

        fixture.Send(fixture.Frames.Get(1));
        Assert.Equal("HEADERS 1 :status=200|content-length=2", fixture.Last);
        fixture.Send(Frames.WindowUpdate(1, 1));
        Assert.Equal("DATA 1 o", fixture.Last);
        fixture.Send(Frames.WindowUpdate(1, 1));

        Assert.Equal("DATA 1 k END", fixture.Last);
    }

    [Fact]
    public void Trailers_wait_for_the_data_before_them()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = request =>
        {
            request.Encoder.SendHeaders(Support.TestRequest.Headers(":status=200"), endStream: false);
            request.Encoder.SendData("data"u8, endStream: false);
            request.Encoder.SendTrailers(Support.TestRequest.Headers("x-end=1"));
        };
        fixture.Send(Frames.Settings((4, 0)));

        fixture.Send(fixture.Frames.Get(1));
        Assert.Single(fixture.Lines, l => l.StartsWith("HEADERS", StringComparison.Ordinal));
        fixture.Send(Frames.WindowUpdate(1, 4));

        Assert.Equal("DATA 1 data", fixture.Lines[^2]);
        Assert.Equal(2, fixture.Lines.Count(l => l.StartsWith("HEADERS", StringComparison.Ordinal)) + 0);
    }

    [Fact]
    public void More_than_our_windows_is_an_error_of_the_stream_or_of_the_connection()
    {
        var stream = new Http2ServerFixture(Http2Options.Default with { InitialStreamWindowBytes = 65_535 });
        stream.Server.Behaviour.WhenHeaders = request => request.Encoder.PauseReading();
        stream.Send([stream.Frames.Post(1), .. Enumerable.Repeat(Frames.Data(1, new string('x', 16_000)), 5)]);
        Assert.Equal("RST_STREAM 1 FlowControlError", stream.Last);

        var connection = new Http2ServerFixture(Http2Options.Default with { InitialStreamWindowBytes = 1 << 20, InitialConnectionWindowBytes = 65_535 });
        connection.Server.Behaviour.WhenHeaders = request => request.Encoder.PauseReading();
        connection.Send([connection.Frames.Post(1), .. Enumerable.Repeat(Frames.Data(1, new string('x', 16_000)), 5)]);
        Assert.Equal("GOAWAY 1 FlowControlError", connection.Last);
    }

    [Fact]
    public void Windows_are_given_back_in_halves()
    {
        var fixture = new Http2ServerFixture(Http2Options.Default with { InitialStreamWindowBytes = 65_535, InitialConnectionWindowBytes = 65_535 });

        fixture.Send([fixture.Frames.Post(1), .. Enumerable.Repeat(Frames.Data(1, new string('x', 16_000)), 3)]);

        Assert.Equal(["WINDOW_UPDATE 0 48000", "WINDOW_UPDATE 1 48000"], fixture.Lines);
    }

    [Fact]
    public void Data_of_closed_streams_still_counts_against_the_connection_and_is_given_back()
    {
        var fixture = new Http2ServerFixture(Http2Options.Default with { InitialConnectionWindowBytes = 65_535 });
        fixture.Server.Behaviour.WhenHeaders = request => request.Encoder.Reset(Http.StreamResetReason.LocalReset);
        fixture.Send(fixture.Frames.Post(1));

        fixture.Send([.. Enumerable.Repeat(Frames.Data(1, new string('x', 16_000)), 12)]);

        Assert.False(fixture.Server.Codec.IsClosed);
        Assert.Equal(4, fixture.Lines.Count(l => l.StartsWith("WINDOW_UPDATE 0", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0u, "ProtocolError")]
    [InlineData(0x7FFF_FFFFu, "FlowControlError")]
    public void A_wrong_increment_of_a_stream_resets_it(uint increment, string error)
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = _ => { };

        fixture.Send(fixture.Frames.Get(1), Frames.WindowUpdate(1, increment));

        Assert.Equal($"RST_STREAM 1 {error}", fixture.Last);
        Assert.Equal(Http.StreamResetReason.ProtocolError, fixture.Server.Requests[0].Reset);
    }

    [Fact]
    public void An_initial_window_that_overflows_a_stream_ends_the_connection()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = _ => { };

        fixture.Send(fixture.Frames.Get(1), Frames.WindowUpdate(1, 100), Frames.Settings((4, 0x7FFF_FFFF)));

        Assert.Equal("GOAWAY 1 FlowControlError", fixture.Last);
    }

    [Fact]
    public void A_response_that_nobody_takes_is_dropped_after_five_minutes()
    {
        var fixture = new Http2ServerFixture();
        fixture.Send(Frames.Settings((4, 0)), fixture.Frames.Get(1));

        fixture.Network.Advance(TimeSpan.FromMinutes(4));
        Assert.Equal(1, fixture.Server.Codec.ActiveStreams);
        fixture.Network.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal("RST_STREAM 1 Cancel", fixture.Last);
        Assert.Equal(0, fixture.Server.Codec.ActiveStreams);
        Assert.Equal(1, fixture.Server.Codec.Stats[Http2Counter.TxFlushTimeout]);
        Assert.Equal(0, fixture.Server.Codec.Stats[Http2Counter.PendingSendBytes]);
    }

    [Fact]
    public void A_client_that_reads_nothing_stops_its_producers()
    {
        var fixture = new Http2ServerFixture();
        fixture.Network.SocketBufferBytes = 64 * 1024;
        fixture.Server.Behaviour.WhenComplete = _ => { };
        fixture.Send(Frames.Settings((4, 10_000_000)), Frames.WindowUpdate(0, 10_000_000));
        fixture.Client.Connection?.PauseReading();
        fixture.Send(fixture.Frames.Get(1));
        Support.TestRequest request = fixture.Server.Requests[0];

        request.Encoder.SendHeaders(Support.TestRequest.Headers(":status=200"), endStream: false);
        for (int i = 0; i < 100; i++)
        {
            request.Encoder.SendData(Encoding.Latin1.GetBytes(new string('x', 10_000)), endStream: i == 99);
            fixture.Network.RunUntilIdle();
        }

        Assert.True(fixture.Server.Codec.Connection?.PendingWriteBytes <= 160 * 1024);
        fixture.Client.Connection?.ResumeReading();
        fixture.Network.RunUntilIdle();
        Assert.Equal(1_000_000, fixture.DataBytes);
        Assert.EndsWith("END", fixture.Last, StringComparison.Ordinal);
    }

    [Fact]
    public void A_close_lets_the_answers_that_are_given_leave_first()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = request =>
        {
            if (fixture.Server.Requests.Count == 1)
            {
                request.Respond(200, new string('x', 70_000));
            }
        };
        fixture.Send(fixture.Frames.Get(1), fixture.Frames.Get(3));

        fixture.Server.Codec.Close(Lateen.Engine.Transport.CloseMode.Flush);
        fixture.Send(fixture.Frames.Get(5));
        Assert.Equal(["RST_STREAM 3 InternalError", "GOAWAY 3 NoError"], fixture.Lines.TakeLast(2));
        Assert.Equal(Http.StreamResetReason.ConnectionTermination, fixture.Server.Requests[1].Reset);
        Assert.Equal(0, fixture.Server.Closed);
        fixture.Send(Frames.WindowUpdate(0, 10_000), Frames.WindowUpdate(1, 10_000));

        Assert.Equal(70_000, fixture.DataBytes);
        Assert.Equal(2, fixture.Server.Requests.Count);
        Assert.Equal(1, fixture.Server.Closed);
    }
}
