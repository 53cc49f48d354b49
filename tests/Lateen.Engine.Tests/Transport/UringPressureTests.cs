namespace Lateen.Engine.Tests.Transport;

using System.Text;
using Lateen.Engine.Loop;
using Lateen.Engine.Native;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

/// <summary>io_uring at its limits: queues that are full, buffers that run out, ends in the middle of operations.</summary>
public sealed class UringPressureTests
{
    private const int BytesEach = 200_000;
    private static readonly SocketAddress AnyPort = SocketAddress.V4(0x7F00_0001, 0);

    [Fact]
    public void Closing_while_a_send_waits_gives_every_buffer_back()
    {
        using var fixture = new LoopbackFixture(LoopBackend.IoUring);
        var client = new RawHandler();
        var server = new RawHandler();
        Connect(fixture, client, server);

        fixture.OnLoop(_ =>
        {
            server.Connection?.PauseReading();
            client.Connection?.Write(new byte[8_000_000]);
        });
        fixture.Until(() => server.Connection is not null && client.Connection?.PendingWriteBytes > 0);
        fixture.OnLoop(_ =>
        {
            client.Connection?.Close(CloseMode.NoFlush);
            server.Connection?.Close(CloseMode.NoFlush);
        });

        fixture.Until(() => fixture.Worker.Loop.Stats.OpenSockets == 1 && fixture.Worker.Loop.Buffers.LentBytes == 0);
        Assert.Equal(1, client.ClosedCalls);
    }

    [Fact]
    public void A_write_and_a_close_in_one_turn_reach_the_peer_in_this_order()
    {
        using var fixture = new LoopbackFixture(LoopBackend.IoUring);
        var client = new RawHandler();
        var server = new RawHandler();
        Connect(fixture, client, server);

        fixture.OnLoop(_ =>
        {
            client.Connection?.Write("last words"u8);
            client.Connection?.Close(CloseMode.Flush);
        });

        fixture.Until(() => server.EndOfStream);
        Assert.Equal("last words", server.Received);
    }

    [Fact]
    public void More_connections_than_receive_buffers_all_get_their_bytes()
    {
        using var fixture = new LoopbackFixture(LoopBackend.IoUring);
        var servers = new List<RawHandler>();
        const int Connections = 100;
        fixture.OnLoop(loop =>
        {
            SocketAddress address = loop.Listen(AnyPort, default, Accepting(servers)).LocalAddress;
            for (int i = 0; i < Connections; i++)
            {
                loop.Connect(address, default, new RawHandler { WhenConnected = c => c.Write(new byte[BytesEach]) });
            }
        });

        fixture.Until(() => servers.Sum(static s => s.ReceivedBytes) == Connections * (long)BytesEach);
        Assert.True(fixture.Worker.Loop.Stats.ReceiveBufferShortages > 0);
    }

    [Fact]
    public void More_operations_in_one_turn_than_the_queue_holds_are_all_done()
    {
        using var fixture = new LoopbackFixture(LoopBackend.IoUring);
        RawHandler[] clients = [.. Enumerable.Range(0, 1500).Select(static _ => new RawHandler())];

        fixture.OnLoop(loop =>
        {
            SocketAddress address = loop.Listen(AnyPort, default, Accepting([])).LocalAddress;
            foreach (RawHandler client in clients)
            {
                loop.Connect(address, default, client);
            }
        });

        fixture.Until(() => clients.All(static c => c.Connected));
        Assert.True(fixture.OnLoop(loop => loop.Stats.FullSubmissions) > 0);
    }

    [Fact]
    public void Ten_thousand_connections_come_and_go()
    {
        using var fixture = new LoopbackFixture(LoopBackend.IoUring);
        var servers = new List<RawHandler>();
        SocketAddress address = fixture.OnLoop(loop => loop.Listen(AnyPort, default, Accepting(servers)).LocalAddress);

        for (int wave = 1; wave <= 10; wave++)
        {
            RawHandler[] clients = [.. Enumerable.Range(0, 1000).Select(static _ => new RawHandler { WhenConnected = static c => c.Write("x"u8) })];
            int expected = wave * 1000;
            fixture.OnLoop(loop =>
            {
                foreach (RawHandler client in clients)
                {
                    client.Connection = loop.Connect(address, default, client);
                }
            });
            fixture.Until(() => servers.Count(static s => s.ReceivedBytes == 1) == expected);
            fixture.OnLoop(_ => Array.ForEach(clients, static c => c.Connection?.Close(CloseMode.Reset)));
            fixture.Until(() => fixture.Worker.Loop.Stats.OpenSockets == 1);
        }

        Assert.Equal(10_000, fixture.OnLoop(loop => loop.Stats.Accepted));
        Assert.Equal(0, fixture.OnLoop(loop => loop.Buffers.LentBytes));
    }

