namespace Lateen.Proxy.Tests.Listeners;

using System.Collections.Frozen;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class DetectionTests
{
    [Fact]
    public void A_request_line_selects_the_http_chain()
    {
        using var proxy = HttpOrTcp();

        Assert.Equal(200, proxy.Send("GET /").Response.Status);
        Assert.Equal("istio-envoy", proxy.Send("GET /").Response.Header("server"));
    }

    [Theory]
    [InlineData("SSH-2.0-x\r\n")]
    [InlineData("GETX")]
    [InlineData("\u0016\u0003\u0001")]
    public void Anything_else_selects_the_tcp_chain(string bytes)
    {
        using var proxy = HttpOrTcp();
        proxy.Upstream.Raw = static (c, _) => c.Write("tcp");
        TestClient client = proxy.Connect();

        client.Write(bytes);

        Assert.Equal(bytes, proxy.Upstream.Connections[0].Received);
        Assert.Equal("tcp", client.Received);
    }

    [Fact]
    public void A_server_that_speaks_first_is_heard_after_a_short_silence()
    {
        using var proxy = HttpOrTcp();
        proxy.Upstream.Raw = static (_, _) => { };
        proxy.Upstream.Accepted = static c => c.Write("220 ready\r\n");
        TestClient client = proxy.Connect();

        proxy.AdvanceMs(150);
        Assert.Equal("220 ready\r\n", client.Received);

        client.Write("GET / HTTP/1.1\r\n\r\n");
        Assert.Equal("GET / HTTP/1.1\r\n\r\n", proxy.Upstream.Connections[0].Received);
    }

    [Fact]
    public void A_slow_http_client_is_still_served_as_http()
    {
        using var proxy = HttpOrTcp();
        TestClient client = proxy.Connect();
        proxy.Advance(TimeSpan.FromSeconds(5));

        TestCall call = client.Send("GET /late");

        Assert.Equal(200, call.Response.Status);
        Assert.Equal("istio-envoy", call.Response.Header("server"));
        Assert.Single(proxy.AccessLog.Entries);
    }

    [Fact]
    public void Detection_works_when_the_bytes_come_one_by_one()
    {
        using var proxy = HttpOrTcp();
        proxy.Network.ChunkBytes = 1;

        Assert.Equal(200, proxy.Send("GET /").Response.Status);
    }

    [Fact]
    public void A_client_that_stays_silent_is_closed_at_the_detection_timeout()
    {
        using var proxy = HttpOrTcp(static l => l with { DetectionTimeout = TimeSpan.FromSeconds(1), DefaultFilterChain =
            null, ContinueOnDetectionTimeout = false });
        TestClient client = proxy.Connect();

        proxy.Advance(TimeSpan.FromSeconds(2));

        Assert.True(client.IsClosed || client.SawEnd);
    }

    [Fact]
    public void A_redirected_connection_is_served_by_the_listener_of_its_destination()
    {
        using var proxy = new TestProxy(s =>
        {
            HttpConnectionManagerConfig manager = s.BuildManager();
            ListenerConfig Http(string name, string ip, int port, string server) => new()
            {
                Name = name,
                Address = TestProxy.Ip(ip, port),
                BindToPort = false,
                FilterChains = [new FilterChainConfig { Terminal = manager with { ServerName = server } }],
            };
            ListenerConfig bound = s.BuildListener() with { UseOriginalDst = true };
            s.Snapshot = s.Build(TestProxy.Ip("10.0.1.1", 9080)) with
            {
                Listeners = [bound, Http("any", "0.0.0.0", 9080, "any"), Http("exact", "10.7.7.7", 9080, "exact")],
            };
        });

        Assert.Equal("exact", ServerAt("10.7.7.7", 9080));
        Assert.Equal("any", ServerAt("10.7.7.8", 9080));
        Assert.Equal("istio-envoy", ServerAt("10.7.7.8", 1234));

        string? ServerAt(string ip, int port) =>
            proxy.Connect(TestProxy.Ip(ip, port), redirectTo: proxy.Address).Send("GET /").Response.Header("server");
    }

    [Fact]
    public void Connections_beyond_the_listeners_limit_are_refused_and_counted()
    {
        using var proxy = new TestProxy(s => s.Listener = static l => l with { MaxConnections = 1 });
        TestClient first = proxy.Connect();
        TestClient second = proxy.Connect();

        Assert.True(second.IsClosed);
        Assert.Equal(1, proxy.Counter("listener.10.0.0.1_80.downstream_cx_overflow"));

        first.Close();
        Assert.Equal(200, proxy.Send("GET /").Response.Status);
    }

    internal static TestProxy HttpOrTcp(Func<ListenerConfig, ListenerConfig>? change = null) => new(s =>
    {
        var tcp = new TcpProxyConfig { StatPrefix = "tcp", Clusters = [new WeightedCluster(TestProxy.ClusterName)] };
        ListenerConfig listener = s.BuildListener() with
        {
            InspectHttp = true,
            DetectionTimeout = TimeSpan.Zero,
            ContinueOnDetectionTimeout = true,
            FilterChains =
            [
                new FilterChainConfig
                {
                    Name = "http",
                    Match = new FilterChainMatchConfig { ApplicationProtocols =
                        ["http/1.0", "http/1.1", "h2c"], TransportProtocol = "raw_buffer" },
                    Terminal = s.BuildManager(),
                },
            ],
            DefaultFilterChain = new FilterChainConfig { Name = "tcp", Terminal = tcp },
        };
        s.Listener = _ => change is null ? listener : change(listener);
    });
}
