namespace Lateen.Engine.Tests.Transport;

using System.Net;
using System.Net.Sockets;
using System.Text;
using Lateen.Engine.Loop;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;
using SocketAddress = Lateen.Engine.Transport.SocketAddress;

/// <summary>What holds for connections over real sockets, whatever the kernel interface.</summary>
public abstract class SocketConnectionTests(LoopBackend backend)
{
    private static readonly SocketAddress AnyPort = SocketAddress.V4(0x7F00_0001, 0);

    [Fact]
    public void Bytes_travel_both_ways_over_loopback()
    {
        using var pair = new Pair(backend);

        pair.Send(pair.Client, "ping");
        pair.Until(() => pair.Server.Received == "ping");
        pair.Send(pair.Server, "pong");
        pair.Until(() => pair.Client.Received == "pong");

        Assert.Equal(pair.Listening, pair.Client.Connection?.RemoteAddress);
        Assert.Equal(pair.Client.Connection?.LocalAddress, pair.Server.Connection?.RemoteAddress);
    }

    [Fact]
    public void An_unredirected_connection_has_no_original_destination()
    {
        using var pair = new Pair(backend);

        Assert.False(pair.Fixture.OnLoop(_ => pair.Server.Connection?.TryGetOriginalDestination(out SocketAddress _)));
    }

    [Fact]
    public void Ipv6_works_as_ipv4_does()
    {
        using var pair = new Pair(backend, SocketAddress.V6(1, 0));

        pair.Send(pair.Client, "six");
        pair.Until(() => pair.Server.Received == "six");

        Assert.True(pair.Server.Connection?.RemoteAddress.IsV6);
    }

    [Fact]
    public void Clients_in_the_queue_of_a_listener_that_closes_are_served()
    {
        using var fixture = new LoopbackFixture(backend);
        var accepted = new List<RawHandler>();
        ListenSocket listener = fixture.OnLoop(loop => loop.Listen(AnyPort, default, new DelegateAcceptHandler(connection =>
        {
            accepted.Add(new RawHandler { Connection = connection });
            connection.Handler = accepted[^1];
        })));
        fixture.OnLoop(_ => Assert.True(listener.TryPause()));
        var address = new IPEndPoint(IPAddress.Loopback, listener.LocalAddress.Port);
        List<TcpClient> clients = [.. Enumerable.Range(0, 10).Select(_ => new TcpClient())];
        clients.ForEach(client => client.Connect(address));

        fixture.OnLoop(_ => listener.Close());

        clients.ForEach(static client => client.Client.Send("late"u8));
        fixture.Until(() => accepted.Count == 10 && accepted.TrueForAll(static each => each.Received == "late"));
        clients.ForEach(static client => client.Dispose());
    }

    [Fact]
    public void Half_close_leaves_the_other_direction_open()
    {
        using var pair = new Pair(backend);

        pair.Fixture.OnLoop(_ =>
        {
            pair.Client.Connection?.Write("question"u8);
            pair.Client.Connection?.ShutdownWrite();
        });
        pair.Until(() => pair.Server.EndOfStream);
        pair.Send(pair.Server, "answer");
        pair.Until(() => pair.Client.Received == "answer");

        Assert.Equal("question", pair.Server.Received);
    }

    [Fact]
    public void A_reset_is_told_apart_from_a_close()
    {
        using var pair = new Pair(backend);

        pair.Fixture.OnLoop(_ => pair.Client.Connection?.Close(CloseMode.Reset));
        pair.Until(() => pair.Server.Closed is not null);

        Assert.Equal(CloseReason.RemoteReset, pair.Server.Closed);
        Assert.False(pair.Server.EndOfStream);
    }

    [Fact]
    public void A_reset_is_noticed_while_reading_is_paused()
    {
        using var pair = new Pair(backend);
        pair.Fixture.OnLoop(_ => pair.Server.Connection?.PauseReading());

        pair.Fixture.OnLoop(_ => pair.Client.Connection?.Close(CloseMode.Reset));
        pair.Until(() => pair.Server.Closed is not null);

        Assert.Equal(CloseReason.RemoteReset, pair.Server.Closed);
    }

    [Fact]
    public void A_reset_after_a_half_close_is_noticed()
    {
        using var pair = new Pair(backend);

        pair.Fixture.OnLoop(_ => pair.Client.Connection?.ShutdownWrite());
        pair.Until(() => pair.Server.EndOfStream);
        pair.Fixture.OnLoop(_ => pair.Client.Connection?.Close(CloseMode.Reset));
        pair.Until(() => pair.Server.Closed is not null);

        Assert.Equal(CloseReason.RemoteReset, pair.Server.Closed);
    }

