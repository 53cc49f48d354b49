namespace Lateen.Proxy.Tests.Network;

using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class TcpProxyTests
{
    [Fact]
    public void Bytes_pass_in_both_directions()
    {
        using var proxy = Tcp();
        proxy.Upstream.Raw = static (c, _) => c.Write("pong");
        TestClient client = proxy.Connect();

        client.Write("ping");

        Assert.Equal("ping", proxy.Upstream.Connections[0].Received);
        Assert.Equal("pong", client.Received);
    }

    [Fact]
    public void Half_close_lets_the_other_direction_go_on()
    {
        using var proxy = Tcp();
        proxy.Upstream.Raw = static (_, _) => { };
        TestClient client = proxy.Connect();
        client.Write("question");

        client.ShutdownWrite();
        Assert.True(proxy.Upstream.Connections[0].SawEnd);

        proxy.Upstream.Connections[0].Write("late answer");
        proxy.Run();
        Assert.Equal("late answer", client.Received);

        proxy.Upstream.Connections[0].Connection.Close(CloseMode.Flush);
        proxy.Run();
        Assert.True(client.SawEnd);
        Assert.Equal(("-", 8, 11), (proxy.AccessLog.Last.Flags, proxy.AccessLog.Last.BytesReceived,
            proxy.AccessLog.Last.BytesSent));
    }

    [Fact]
    public void A_slow_reader_stops_the_sender_instead_of_filling_memory()
    {
        using var proxy = Tcp(static l => l with { BufferLimitBytes = 64 * 1024 });
        proxy.Upstream.Raw = static (_, _) => { };
        TestClient client = proxy.Connect();
        client.Write("go");
        client.PauseReading();

        string block = new('x', 256 * 1024);
        for (int i = 0; i < 16; i++)
        {
            proxy.Upstream.Connections[0].Write(block);
        }

        proxy.Run();
        Assert.True(proxy.Upstream.Connections[0].Connection.PendingWriteBytes > 1024 * 1024);

        client.ResumeReading();
        Assert.Equal(16 * block.Length, client.Received.Length);
    }

    [Fact]
    public void A_refused_upstream_closes_the_client_with_UF_and_URX()
    {
        using var proxy = Tcp();
        proxy.Upstream.Stop();

        TestClient client = proxy.Connect();

        Assert.True(client.IsClosed || client.SawEnd);
        Assert.Equal("UF,URX", proxy.AccessLog.Last.Flags);
        Assert.Equal(0, proxy.Gauge("cluster.upstream.upstream_cx_active"));
    }

    [Fact]
    public void An_idle_connection_is_closed()
    {
        using var proxy = Tcp(change: static t => t with { IdleTimeout = TimeSpan.FromSeconds(10) });
        proxy.Upstream.Raw = static (_, _) => { };
        TestClient client = proxy.Connect();
        proxy.Advance(TimeSpan.FromSeconds(6));
        client.Write("x");

        proxy.Advance(TimeSpan.FromSeconds(6));
        Assert.False(client.SawEnd);

        proxy.Advance(TimeSpan.FromSeconds(6));
        Assert.True(client.SawEnd || client.IsClosed);
        Assert.Equal(1, proxy.Counter("tcp.tcp.idle_timeout"));
    }

    [Fact]
    public void A_redirected_connection_goes_where_the_client_wanted()
    {
        using var proxy = Tcp(
            static l => l with { RestoreOriginalDst = true },
            cluster: static c =>
                c with { Type = ClusterType.OriginalDst, LbPolicy = LbPolicy.ClusterProvided, InlineEndpoints = null });
        proxy.Upstream.Raw = static (c, _) => c.Write("I am the one");

        TestClient client = proxy.Connect(proxy.Upstream.Address, redirectTo: proxy.Address);
        client.Write("hello?");

        Assert.Equal("I am the one", client.Received);
    }

    private static TestProxy Tcp(
        Func<ListenerConfig, ListenerConfig>? listener = null,
        Func<TcpProxyConfig, TcpProxyConfig>? change = null,
        Func<ClusterConfig, ClusterConfig>? cluster = null) => new(s =>
    {
        var tcp = new TcpProxyConfig { StatPrefix = "tcp", Clusters =
            [new WeightedCluster(TestProxy.ClusterName)], AccessLoggers = [s.AccessLog] };
        tcp = change is null ? tcp : change(tcp);
        s.Listener = l => (listener ?? (static x =>
            x))(l with { FilterChains = [new FilterChainConfig { Name = "tcp", Terminal = tcp }] });
        s.Cluster = cluster ?? (static c => c);
    });
}