    [Fact]
    public void A_paused_connection_keeps_at_most_its_largest_slab()
    {
        using var receiver = new LoopbackFixture(LoopBackend.IoUring);
        using var sender = new LoopbackFixture(LoopBackend.IoUring);
        var server = new RawHandler { WhenData = static c => c.PauseReading() };
        var client = new RawHandler { WhenConnected = static c => c.Write(new byte[20_000_000]) };
        SocketAddress address = receiver.OnLoop(loop => loop.Listen(AnyPort, default, new DelegateAcceptHandler(c =>
        {
            server.Connection = c;
            c.Handler = server;
        })).LocalAddress);

        sender.OnLoop(loop => client.Connection = loop.Connect(address, default, client));
        receiver.Until(() => receiver.Worker.Loop.Buffers.LentBytes > 0);

        // While bytes move to the largest slab, the one before it is lent too.
        Assert.True(receiver.OnLoop(loop => loop.Buffers.LentBytesHighWater) <= (1 << 20) + (256 << 10));

        receiver.OnLoop(_ =>
        {
            server.WhenData = null;
            server.Connection?.ResumeReading();
        });
        receiver.Until(() => server.ReceivedBytes == 20_000_000);
        Assert.Equal(0, receiver.OnLoop(loop => loop.Buffers.LentBytes));
    }

    [Fact]
    public void A_relay_between_a_fast_source_and_a_slow_sink_loses_nothing()
    {
        using var source = new LoopbackFixture(LoopBackend.IoUring);
        using var relay = new LoopbackFixture(LoopBackend.IoUring);
        using var sink = new LoopbackFixture(LoopBackend.IoUring);
        const int Total = 100_000_000;
        byte[] block = new byte[500_000];
        SocketAddress from = source.OnLoop(loop => loop.Listen(AnyPort, default, new DelegateAcceptHandler(c =>
        {
            c.Handler = new RawHandler();
            for (int sent = 0; sent < Total; sent += block.Length)
            {
                c.Write(block);
            }
        })).LocalAddress);
        var relayed = new RelayHandler();
        SocketAddress to = relay.OnLoop(loop => loop.Listen(AnyPort, default, new DelegateAcceptHandler(c =>
        {
            c.Handler = new RelayTarget(relayed);
            relayed.Target = c;
            relayed.Source = loop.Connect(from, default, relayed);
        })).LocalAddress);
        var receiver = new SlowReader();

        sink.OnLoop(loop => loop.Connect(to, default, receiver));

        sink.Until(() => receiver.Bytes >= Total);
        Assert.Null(relayed.Closed);
        Assert.Equal(0, relay.OnLoop(loop => loop.Stats.BufferOverflows));
    }

    // Each resume may start a receive again, and each receive may bring all shared buffers at once.
    [Theory]
    [InlineData(LoopBackend.IoUring)]
    [InlineData(LoopBackend.Epoll)]
    public void A_reader_that_resumes_and_pauses_again_after_every_few_bytes_keeps_what_it_may(LoopBackend backend)
    {
        using var receiver = new LoopbackFixture(backend);
        using var sender = new LoopbackFixture(backend);
        const int Total = 20_000_000;
        bool hurried = false;
        var server = new RawHandler { Consume = n => hurried ? n : Math.Min(n, 100) };
        server.WhenData = c =>
        {
            if (!hurried)
            {
                c.PauseReading();
                c.Loop.Defer(new DelegateTask(_ => c.ResumeReading()));
            }
        };
        var client = new RawHandler { WhenConnected = static c => c.Write(new byte[Total]) };
        SocketAddress address = receiver.OnLoop(loop => loop.Listen(AnyPort, default, new DelegateAcceptHandler(c => c.Handler = server)).LocalAddress);

        sender.OnLoop(loop => loop.Connect(address, default, client));
        receiver.Until(() => server.DataCalls > 5_000 || server.ClosedCalls > 0);

        Assert.Equal(0, receiver.OnLoop(loop => loop.Stats.BufferOverflows));
        Assert.True(receiver.OnLoop(loop => loop.Buffers.LentBytesHighWater) <= (1 << 20) + (256 << 10));
        receiver.OnLoop(_ => hurried = true);
        receiver.Until(() => server.ReceivedBytes == Total);
    }