    [Fact]
    public void A_connect_that_is_not_answered_ends_by_its_limit_or_by_its_owner()
    {
        using var fixture = new LoopbackFixture(backend);

        // A backlog that is full: the kernel leaves what comes then without an answer.
        using var deaf = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        SocketAddress address = AnyPort.WithPort((deaf.LocalEndPoint as IPEndPoint)?.Port ?? 0);
        var first = new RawHandler();
        var limited = new RawHandler();
        var given = new RawHandler();
        fixture.OnLoop(loop => loop.Connect(address, default, first));
        fixture.Until(() => first.Connected);

        fixture.OnLoop(loop =>
        {
            limited.Connection = loop.Connect(address, new ConnectOptions { TimeoutMicros = 20_000 }, limited);
            given.Connection = loop.Connect(address, default, given);
        });
        fixture.Until(() => limited.Failure is not null);
        fixture.OnLoop(_ => given.Connection?.Close(CloseMode.NoFlush));
        fixture.Until(() => fixture.Worker.Loop.Stats.OpenSockets == 1);

        Assert.Equal(ConnectFailure.TimedOut, limited.Failure);
        Assert.Equal(CloseReason.Local, given.Closed);
        Assert.False(given.Connected);
    }

    [Fact]
    public void A_slow_reader_blocks_the_writer_and_loses_nothing()
    {
        using var pair = new Pair(backend);
        pair.Fixture.OnLoop(_ => pair.Server.Connection?.PauseReading());
        const int Blocks = 200;

        pair.Fixture.OnLoop(_ =>
        {
            for (int i = 0; i < Blocks; i++)
            {
                pair.Client.Connection?.Write(new byte[100_000]);
            }
        });
        pair.Until(() => pair.Client.Blocked == 1 && pair.Client.Connection?.PendingWriteBytes > 1 << 20);
        pair.Fixture.OnLoop(_ => pair.Server.Connection?.ResumeReading());
        pair.Until(() => pair.Server.ReceivedBytes == Blocks * 100_000L);

        Assert.Equal(1, pair.Client.Drained);
        Assert.Equal(0, pair.Fixture.OnLoop(loop => loop.Buffers.LentBytes));
    }

    [Fact]
    public void A_flushing_close_delivers_a_large_answer_whole()
    {
        using var pair = new Pair(backend);

        pair.Fixture.OnLoop(_ =>
        {
            pair.Client.Connection?.PauseReading();
            pair.Server.Connection?.Write(new byte[8_000_000]);
            pair.Server.Connection?.Close(CloseMode.Flush);
        });
        pair.Until(() => pair.Server.ClosedCalls == 1);
        pair.Fixture.OnLoop(_ => pair.Client.Connection?.ResumeReading());
        pair.Until(() => pair.Client.EndOfStream);

        Assert.Equal(8_000_000, pair.Client.ReceivedBytes);
    }

    [Fact]
    public void A_lingering_connection_is_released_though_the_peer_never_closes()
    {
        using var pair = new Pair(backend, options: new LoopOptions { LingerMicros = 5_000 });

        pair.Fixture.OnLoop(_ => pair.Server.Connection?.Close(CloseMode.Flush));
        pair.Until(() => pair.Client.EndOfStream && pair.Fixture.Worker.Loop.Stats.OpenSockets == 2);

        Assert.Equal(CloseReason.Local, pair.Server.Closed);
    }

    [Fact]
    public void A_refused_connect_is_told_after_the_call()
    {
        using var fixture = new LoopbackFixture(backend);
        var client = new RawHandler();
        int port = FreePort();

        bool told = fixture.OnLoop(loop =>
        {
            loop.Connect(AnyPort.WithPort(port), default, client);
            return client.Failure is not null;
        });
        fixture.Until(() => client.Failure is not null);

        Assert.False(told);
        Assert.Equal(ConnectFailure.Refused, client.Failure);
        Assert.Null(client.Closed);
        Assert.Equal(0, fixture.OnLoop(loop => loop.Stats.OpenSockets));
    }

    [Fact]
    public void A_source_address_this_host_does_not_have_is_a_failure_of_its_own()
    {
        using var fixture = new LoopbackFixture(backend);
        var client = new RawHandler();

        fixture.OnLoop(loop => loop.Connect(
            AnyPort.WithPort(1), new ConnectOptions { BindAddress = SocketAddress.V4(0xC000_0201, 0) }, client));
        fixture.Until(() => client.Failure is not null);

        Assert.Equal(ConnectFailure.NoLocalAddress, client.Failure);
    }

    [Fact]
    public void The_source_address_is_the_one_asked_for()
    {
        using var pair = new Pair(backend, connect: new ConnectOptions { BindAddress = SocketAddress.V4(0x7F00_0006, 0) });

        Assert.Equal(0x7F00_0006u, pair.Server.Connection?.RemoteAddress.V4Bits);
    }

