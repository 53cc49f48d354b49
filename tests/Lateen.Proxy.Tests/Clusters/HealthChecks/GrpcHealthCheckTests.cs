namespace Lateen.Proxy.Tests.Clusters.HealthChecks;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class GrpcHealthCheckTests
{
    private static readonly HealthCheckConfig Every10S = new()
    {
        Timeout = TimeSpan.FromSeconds(1),
        Interval = TimeSpan.FromSeconds(10),
        UnhealthyInterval = TimeSpan.FromSeconds(10),
        NoTrafficInterval = TimeSpan.FromSeconds(10),
        NoTrafficHealthyInterval = TimeSpan.FromSeconds(10),
    };

    [Theory]
    [InlineData("00000000020801", "0", 1)]
    [InlineData("00000000020802", "0", 0)]
    [InlineData("00000000020801", "14", 0)]
    [InlineData("0000000000", "0", 0)]
    [InlineData("01000000020801", "0", 0)]
    [InlineData("00000000030801", "0", 0)]
    [InlineData("", "0", 0)]
    public void Only_SERVING_with_status_0_is_well(string answer, string status, int healthy)
    {
        using TestProxy proxy = Start(out Server server, new GrpcHealthCheckConfig { ServiceName = "orders" });
        (server.Body, server.Status) = (answer, status);

        proxy.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(healthy, proxy.Gauge("cluster.upstream.membership_healthy"));
        Assert.Equal("POST /grpc.health.v1.Health/Check application/grpc trailers upstream 00000000080A066F7264657273", server.Last);
        Assert.Equal(0, proxy.Counter("cluster.upstream.health_check.network_failure"));
    }

    [Fact]
    public void One_connection_serves_all_checks_and_a_silent_server_times_out()
    {
        using TestProxy proxy = Start(out Server server, new GrpcHealthCheckConfig { Authority = "here" });
        proxy.Advance(TimeSpan.FromSeconds(51));
        Assert.Equal((6, 1), (server.Calls, server.Connections));
        Assert.EndsWith("here 0000000000", server.Last, StringComparison.Ordinal);

        server.IsSilent = true;
        proxy.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(0, proxy.Gauge("cluster.upstream.membership_healthy"));
        Assert.Equal(1, proxy.Counter("cluster.upstream.health_check.network_failure"));
    }

    [Fact]
    public void HTTP_checks_may_go_over_HTTP_2()
    {
        HealthCheckConfig config = Every10S with { Http = new HttpHealthCheckConfig { Path = "/ready", Http2 = true } };

        using TestProxy proxy = Start(out Server server, config);
        proxy.Advance(TimeSpan.FromSeconds(11));

        Assert.Equal(1, proxy.Gauge("cluster.upstream.membership_healthy"));
        Assert.StartsWith("GET /ready ", server.Last, StringComparison.Ordinal);
    }

    private static TestProxy Start(out Server server, GrpcHealthCheckConfig grpc) => Start(out server, Every10S with { Grpc = grpc });

    private static TestProxy Start(out Server server, HealthCheckConfig check)
    {
        var proxy = new TestProxy(setup =>
        {
            setup.Hosts = [new HostConfig { Address = TestProxy.Ip("10.0.7.7", 50051) }];
            setup.Cluster = c => c with { HealthCheck = check with { InitialJitter = TimeSpan.FromMilliseconds(1) } };
        });
        server = new Server();
        proxy.Loop.Listen(TestProxy.Ip("10.0.7.7", 50051), default, server);
        return proxy;
    }

    // A gRPC server of one method, on our own HTTP/2 codec.
    private sealed class Server : AcceptHandler
    {
        public string Body { get; set; } = "00000000020801";

        public string Status { get; set; } = "0";

        public bool IsSilent { get; set; }

        public string Last { get; set; } = "";

        public int Calls { get; set; }

        public int Connections { get; private set; }

        public override void OnAccepted(Connection connection)
        {
            Connections++;
            new Http2ServerCodec(new Callbacks(this), Http2Options.Default).Attach(connection);
        }
    }

    private sealed class Callbacks(Server server) : HttpServerCallbacks
    {
        public override RequestDecoder OnNewStream(ResponseEncoder encoder) => new Call(server, encoder);

        public override void OnProtocolError(int status, string detail) => server.Last = detail;

        public override void OnConnectionClosed()
        {
        }
    }

    private sealed class Call(Server server, ResponseEncoder encoder) : RequestDecoder
    {
        private readonly List<byte> _body = [];
        private string _head = "";

        public override void OnHeaders(HeaderMap headers, bool endStream)
        {
            string Text(string name) => Encoding.ASCII.GetString(headers.GetOrEmpty(Encoding.ASCII.GetBytes(name)));
            _head = $"{Text(":method")} {Text(":path")} {Text("content-type")} {Text("te")} {Text(":authority")}";
            Answer(endStream);
        }

        public override void OnData(ReadOnlySpan<byte> data, bool endStream)
        {
            _body.AddRange(data);
            Answer(endStream);
        }

        public override void OnTrailers(HeaderMap trailers)
        {
        }

        public override void OnReset(StreamResetReason reason)
        {
        }

        public override void OnWriteBlocked()
        {
        }

        public override void OnWriteDrained()
        {
        }

        private void Answer(bool endStream)
        {
            if (!endStream)
            {
                return;
            }

            server.Calls++;
            server.Last = $"{_head} {Convert.ToHexString([.. _body])}";
            if (server.IsSilent)
            {
                return;
            }

            var head = new HeaderMap();
            head.Add(":status"u8, "200"u8);
            head.Add("content-type"u8, "application/grpc"u8);
            encoder.SendHeaders(head, endStream: false);
            encoder.SendData(Convert.FromHexString(server.Body), endStream: false);
            var trailers = new HeaderMap();
            trailers.Add("grpc-status"u8, Encoding.ASCII.GetBytes(server.Status));
            encoder.SendTrailers(trailers);
        }
    }
}