    [Fact]
    public void Bytes_keep_their_order_through_sends_that_the_socket_takes_in_parts()
    {
        using var fixture = new LoopbackFixture(LoopBackend.IoUring);
        var client = new RawHandler();
        var server = new RawHandler();
        Connect(fixture, client, server);
        var expected = new StringBuilder();

        fixture.OnLoop(_ =>
        {
            for (int i = 0; i < 500_000; i++)
            {
                string number = $"{i},";
                expected.Append(number);
                client.Connection?.Write(Encoding.ASCII.GetBytes(number));
            }
        });

        fixture.Until(() => server.ReceivedBytes == expected.Length);
        Assert.Equal(expected.ToString(), server.Received);
    }

    [Fact]
    public void An_exchange_allocates_nothing()
    {
        using var fixture = new LoopbackFixture(LoopBackend.IoUring);
        var server = new EchoHandler(int.MaxValue);
        var client = new EchoHandler(6000);
        fixture.OnLoop(loop =>
        {
            SocketAddress address = loop.Listen(AnyPort, default, new DelegateAcceptHandler(c => c.Handler = server)).LocalAddress;
            loop.Connect(address, default, client);
        });

        fixture.Until(() => client.Allocated is not null);
        Assert.Equal(0, client.Allocated);
    }

    [Theory]
    [InlineData(Errno.NotPermitted, "forbidden")]
    [InlineData(Errno.NoSystemCall, "no io_uring")]
    [InlineData(Errno.InvalidArgument, "older than 6.1")]
    public void A_kernel_without_it_is_explained(int errno, string words) =>
        Assert.Contains(words, UringSupport.Explain(errno), StringComparison.Ordinal);

    private static void Connect(LoopbackFixture fixture, RawHandler client, RawHandler server)
    {
        fixture.OnLoop(loop =>
        {
            ListenSocket listener = loop.Listen(AnyPort, default, new DelegateAcceptHandler(c =>
            {
                server.Connection = c;
                c.Handler = server;
            }));
            client.Connection = loop.Connect(listener.LocalAddress, default, client);
        });
        fixture.Until(() => client.Connected && server.Connection is not null);
    }

    private static DelegateAcceptHandler Accepting(List<RawHandler> servers) => new(c =>
    {
        var server = new RawHandler { Connection = c };
        servers.Add(server);
        c.Handler = server;
    });

    private sealed class RelayHandler : ConnectionHandler
    {
        public Connection? Source { get; set; }

        public Connection? Target { get; set; }

        public CloseReason? Closed { get; private set; }

        public override int OnData(Connection connection, ReadOnlySpan<byte> data)
        {
            Target?.Write(data);
            return data.Length;
        }

        public override void OnEndOfStream(Connection connection)
        {
        }

        public override void OnClosed(Connection connection, CloseReason reason) => Closed = reason;
    }

    private sealed class RelayTarget(RelayHandler relay) : ConnectionHandler
    {
        public override int OnData(Connection connection, ReadOnlySpan<byte> data) => data.Length;

        public override void OnEndOfStream(Connection connection)
        {
        }

        public override void OnClosed(Connection connection, CloseReason reason)
        {
        }

        public override void OnWriteBlocked(Connection connection) => relay.Source?.PauseReading();

        public override void OnWriteDrained(Connection connection) => relay.Source?.ResumeReading();
    }

    // Pauses after every read and goes on in the next turn.
    private sealed class SlowReader : ConnectionHandler
    {
        public long Bytes { get; private set; }

        public override int OnData(Connection connection, ReadOnlySpan<byte> data)
        {
            Bytes += data.Length;
            connection.PauseReading();
            connection.Loop.Defer(new DelegateTask(_ => connection.ResumeReading()));
            return data.Length;
        }

        public override void OnEndOfStream(Connection connection)
        {
        }

        public override void OnClosed(Connection connection, CloseReason reason)
        {
        }
    }

    // Sends back what comes, so often; measures the second half.
    private sealed class EchoHandler(int rounds) : ConnectionHandler
    {
        private long _before;
        private int _round;

        public long? Allocated { get; private set; }

        public override void OnConnected(Connection connection) => connection.Write("ping"u8);

        public override int OnData(Connection connection, ReadOnlySpan<byte> data)
        {
            _round++;
            if (_round == rounds / 2)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }
            else if (_round == rounds)
            {
                Allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
            }

            connection.Write(data);
            return data.Length;
        }

        public override void OnEndOfStream(Connection connection) => connection.Close(CloseMode.Flush);

        public override void OnClosed(Connection connection, CloseReason reason)
        {
        }
    }
}
