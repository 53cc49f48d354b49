namespace Lateen.Proxy.Tests.Http;

using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class ForwardingTests
{
    [Fact]
    public void A_request_reaches_the_upstream_and_its_response_comes_back()
    {
        using var proxy = new TestProxy();
        proxy.Upstream.Answer = static _ => TestUpstream.Response(200, "hello", "x-app: yes");

        TestCall call = proxy.Send("GET /x?a=b", "x-custom: 1");

        Assert.Equal(200, call.Response.Status);
        Assert.Equal("hello", call.Response.Body);
        Assert.Equal("yes", call.Response.Header("x-app"));
        TestRequest request = Assert.Single(proxy.Upstream.Requests);
        Assert.Equal("/x?a=b", request.Path);
        Assert.Equal("1", request.Header("x-custom"));
        Assert.Equal("example.com", request.Header("host"));
    }

    [Fact]
    public void Proxy_headers_are_added_in_both_directions()
    {
        using var proxy = new TestProxy();

        TestCall call = proxy.Send("GET /");

        TestRequest request = Assert.Single(proxy.Upstream.Requests);
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", request.Header("x-request-id"));
        Assert.Equal("http", request.Header("x-forwarded-proto"));
        Assert.Equal("istio-envoy", call.Response.Header("server"));
        Assert.Equal("Thu, 01 Jan 2026 00:00:00 GMT", call.Response.Header("date"));
        Assert.Equal("0", call.Response.Header("x-envoy-upstream-service-time"));
    }

    [Fact]
    public void A_request_id_that_came_with_the_request_is_kept()
    {
        using var proxy = new TestProxy();

        proxy.Send("GET /", "x-request-id: mine");

        Assert.Equal("mine", proxy.Upstream.Requests[0].Header("x-request-id"));
        Assert.Equal("mine", proxy.AccessLog.Last.RequestId);
    }

    [Fact]
    public void A_body_passes_in_both_directions()
    {
        using var proxy = new TestProxy();
        proxy.Upstream.Answer = static r => TestUpstream.Response(200, "got " + r.Body);

        TestCall call = proxy.Connect().SendBody("POST /", "some body");

        Assert.Equal("got some body", call.Response.Body);
        Assert.Equal(9, proxy.AccessLog.Last.BytesReceived);
        Assert.Equal(13, proxy.AccessLog.Last.BytesSent);
    }

    [Fact]
    public void Upstream_connections_are_kept_alive_and_used_again()
    {
        using var proxy = new TestProxy();

        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(200, proxy.Send("GET /").Response.Status);
        }

        Assert.Equal(5, proxy.Upstream.RequestCount);
        Assert.Equal(1, proxy.Upstream.ConnectionCount);
    }

    [Fact]
    public void A_pooled_connection_that_its_upstream_closed_is_not_used()
    {
        using var proxy = new TestProxy();
        proxy.Send("GET /");

        proxy.Upstream.Connections[0].Connection.Close(CloseMode.NoFlush);
        proxy.Run();

        Assert.Equal(200, proxy.Send("GET /").Response.Status);
        Assert.Equal(2, proxy.Upstream.ConnectionCount);
    }

    [Fact]
    public void A_connection_takes_no_more_than_its_share_of_requests()
    {
        using var proxy = new TestProxy(s => s.Cluster = static c => c with { MaxRequestsPerConnection = 2 });

        for (int i = 0; i < 4; i++)
        {
            proxy.Send("GET /");
        }

        Assert.Equal(2, proxy.Upstream.ConnectionCount);
    }

    [Fact]
    public void An_idle_upstream_connection_is_closed_after_the_idle_timeout()
    {
        using var proxy = new TestProxy(s => s.Cluster = static c => c with { IdleTimeout = TimeSpan.FromSeconds(10) });
        proxy.Send("GET /");

        proxy.Advance(TimeSpan.FromSeconds(9));
        Assert.False(proxy.Upstream.Connections[0].IsClosed);

        proxy.Advance(TimeSpan.FromSeconds(2));
        Assert.True(proxy.Upstream.Connections[0].IsClosed);
        Assert.Equal(1, proxy.Counter("cluster.upstream.upstream_cx_idle_timeout"));
    }

    [Fact]
    public void A_refused_connection_is_answered_with_503_and_UF()
    {
        using var proxy = new TestProxy();
        proxy.Upstream.Stop();

        TestCall call = proxy.Send("GET /");

        Assert.Equal(503, call.Response.Status);
        const string expected = "upstream connect error or disconnect/reset before headers. reset reason: remote connection failure";
        Assert.StartsWith(expected, call.Response.Body, StringComparison.Ordinal);
        Assert.Equal("UF", proxy.AccessLog.Last.Flags);
    }

    [Fact]
    public void A_connection_that_ends_before_the_response_is_answered_with_503_and_UC()
    {
        using var proxy = new TestProxy();
        proxy.Upstream.Raw = static (c, _) => c.Connection.Close(CloseMode.NoFlush);

        TestCall call = proxy.Send("GET /");

        Assert.Equal(503, call.Response.Status);
        Assert.Equal("upstream connect error or disconnect/reset before headers. reset reason: connection termination",
            call.Response.Body);
        Assert.Equal("UC", proxy.AccessLog.Last.Flags);
        Assert.Equal("upstream_reset_before_response_started{connection_termination}", proxy.AccessLog.Last.Details);
    }

    [Fact]
    public void No_host_is_answered_with_503_and_UH()
    {
        using var proxy = new TestProxy(s => s.Hosts = []);

        TestCall call = proxy.Send("GET /");

        Assert.Equal(503, call.Response.Status);
        Assert.Equal("no healthy upstream", call.Response.Body);
        Assert.Equal("text/plain", call.Response.Header("content-type"));
        Assert.Equal("UH", proxy.AccessLog.Last.Flags);
    }

    [Fact]
    public void No_route_is_answered_with_404_and_NR()
    {
        using var proxy = new TestProxy(s => s.Routes = []);

        TestCall call = proxy.Send("GET /");

        Assert.Equal(404, call.Response.Status);
        Assert.Equal("", call.Response.Body);
        Assert.Equal(("NR", "route_not_found"), (proxy.AccessLog.Last.Flags, proxy.AccessLog.Last.Details));
    }

    [Fact]
    public void An_unknown_cluster_is_answered_with_503_and_NC()
    {
        using var proxy = new TestProxy(s =>
            s.Routes = [TestProxySetup.ToUpstream(static a => a with { Clusters = [new WeightedCluster("nowhere")] })]);

        Assert.Equal(503, proxy.Send("GET /").Response.Status);
        Assert.Equal("NC", proxy.AccessLog.Last.Flags);
    }

    [Fact]
    public void A_client_that_leaves_cancels_the_upstream_request_and_is_logged_with_DC()
    {
        using var proxy = new TestProxy();
        proxy.Upstream.Answer = static _ => null;
        TestClient client = proxy.Connect();
        client.Send("GET /");

        client.Close();

        Assert.True(proxy.Upstream.Connections[0].IsClosed);
        Assert.Equal(("DC", 0), (proxy.AccessLog.Last.Flags, proxy.AccessLog.Last.Code));
        Assert.Equal(0, proxy.Gauge("cluster.upstream.upstream_rq_active"));
    }

    [Fact]
    public void Pipelined_requests_are_answered_in_order()
    {
        using var proxy = new TestProxy();
        proxy.Upstream.Answer = static r => TestUpstream.Response(200, r.Path);
        TestClient client = proxy.Connect();

        client.Write("GET /1 HTTP/1.1\r\nhost: a\r\n\r\nGET /2 HTTP/1.1\r\nhost: a\r\n\r\n");

        Assert.True(client.Received.IndexOf("/1", StringComparison.Ordinal) < client.Received.IndexOf("/2",
            StringComparison.Ordinal));
        Assert.Equal(2, proxy.AccessLog.Entries.Count);
        Assert.NotEqual(proxy.AccessLog.Entries[0].RequestId, proxy.AccessLog.Entries[1].RequestId);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Delivery_in_small_pieces_changes_nothing(int chunk)
    {
        using var proxy = new TestProxy();
        proxy.Network.ChunkBytes = chunk;
        proxy.Upstream.Answer = static r => TestUpstream.Response(200, "got " + r.Body);

        TestCall call = proxy.Connect().SendBody("POST /x", "0123456789");

        Assert.Equal("got 0123456789", call.Response.Body);
    }

    [Fact]
    public void A_websocket_upgrade_is_passed_through_both_ways()
    {
        using var proxy = new TestProxy(s => s.Manager = static m => m with { UpgradeTypes = ["websocket"] });
        proxy.Upstream.Raw = static (c, data) =>
        {
            bool handshake = data.AsSpan().StartsWith("GET "u8);
            const string accepted = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
            c.Write(handshake ? accepted : "echo:" + System.Text.Encoding.ASCII.GetString(data));
        };
        TestClient client = proxy.Connect();

        client.Write("GET /ws HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n");
        client.Write("ping");

        Assert.StartsWith("HTTP/1.1 101", client.Received, StringComparison.Ordinal);
        Assert.EndsWith("echo:ping", client.Received, StringComparison.Ordinal);
    }

    [Fact]
    public void An_upgrade_that_is_not_allowed_is_refused_with_403()
    {
        using var proxy = new TestProxy(s => s.Manager = static m => m with { UpgradeTypes = ["other"] });

        Assert.Equal(403, proxy.Send("GET /ws", "connection: upgrade", "upgrade: websocket").Response.Status);
    }
}