    [Fact]
    public void A_listener_on_a_taken_port_says_so()
    {
        using var pair = new Pair(backend);

        IOException error = Assert.Throws<IOException>(() =>
            pair.Fixture.OnLoop(loop => loop.Listen(pair.Listening, default, new DelegateAcceptHandler(_ => { }))));

        Assert.Contains("in use", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_loops_share_a_port_with_reuse_port()
    {
        using var first = new LoopbackFixture(backend);
        using var second = new LoopbackFixture(backend);
        var options = new ListenOptions { ReusePort = true };
        var accept = new DelegateAcceptHandler(c => c.Handler = new RawHandler());

        SocketAddress address = first.OnLoop(loop => loop.Listen(AnyPort, options, accept).LocalAddress);
        SocketAddress other = second.OnLoop(loop => loop.Listen(address, options, accept).LocalAddress);

        Assert.Equal(address, other);
    }

    [Fact]
    public void A_descriptor_opened_by_somebody_else_is_adopted()
    {
        using var fixture = new LoopbackFixture(backend);
        var opened = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        opened.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        opened.Listen();
        int fd = (int)opened.SafeHandle.DangerousGetHandle();
        opened.SafeHandle.SetHandleAsInvalid();
        var server = new RawHandler();
        var client = new RawHandler { WhenConnected = c => c.Write("hi"u8) };

        fixture.OnLoop(loop =>
        {
            ListenSocket listener = loop.Listen(
                default, new ListenOptions { AdoptDescriptor = fd }, new DelegateAcceptHandler(c => c.Handler = server));
            loop.Connect(listener.LocalAddress, default, client);
        });
        fixture.Until(() => server.Received == "hi");

        Assert.True(client.Connected);
    }

    [Fact]
    public void A_closed_listener_refuses_but_its_connections_live_on()
    {
        using var pair = new Pair(backend);
        var late = new RawHandler();

        pair.Fixture.OnLoop(loop =>
        {
            pair.Listener.Close();
            loop.Connect(pair.Listening, default, late);
        });
        pair.Until(() => late.Failure is ConnectFailure.Refused);
        pair.Send(pair.Client, "still");

        pair.Until(() => pair.Server.Received == "still");
    }

    [Fact]
    public void A_connection_nobody_takes_is_closed()
    {
        using var fixture = new LoopbackFixture(backend);
        var client = new RawHandler();

        fixture.OnLoop(loop =>
        {
            ListenSocket listener = loop.Listen(AnyPort, default, new DelegateAcceptHandler(_ => { }));
            loop.Connect(listener.LocalAddress, default, client);
        });

        fixture.Until(() => client.EndOfStream);
    }

    [Fact]
    public void An_exception_in_a_handler_costs_its_connection_only()
    {
        Exception? reported = null;
        using var pair = new Pair(backend, options: new LoopOptions { HandlerFault = fault => reported = fault });
        pair.Server.WhenData = _ => throw new InvalidOperationException("boom");

        pair.Send(pair.Client, "x");
        pair.Until(() => pair.Client.Closed is not null);

        Assert.Equal("boom", reported?.Message);
        Assert.Equal(1, pair.Fixture.OnLoop(loop => loop.Stats.HandlerFaults));
    }

    [Fact]
    public void An_idle_connection_holds_no_buffer()
    {
        using var pair = new Pair(backend);

        pair.Send(pair.Client, new string('x', 500_000));
        pair.Until(() => pair.Server.ReceivedBytes == 500_000);

        Assert.Equal(0, pair.Fixture.OnLoop(loop => loop.Buffers.LentBytes));
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return (probe.LocalEndPoint as IPEndPoint)?.Port ?? 0;
    }

    private sealed class Pair : IDisposable
    {
        public Pair(
            LoopBackend backend, SocketAddress? address = null, LoopOptions? options = null, ConnectOptions connect = default)
        {
            Fixture = new LoopbackFixture(backend, options);
            Listener = Fixture.OnLoop(loop =>
            {
                ListenSocket listener = loop.Listen(address ?? AnyPort, default, new DelegateAcceptHandler(c =>
                {
                    Server.Connection = c;
                    c.Handler = Server;
                }));
                Client.Connection = loop.Connect(listener.LocalAddress, connect, Client);
                return listener;
            });
            Listening = Listener.LocalAddress;
            Until(() => Client.Connected && Server.Connection is not null);
        }

        public LoopbackFixture Fixture { get; }

        public ListenSocket Listener { get; }

        public SocketAddress Listening { get; }

        public RawHandler Client { get; } = new();

        public RawHandler Server { get; } = new();

        public void Send(RawHandler from, string text) =>
            Fixture.OnLoop(_ => from.Connection?.Write(Encoding.ASCII.GetBytes(text)));

        public void Until(Func<bool> condition) => Fixture.Until(condition);

        public void Dispose() => Fixture.Dispose();
    }
}
