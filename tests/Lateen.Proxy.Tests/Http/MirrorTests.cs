namespace Lateen.Proxy.Tests.Http;

using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class MirrorTests
{
    [Fact]
    public void The_mirror_gets_a_copy_with_the_same_host_and_body_and_its_answer_is_thrown_away()
    {
        using var proxy = Mirrored(new MirrorPolicy("mirror"), out TestUpstream mirror);
        mirror.Answer = static _ => TestUpstream.Response(500, "from the mirror");

        TestCall call = proxy.Connect().SendBody("POST /path?q=1", "payload", "x-a: 1");

        Assert.Equal((200, "ok"), (call.Response.Status, call.Response.Body));
        TestRequest copy = Assert.Single(mirror.Requests);
        Assert.Equal(("POST", "/path?q=1", "payload"), (copy.Method, copy.Path, copy.Body));
        Assert.Equal(("example.com", "1", "true"), (copy.Header("host"), copy.Header("x-a"), copy.Header("x-envoy-internal")));
        Assert.Equal(proxy.Upstream.Requests[0].Header("x-request-id"), copy.Header("x-request-id"));
        Assert.Equal(1, proxy.Counter("cluster.mirror.upstream_rq_5xx"));
        Assert.Equal((1, 0), (proxy.Counter("cluster.mirror.upstream_rq_total"), proxy.Gauge("cluster.mirror.upstream_rq_active")));
        Assert.Equal(1, proxy.Counter("cluster.upstream.upstream_rq_total"));
    }

    [Fact]
    public void The_shadow_suffix_goes_in_front_of_the_port_where_it_is_asked_for()
    {
        using var proxy = Mirrored(new MirrorPolicy("mirror") { AppendsShadowSuffix = true }, out TestUpstream mirror);

        proxy.Send("GET /", "host: reviews:9080");

        Assert.Equal("reviews-shadow:9080", Assert.Single(mirror.Requests).Header("host"));
        Assert.Equal("reviews:9080", proxy.Upstream.Requests[0].Header("host"));
    }

    [Fact]
    public void A_mirror_that_is_slow_or_gone_or_unknown_does_not_touch_the_request()
    {
        using var proxy = Mirrored(new MirrorPolicy("mirror"), out TestUpstream mirror, new MirrorPolicy("unknown"));
        mirror.Answer = static _ => null;
        Assert.Equal(200, proxy.Send("GET /").Response.Status);

        mirror.Stop();
        Assert.Equal(200, proxy.Send("GET /").Response.Status);

        proxy.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(0, proxy.Gauge("cluster.mirror.upstream_rq_active"));
        Assert.Equal(1, proxy.Counter("cluster.mirror.upstream_rq_timeout"));
        Assert.Equal(["-", "-"], proxy.AccessLog.Entries.Select(static e => e.Flags));
    }

    [Fact]
    public void Only_the_configured_share_is_mirrored()
    {
        using var proxy = Mirrored(
            new MirrorPolicy("mirror") { Share = FractionalShare.Percent(25) }, out TestUpstream mirror);
        TestClient client = proxy.Connect();
        for (int i = 0; i < 1000; i++)
        {
            client.Send("GET /");
        }

        Assert.InRange(mirror.RequestCount, 210, 290);
        Assert.Equal(1000, proxy.Upstream.RequestCount);
    }

    [Fact]
    public void A_body_beyond_the_buffer_limit_is_not_mirrored_and_counted()
    {
        using var proxy = Mirrored(new MirrorPolicy("mirror"), out TestUpstream mirror);
        string body = new('x', (1024 * 1024) + 1);

        TestCall call = proxy.Connect().SendBody("POST /", body);

        Assert.Equal(200, call.Response.Status);
        Assert.Equal(0, mirror.RequestCount);
        Assert.Equal(1, proxy.Counter("cluster.upstream.retry_or_shadow_abandoned"));
    }

    [Fact]
    public void Several_mirrors_each_get_their_copy_over_connections_that_are_used_again()
    {
        using var proxy = Mirrored(new MirrorPolicy("mirror"), out TestUpstream mirror, new MirrorPolicy("mirror"));
        TestClient client = proxy.Connect();

        for (int i = 0; i < 10; i++)
        {
            client.Send("GET /");
        }

        Assert.Equal(20, mirror.RequestCount);
        Assert.InRange(mirror.ConnectionCount, 1, 2);
    }

    [Fact]
    public void The_virtual_hosts_mirrors_serve_routes_without_their_own()
    {
        using var proxy = new TestProxy(static s =>
        {
            s.MoreClusters = [Cluster()];
            s.VirtualHost = static v => v with { Mirrors = [new MirrorPolicy("mirror")] };
        });
        TestUpstream mirror = proxy.AddUpstream("10.0.3.1", 80);

        proxy.Send("GET /");

        Assert.Equal(1, mirror.RequestCount);
    }

    private static TestProxy Mirrored(MirrorPolicy policy, out TestUpstream mirror, params MirrorPolicy[] more)
    {
        var proxy = new TestProxy(s =>
        {
            s.MoreClusters = [Cluster()];
            s.Routes = [TestProxySetup.ToUpstream(a => a with { Mirrors = [policy, .. more] })];
        });
        mirror = proxy.AddUpstream("10.0.3.1", 80);
        return proxy;
    }

    private static ClusterConfig Cluster() => new()
    {
        Name = "mirror",
        Type = ClusterType.Static,
        InlineEndpoints = new EndpointsConfig { Name = "mirror", Hosts = [new HostConfig { Address = TestProxy.Ip("10.0.3.1", 80) }] },
    };
}
