namespace Lateen.Proxy.Tests.Network;

using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class TcpLimitTests
{
    [Fact]
    public void A_connection_ends_after_its_longest_time_however_busy_it_is()
    {
        using var proxy = Tcp(static t => t with { MaxDuration = TimeSpan.FromSeconds(10) });
        proxy.Upstream.Raw = static (c, _) => c.Write("pong");
        TestClient client = proxy.Connect();
        client.Write("ping");
        proxy.Advance(TimeSpan.FromSeconds(9));
        client.Write("ping");
        Assert.Equal("pongpong", client.Received);

        proxy.Advance(TimeSpan.FromSeconds(2));

        Assert.True(client.SawEnd || client.IsClosed);
        Assert.Equal("DT", proxy.AccessLog.Last.Flags);
        Assert.Equal(1, proxy.Counter("tcp.tcp.max_downstream_connection_duration"));
    }

    [Fact]
    public void Weighted_clusters_share_the_connections()
    {
        using var proxy = Tcp(
            static t => t with { Clusters = [new WeightedCluster(TestProxy.ClusterName, 20), new WeightedCluster("other", 80)] });
        TestUpstream other = proxy.AddUpstream("10.0.3.1", 80);
        proxy.Upstream.Raw = other.Raw = static (_, _) => { };

        for (int i = 0; i < 500; i++)
        {
            proxy.Connect().Close();
        }

        Assert.InRange(proxy.Upstream.ConnectionCount, 70, 130);
        Assert.Equal(500, proxy.Upstream.ConnectionCount + other.ConnectionCount);
    }

    [Fact]
    public void A_tunnel_is_opened_by_CONNECT_and_carries_bytes_both_ways()
    {
        using var proxy = Tcp(static t => t with
        {
            Tunnel = new TunnelConfig
            {
                Hostname = "outside.example:443",
                Headers = new HeaderMutations { Add = [new HeaderMutation("x-from", "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%")] },
            },
        });
        int chunks = 0;
        proxy.Upstream.Raw = (c, _) => c.Write(chunks++ == 0 ? "HTTP/1.1 200 OK\r\nserver: x\r\n\r\nhello " : "world");
        TestClient client = proxy.Connect();

        client.Write("ping");

        Assert.Equal(
            "CONNECT outside.example:443 HTTP/1.1\r\nHost: outside.example:443\r\nx-from: 10.9.9.9\r\n\r\nping",
            proxy.Upstream.Connections[0].Received);
        Assert.Equal("hello world", client.Received);
        Assert.Equal(1, proxy.Gauge("cluster.upstream.upstream_cx_active"));
    }

    [Theory]
    [InlineData("HTTP/1.1 403 Forbidden\r\n\r\n")]
    [InlineData("SSH-2.0-what\r\n\r\n")]
    public void A_refused_tunnel_ends_the_connection_with_UF_and_URX(string answer)
    {
        using var proxy = Tcp(static t => t with { Tunnel = new TunnelConfig { Hostname = "h:1" } });
        proxy.Upstream.Raw = (c, _) => c.Write(answer);

        TestClient client = proxy.Connect();

        Assert.True(client.SawEnd || client.IsClosed);
        Assert.Equal("", client.Received);
        Assert.Equal("UF,URX", proxy.AccessLog.Last.Flags);
        Assert.Equal(0, proxy.Gauge("cluster.upstream.upstream_cx_active"));
    }

    [Fact]
    public void A_tunnel_that_is_not_answered_fails_at_the_connect_timeout_and_is_tried_again()
    {
        using var proxy = Tcp(
            static t => t with { Tunnel = new TunnelConfig { Hostname = "h:1" }, MaxConnectAttempts = 2 });
        int asked = 0;
        proxy.Upstream.Raw = (c, _) => c.Write(++asked == 1 ? "HTTP/1.1 " : "HTTP/1.1 200 OK\r\n\r\n");
        TestClient client = proxy.Connect();

        proxy.Advance(TimeSpan.FromSeconds(11));
        client.Write("x");

        Assert.Equal(2, proxy.Upstream.ConnectionCount);
        Assert.EndsWith("\r\n\r\nx", proxy.Upstream.Connections[1].Received);
    }

    private static TestProxy Tcp(Func<TcpProxyConfig, TcpProxyConfig> change) => new(s =>
    {
        TcpProxyConfig tcp = change(new TcpProxyConfig
        {
            StatPrefix = "tcp",
            Clusters = [new WeightedCluster(TestProxy.ClusterName)],
            AccessLoggers = [s.AccessLog],
        });
        s.Listener = l => l with { FilterChains = [new FilterChainConfig { Name = "tcp", Terminal = tcp }] };
        s.MoreClusters =
        [
            new ClusterConfig
            {
                Name = "other",
                Type = ClusterType.Static,
                InlineEndpoints = new EndpointsConfig { Name = "other", Hosts = [new HostConfig { Address = TestProxy.Ip("10.0.3.1", 80) }] },
            },
        ];
    });
}
