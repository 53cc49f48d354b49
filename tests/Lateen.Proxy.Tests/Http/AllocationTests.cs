namespace Lateen.Proxy.Tests.Http;

using Lateen.Engine.Simulation;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class AllocationTests
{
    private const int Warmup = 2_000;
    private const int Requests = 10_000;

    [Fact]
    public void A_warm_request_allocates_nothing()
    {
        using var proxy = new TestProxy(Configure);
        proxy.AccessLog.Keeps = false;
        SimulatedLoop outside = proxy.Network.CreateLoop();
        outside.Listen(TestProxy.Ip("10.0.2.1", 80), default, new FixedAcceptor());
        outside.Listen(TestProxy.Ip("10.0.2.2", 80), default, new FixedAcceptor());
        var client = new LoopingClient();
        outside.Connect(proxy.Address, default, client);
        client.Remaining = Warmup;
        proxy.Run();
        Assert.Equal(0, client.Remaining);

        client.Remaining = Requests;
        long before = GC.GetAllocatedBytesForCurrentThread();
        client.Next();
        proxy.Run();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, client.Remaining);
        Assert.Equal(Warmup + Requests, client.Responses);
        Assert.Equal(0, allocated);
    }

    // A header route, a weighted cluster, retries and a timeout armed, header mutations.
    private static void Configure(TestProxySetup setup)
    {
        var forward = new ForwardAction
        {
            Clusters = [new WeightedCluster("a", 90), new WeightedCluster("b", 10)],
            Timeout = TimeSpan.FromSeconds(5),
            RetryPolicy = new RetryPolicy { RetryOn = RetryOn.FiveXx | RetryOn.ConnectFailure, NumRetries =
                2, AvoidPreviousHosts = true },
        };
        setup.Routes =
        [
            new RouteEntry
            {
                Name = "jason",
                Match = new RouteMatch { Headers = [HeaderMatcher.Of("end-user", StringMatcher.Exact("jason"))] },
                Action = forward with { Clusters = [new WeightedCluster("b")] },
            },
            new RouteEntry
            {
                Name = "others",
                Match = new RouteMatch { Headers =
                    [HeaderMatcher.Of("end-user", StringMatcher.Exact("jason"), invert: true, missingIsEmpty: true)] },
                Action = forward,
                RequestHeaders = new HeaderMutations { Add = [new HeaderMutation("x-route", "others")] },
            },
        ];
        setup.VirtualHost = static v => v with { IncludeRequestAttemptCount = true };
        setup.MoreClusters = [ClusterOf("a", "10.0.2.1"), ClusterOf("b", "10.0.2.2")];
    }

    private static ClusterConfig ClusterOf(string name, string address) => new()
    {
        Name = name,
        Type = ClusterType.Static,
        LbPolicy = LbPolicy.LeastRequest,
        InlineEndpoints = new EndpointsConfig { Name = name, Hosts = [new HostConfig { Address = TestProxy.Ip(address, 80) }] },
    };

    private sealed class LoopingClient : ConnectionHandler
    {
        private Connection? _connection;

        public int Remaining { get; set; }

        public int Responses { get; private set; }

        public void Next() => _connection?.Write(
            "GET /productpage?u=1 HTTP/1.1\r\nhost: productpage:9080\r\nuser-agent: test\r\naccept: */*\r\n\r\n"u8);

        public override void OnConnected(Connection connection)
        {
            _connection = connection;
            Next();
        }

        public override int OnData(Connection connection, ReadOnlySpan<byte> data)
        {
            if (!data.EndsWith("hello"u8))
            {
                return 0;
            }

            Responses++;
            if (--Remaining > 0)
            {
                Next();
            }

            return data.Length;
        }

        public override void OnEndOfStream(Connection connection)
        {
        }

        public override void OnClosed(Connection connection, CloseReason reason)
        {
        }
    }

    private sealed class FixedAcceptor : AcceptHandler
    {
        public override void OnAccepted(Connection connection) => connection.Handler = new FixedServer();
    }

    private sealed class FixedServer : ConnectionHandler
    {
        public override int OnData(Connection connection, ReadOnlySpan<byte> data)
        {
            if (!data.EndsWith("\r\n\r\n"u8))
            {
                return 0;
            }

            connection.Write("HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello"u8);
            return data.Length;
        }

        public override void OnEndOfStream(Connection connection) => connection.Close(CloseMode.Flush);

        public override void OnClosed(Connection connection, CloseReason reason)
        {
        }
    }
}
