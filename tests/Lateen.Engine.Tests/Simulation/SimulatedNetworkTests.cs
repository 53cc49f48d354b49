namespace Lateen.Engine.Tests.Simulation;

using System.Text;
using Lateen.Engine.Loop;
using Lateen.Engine.Simulation;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

public sealed class SimulatedNetworkTests
{
    private static readonly SocketAddress Address = SocketAddress.V4(0x0A00_0001, 80);

    [Fact]
    public void The_same_seed_gives_the_same_run()
    {
        Assert.Equal(Transcript(5), Transcript(5));
        Assert.NotEqual(Transcript(5), Transcript(6));
    }

    [Fact]
    public void Latency_passes_before_bytes_arrive()
    {
        var pair = new Pair();
        pair.Network.LatencyMicros = 5_000;

        pair.Client.Connection?.Write("x"u8);
        pair.Network.Advance(TimeSpan.FromMilliseconds(4));
        Assert.Equal("", pair.Server.Received);
        pair.Network.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("x", pair.Server.Received);
    }

    [Fact]
    public void Nobody_listening_is_a_refusal()
    {
        var network = new SimulatedNetwork();
        var client = new RawHandler();

        network.CreateLoop().Connect(Address, default, client);
        Assert.Null(client.Failure);
        network.RunUntilIdle();

        Assert.Equal(ConnectFailure.Refused, client.Failure);
        Assert.Null(client.Closed);
    }

    [Fact]
    public void An_unreachable_address_fails_as_such()
    {
        var network = new SimulatedNetwork();
        network.MakeUnreachable(Address);
        var client = new RawHandler();

        network.CreateLoop().Connect(Address, default, client);
        network.RunUntilIdle();

        Assert.Equal(ConnectFailure.Unreachable, client.Failure);
    }

    [Fact]
    public void A_redirected_connection_knows_its_original_destination()
    {
        var network = new SimulatedNetwork();
        SimulatedLoop proxy = network.CreateLoop();
        SimulatedLoop app = network.CreateLoop();
        SocketAddress capture = SocketAddress.V4(0, 15001);
        app.Redirect = _ => SocketAddress.V4(0x7F00_0001, 15001);
        SocketAddress seen = default;
        bool direct = true;
        proxy.Listen(capture, default, new DelegateAcceptHandler(c =>
        {
            c.Handler = new RawHandler();
            direct = !c.TryGetOriginalDestination(out seen);
        }));

        app.Connect(Address, default, new RawHandler());
        network.RunUntilIdle();
        Assert.False(direct);
        Assert.Equal(Address, seen);

        app.Redirect = null;
        app.Connect(SocketAddress.V4(0x7F00_0001, 15001), default, new RawHandler());
        network.RunUntilIdle();
        Assert.True(direct);
    }

    [Fact]
    public void The_source_address_is_the_one_asked_for()
    {
        var network = new SimulatedNetwork();
        SimulatedLoop loop = network.CreateLoop();
        SocketAddress peer = default;
        loop.Listen(Address, default, new DelegateAcceptHandler(c =>
        {
            c.Handler = new RawHandler();
            peer = c.RemoteAddress;
        }));

        loop.Connect(Address, new ConnectOptions { BindAddress = SocketAddress.V4(0x7F00_0006, 0) }, new RawHandler());
        network.RunUntilIdle();

        Assert.Equal(0x7F00_0006u, peer.V4Bits);
        Assert.NotEqual(0, peer.Port);
    }

    [Fact]
    public void Unconsumed_bytes_come_again_in_front_of_the_next()
    {
        var pair = new Pair();
        pair.Server.Consume = length => length < 4 ? 0 : 4;

        pair.Send("abc");
        Assert.Equal("", pair.Server.Received);
        pair.Send("def");

        Assert.Equal("abcd", pair.Server.Received);
        Assert.True(pair.Loop.Buffers.LentBytes > 0);
        pair.Send("gh");
        Assert.Equal("abcdefgh", pair.Server.Received);
        Assert.Equal(0, pair.Loop.Buffers.LentBytes);
    }

    [Fact]
    public void A_new_handler_gets_what_the_last_one_left()
    {
        var pair = new Pair();
        var next = new RawHandler();
        pair.Server.Consume = _ => 0;
        pair.Server.WhenData = c => c.Handler = next;

        pair.Send("hello");

        Assert.Equal("", pair.Server.Received);
        Assert.Equal("hello", next.Received);
    }

    [Fact]
    public void Pausing_and_resuming_within_one_delivery_presents_the_rest_again()
    {
        var pair = new Pair();
        pair.Server.Consume = length => pair.Server.DataCalls == 1 ? 1 : length;
        pair.Server.WhenData = c =>
        {
            c.PauseReading();
            c.ResumeReading();
            pair.Server.WhenData = null;
        };

        pair.Send("hello");

        Assert.Equal("hello", pair.Server.Received);
    }

