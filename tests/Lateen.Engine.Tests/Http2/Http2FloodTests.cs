namespace Lateen.Engine.Tests.Http2;

using Lateen.Engine.Http2;
using Lateen.Engine.Tests.Support;

/// <summary>RFC 9113 section 10.5 and the attacks of dataplane kind: each ends with ENHANCE_YOUR_CALM and its counter.</summary>
public sealed class Http2FloodTests
{
    [Fact]
    public void Rapid_reset_ends_the_connection_after_250_streams()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = _ => { };

        Repeat(fixture, 400, i => [.. fixture.Frames.Get(1 + (2 * i)), .. Frames.Reset(1 + (2 * i))]);

        AssertCalmed(fixture, Http2Counter.PrematureResetFlood);
        Assert.Equal(250, fixture.Server.Requests.Count);
        Assert.All(fixture.Server.Requests, r => Assert.Equal(Http.StreamResetReason.RemoteReset, r.Reset));
    }

    [Fact]
    public void Frames_beyond_a_turns_share_are_read_in_the_next_turns()
    {
        var fixture = new Http2ServerFixture(new Http2Options { MaxFramesPerTurn = 10 });
        byte[] flood = [.. Enumerable.Range(0, 95).SelectMany(_ => Frames.Ping())];
        long before = fixture.Loop.Stats.Turns;

        fixture.Send(flood, fixture.Frames.Get(1));

        Assert.InRange(fixture.Loop.Stats.Turns - before, 10, 100);
        Assert.Equal(95, fixture.Lines.Count(l => l.StartsWith("PING", StringComparison.Ordinal)));
        Assert.Single(fixture.Server.Requests);
    }

    [Fact]
    public void Resets_that_a_client_makes_us_send_count_alike()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = _ => { };

        Repeat(fixture, 400, i => [.. fixture.Frames.Get(1 + (2 * i)), .. Frames.WindowUpdate(1 + (2 * i), 0x7FFF_FFFF)]);

        AssertCalmed(fixture, Http2Counter.PrematureResetFlood);
        Assert.Equal(250, fixture.Server.Requests.Count);
    }

    [Fact]
    public void A_client_that_cancels_fewer_than_half_of_its_requests_goes_on()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenHeaders = request => request.Encoder.SendHeaders(TestRequest.Headers(":status=200"), endStream: false);
        fixture.Server.Behaviour.WhenComplete = request => request.Encoder.SendData(default, endStream: request.Head.Contains("full", StringComparison.Ordinal));

        Repeat(fixture, 1500, i => i % 3 == 0
            ? [.. fixture.Frames.Get(1 + (2 * i)), .. Frames.Reset(1 + (2 * i))]
            : fixture.Frames.Get(1 + (2 * i), true, "x=full"));

        Assert.False(fixture.Server.Codec.IsClosed);
        Assert.Equal(1500, fixture.Server.Requests.Count);
    }

    [Fact]
    public void Resets_of_requests_older_than_a_second_are_no_attack()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = _ => { };
        for (int round = 0; round < 10; round++)
        {
            int first = 1 + (200 * round);
            Repeat(fixture, 100, i => fixture.Frames.Get(first + (2 * i)));
            fixture.Network.Advance(TimeSpan.FromSeconds(2));
            Repeat(fixture, 100, i => Frames.Reset(first + (2 * i)));
        }

        Assert.False(fixture.Server.Codec.IsClosed);
    }

    [Fact]
    public void An_endless_header_block_ends_at_the_ninth_continuation()
    {
        var fixture = new Http2ServerFixture();

        fixture.Send(Frames.Of(FrameType.Headers, 1, 1, 0x82));
        Repeat(fixture, 9, _ => Frames.Of(FrameType.Continuation, 0, 1, 0x84));

        AssertCalmed(fixture, Http2Counter.TooManyHeaderFrames);
        Assert.Empty(fixture.Server.Requests);
    }

    [Fact]
    public void A_header_block_of_120_KiB_ends_the_connection_before_it_is_decoded()
    {
        var fixture = new Http2ServerFixture();

        fixture.Send(Frames.Of(FrameType.Headers, 1, 1, new byte[16_000]));
        Repeat(fixture, 8, _ => Frames.Of(FrameType.Continuation, 0, 1, new byte[16_000]));

        AssertCalmed(fixture, Http2Counter.HeaderOverflow);
    }

    [Fact]
    public void Empty_frames_end_the_connection_at_the_second()
    {
        var data = new Http2ServerFixture();
        data.Send(data.Frames.Post(1), Frames.Data(1, ""), Frames.Data(1, "x"), Frames.Data(1, ""), Frames.Data(1, "x"));
        Assert.False(data.Server.Codec.IsClosed);
        data.Send(Frames.Data(1, ""), Frames.Data(1, ""));
        AssertCalmed(data, Http2Counter.InboundEmptyFramesFlood);

        var padded = new Http2ServerFixture();
        padded.Send(padded.Frames.Post(1), Frames.Of(FrameType.Data, 8, 1, 2, 0, 0), Frames.Of(FrameType.Data, 8, 1, 2, 0, 0));
        AssertCalmed(padded, Http2Counter.InboundEmptyFramesFlood);

        var continuation = new Http2ServerFixture();
        continuation.Send(Frames.Of(FrameType.Headers, 0, 1), Frames.Of(FrameType.Continuation, 0, 1));
        AssertCalmed(continuation, Http2Counter.InboundEmptyFramesFlood);
    }

    [Theory]
    [InlineData("PING")]
    [InlineData("SETTINGS")]
    public void A_flood_of_control_frames_that_want_answers_ends_the_connection(string kind)
    {
        var fixture = new Http2ServerFixture();
        fixture.Client.Connection?.PauseReading();
        fixture.Network.SocketBufferBytes = 100_000;

        Repeat(fixture, 1_010, _ => kind == "PING" ? Frames.Ping() : Frames.Settings());
        fixture.Client.Connection?.ResumeReading();
        fixture.Network.RunUntilIdle();

        Assert.Equal("GOAWAY 0 EnhanceYourCalm", fixture.Last);
    }

    [Fact]
    public void Control_answers_that_nobody_reads_are_bounded()
    {
        var fixture = new Http2ServerFixture(Http2Options.Default with { MaxGlitches = 1_000_000 });
        fixture.Network.SocketBufferBytes = 1_000;
        fixture.Client.Connection?.PauseReading();

        Repeat(fixture, 3_000, _ => Frames.Ping());

        Assert.Equal(1, fixture.Server.Codec.Stats[Http2Counter.OutboundControlFlood]);
        Assert.True(fixture.Server.Codec.IsClosed);
    }

    [Fact]
    public void Responses_that_nobody_reads_are_bounded()
    {
        var fixture = new Http2ServerFixture(Http2Options.Default with { MaxOutboundFrames = 500 });
        fixture.Network.SocketBufferBytes = 1_000;
        fixture.Client.Connection?.PauseReading();

        Repeat(fixture, 600, i => fixture.Frames.Get(1 + (2 * i)));

        Assert.Equal(1, fixture.Server.Codec.Stats[Http2Counter.OutboundFlood]);
        Assert.True(fixture.Server.Codec.IsClosed);
    }

    [Fact]
    public void Pings_at_a_hundred_a_second_are_no_flood()
    {
        var fixture = new Http2ServerFixture();
        for (int second = 0; second < 60; second++)
        {
            Repeat(fixture, 100, _ => Frames.Ping());
            fixture.Network.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.False(fixture.Server.Codec.IsClosed);
    }

    [Fact]
    public void Priority_frames_are_limited_by_the_streams_opened()
    {
        var fixture = new Http2ServerFixture();
        fixture.Send(fixture.Frames.Get(1));

        Repeat(fixture, 200, i => Frames.Of(FrameType.Priority, 0, 3 + (2 * i), 0, 0, 0, 1, 0));
        Assert.False(fixture.Server.Codec.IsClosed);
        fixture.Send(Frames.Of(FrameType.Priority, 0, 3, 0, 0, 0, 1, 0));

        AssertCalmed(fixture, Http2Counter.InboundPriorityFramesFlood);
    }

    [Fact]
    public void Window_updates_are_limited_by_the_data_sent()
    {
        var fixture = new Http2ServerFixture();
        fixture.Server.Behaviour.WhenComplete = _ => { };
        fixture.Send(fixture.Frames.Get(1));

        Repeat(fixture, 7, _ => Frames.WindowUpdate(1, 1));
        Assert.False(fixture.Server.Codec.IsClosed);
        fixture.Send(Frames.WindowUpdate(1, 1));

        AssertCalmed(fixture, Http2Counter.InboundWindowUpdateFramesFlood);
    }

    [Theory]
    [InlineData("unknown")]
    [InlineData("ping ack")]
    [InlineData("settings ack")]
    [InlineData("goaway")]
    [InlineData("reset of a closed stream")]
    [InlineData("refused streams")]
    public void Frames_that_bring_nothing_use_the_budget_up(string kind)
    {
        var fixture = new Http2ServerFixture(Http2Options.Default with { MaxConcurrentStreams = 0 });

        Repeat(fixture, 1_001, i => kind switch
        {
            "unknown" => Frames.Of((FrameType)0x42, 0, 0),
            "ping ack" => Frames.Ping(flags: 1),
            "settings ack" => Frames.SettingsAck(),
            "goaway" => Frames.GoAway(0),
            "refused streams" => fixture.Frames.Get(1 + (2 * i)),
            _ => i == 0 ? fixture.Frames.Get(1) : Frames.Reset(1),
        });

        AssertCalmed(fixture, Http2Counter.InboundGlitchFlood);
    }

    [Fact]
    public void Ten_thousand_streams_that_end_at_once_cost_no_more_than_their_number()
    {
        Http2Options options = Http2Options.Default with { MaxConcurrentStreams = 10_000 };
        var fixture = new Http2ServerFixture(options);
        fixture.Server.Behaviour.WhenComplete = _ => { };
        Repeat(fixture, 10_000, i => fixture.Frames.Get(1 + (2 * i)));
        Assert.Equal(10_000, fixture.Server.Codec.ActiveStreams);

        long start = Environment.TickCount64;
        fixture.Client.Connection?.Close(Lateen.Engine.Transport.CloseMode.Reset);
        fixture.Network.RunUntilIdle();

        Assert.Equal(0, fixture.Server.Codec.ActiveStreams);
        Assert.All(fixture.Server.Requests, r => Assert.NotNull(r.Reset));
        Assert.True(Environment.TickCount64 - start < 1_000);
    }

    [Fact]
    public void A_connection_that_asks_for_much_at_once_lets_the_others_have_their_turn()
    {
        var network = new Lateen.Engine.Simulation.SimulatedNetwork();
        Lateen.Engine.Simulation.SimulatedLoop loop = network.CreateLoop();
        var order = new List<string>();
        Lateen.Engine.Transport.SocketAddress address = Lateen.Engine.Transport.SocketAddress.V4(0x0A00_0001, 80);
        loop.Listen(address, default, new DelegateAcceptHandler(connection =>
        {
            var server = new Http2TestServer(Http2Options.Default with { MaxConcurrentStreams = 1000 });
            server.Behaviour.WhenHeaders = request => order.Add(request.Head.Contains("x-other", StringComparison.Ordinal) ? "other" : "busy");
            server.Codec.Attach(connection);
        }));
        RawHandler[] clients = [new(), new()];
        byte[] handshake = [.. System.Text.Encoding.ASCII.GetBytes(Frames.Preface), .. Frames.Settings(), .. Frames.SettingsAck()];
        foreach (RawHandler client in clients)
        {
            client.Connection = loop.Connect(address, default, client);
            client.Connection.Write(handshake);
        }

        network.RunUntilIdle();
        var busy = new Frames();

        clients[0].Connection?.Write(Enumerable.Range(0, 250).SelectMany(i => busy.Get(1 + (2 * i))).ToArray());
        clients[1].Connection?.Write(new Frames().Get(1, true, "x-other=1"));
        network.RunUntilIdle();

        Assert.Equal(251, order.Count);
        Assert.InRange(order.IndexOf("other"), 0, 200);
    }

    [Fact]
    public void Random_frames_never_do_worse_than_end_their_connection()
    {
        for (int seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var fixture = new Http2ServerFixture(chunkBytes: random.Next(0, 40));
            for (int i = 0; i < 60 && !fixture.Server.Codec.IsClosed; i++)
            {
                fixture.Send(RandomFrame(random, fixture.Frames));
            }

            fixture.Client.Connection?.Close(Lateen.Engine.Transport.CloseMode.Reset);
            fixture.Network.RunUntilIdle();
            fixture.Network.Advance(TimeSpan.FromSeconds(2));

            Assert.Equal(0, fixture.Server.Codec.ActiveStreams);
            Assert.Equal(1, fixture.Server.Closed);
            Assert.All(fixture.Server.Requests, r => Assert.True(r.Complete || r.Reset is not null, $"seed {seed}"));
            Assert.Equal(0, fixture.Loop.Buffers.LentBytes);
        }
    }

    private static byte[] RandomFrame(Random random, Frames frames)
    {
        int stream = random.Next(0, 8);
        switch (random.Next(9))
        {
            case 0:
                return frames.Get(1 + (2 * random.Next(0, 20)), random.Next(2) == 0, "x=1");
            case 1:
                return Frames.Data(stream, new string('x', random.Next(0, 100)), random.Next(2) == 0);
            case 2:
                return Frames.Reset(stream);
            case 3:
                return Frames.WindowUpdate(stream, (uint)random.Next());
            case 4:
                return frames.Headers(stream, true, "x-end=1");
            default:
                byte[] payload = new byte[random.Next(0, 40)];
                random.NextBytes(payload);
                return Frames.Of((FrameType)random.Next(0, 11), (byte)random.Next(0, 64), stream, payload);
        }
    }

    private static void Repeat(Http2ServerFixture fixture, int count, Func<int, byte[]> frame)
    {
        for (int i = 0; i < count && !fixture.Server.Codec.IsClosed; i++)
        {
            fixture.Send(frame(i));
        }
    }

    private static void AssertCalmed(Http2ServerFixture fixture, Http2Counter counter)
    {
        Assert.StartsWith("GOAWAY", fixture.Last, StringComparison.Ordinal);
        Assert.EndsWith("EnhanceYourCalm", fixture.Last, StringComparison.Ordinal);
        Assert.Equal(1, fixture.Server.Codec.Stats[counter]);
        Assert.Equal(1, fixture.Server.Closed);
    }
}