    [Fact]
    public void Half_close_leaves_the_other_direction_open()
    {
        var pair = new Pair();

        pair.Client.Connection?.Write("question"u8);
        pair.Client.Connection?.ShutdownWrite();
        pair.Network.RunUntilIdle();
        Assert.True(pair.Server.EndOfStream);
        pair.Server.Connection?.Write("answer"u8);
        pair.Network.RunUntilIdle();

        Assert.Equal("answer", pair.Client.Received);
        Assert.Null(pair.Client.Closed);
    }

    [Fact]
    public void A_reset_reaches_the_peer()
    {
        var pair = new Pair();

        pair.Server.Connection?.Close(CloseMode.Reset);
        pair.Network.RunUntilIdle();

        Assert.Equal(CloseReason.RemoteReset, pair.Client.Closed);
        Assert.Equal(CloseReason.Local, pair.Server.Closed);
    }

    [Fact]
    public void A_flushing_close_delivers_everything_first()
    {
        var pair = new Pair();
        string text = new('x', 1_000_000);

        pair.Server.Connection?.Write(Encoding.ASCII.GetBytes(text));
        pair.Server.Connection?.Close(CloseMode.Flush);
        pair.Network.RunUntilIdle();

        Assert.Equal(text.Length, pair.Client.ReceivedBytes);
        Assert.True(pair.Client.EndOfStream);
        Assert.Equal(1, pair.Server.ClosedCalls);
    }

    [Fact]
    public void A_flushing_close_waits_only_briefly_for_the_peer()
    {
        var pair = new Pair();
        long open = pair.Loop.Stats.OpenSockets;

        pair.Server.Connection?.Close(CloseMode.Flush);
        pair.Network.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Equal(open, pair.Loop.Stats.OpenSockets);
        pair.Network.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(open - 1, pair.Loop.Stats.OpenSockets);
    }

    [Fact]
    public void A_slow_reader_blocks_the_writer_and_drains_it_again()
    {
        var pair = new Pair();
        pair.Server.Connection?.PauseReading();
        byte[] block = new byte[100_000];

        for (int i = 0; i < 20; i++)
        {
            pair.Client.Connection?.Write(block);
        }

        pair.Network.RunUntilIdle();
        Assert.Equal(1, pair.Client.Blocked);
        Assert.Equal(0, pair.Client.Drained);
        pair.Server.Connection?.ResumeReading();
        pair.Network.RunUntilIdle();

        Assert.Equal(1, pair.Client.Drained);
        Assert.Equal(2_000_000, pair.Server.ReceivedBytes);
        Assert.Equal(0, pair.Loop.Buffers.LentBytes);
    }

    [Fact]
    public void An_exception_in_a_handler_surfaces_in_the_test()
    {
        var pair = new Pair();
        pair.Server.WhenData = _ => throw new InvalidOperationException("boom");

        Assert.Throws<InvalidOperationException>(() => pair.Send("x"));
        pair.Network.RunUntilIdle();

        Assert.Equal(CloseReason.RemoteReset, pair.Client.Closed);
    }

    [Fact]
    public void A_connection_that_finds_no_buffer_is_closed_and_counted()
    {
        var pair = new Pair(new LoopOptions { BufferLimitBytes = 64 * 1024 });
        pair.Server.Connection?.PauseReading();

        for (int i = 0; i < 10; i++)
        {
            pair.Client.Connection?.Write(new byte[100_000]);
        }

        pair.Network.RunUntilIdle();

        Assert.Equal(CloseReason.Error, pair.Client.Closed);
        Assert.Equal(1, pair.Loop.Stats.BufferOverflows);
        Assert.Equal(0, pair.Loop.Buffers.LentBytes);
    }

    private static string Transcript(ulong seed)
    {
        var network = new SimulatedNetwork(seed) { RandomChunks = true, LatencyMicros = 700 };
        SimulatedLoop loop = network.CreateLoop();
        var text = new StringBuilder();
        loop.Listen(Address, default, new DelegateAcceptHandler(c => c.Handler = new RawHandler
        {
            Consume = length =>
            {
                text.Append(network.NowMicros).Append(':').Append(length).Append(' ');
                return length;
            },
        }));
        var client = new RawHandler { WhenConnected = c => c.Write(new byte[5000]) };
        loop.Connect(Address, default, client);
        network.Advance(TimeSpan.FromSeconds(1));
        return text.Append(loop.Random.NextUInt64()).ToString();
    }

    private sealed class Pair
    {
        public Pair(LoopOptions? options = null)
        {
            Loop = Network.CreateLoop(options);
            Loop.Listen(Address, default, new DelegateAcceptHandler(c =>
            {
                Server.Connection = c;
                c.Handler = Server;
            }));
            Client.Connection = Loop.Connect(Address, default, Client);
            Network.RunUntilIdle();
        }

        public SimulatedNetwork Network { get; } = new();

        public SimulatedLoop Loop { get; }

        public RawHandler Client { get; } = new();

        public RawHandler Server { get; } = new();

        public void Send(string text)
        {
            Client.Connection?.Write(Encoding.ASCII.GetBytes(text));
            Network.RunUntilIdle();
        }
    }
}
