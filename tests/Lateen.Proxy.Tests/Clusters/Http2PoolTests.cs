namespace Lateen.Proxy.Tests.Clusters;

using Lateen.Engine.Http2;
using Lateen.Proxy.Config;
using Lateen.Testing;

/// <summary>What becomes of requests when an HTTP/2 host says goodbye, refuses streams or changes its limit of them.</summary>
public sealed class Http2PoolTests
{
    private const int Any = int.MaxValue;

    private static readonly RetryPolicy Refused = new() { RetryOn = RetryOn.RefusedStream, NumRetries = 1 };

    [Fact]
    public void Streams_above_the_last_of_a_GOAWAY_are_sent_again_on_a_new_connection_and_those_below_end_on_the_old()
    {
        using TestProxy proxy = Start(out RawHttp2Host host, Refused);
        TestCall[] calls = [proxy.Send("GET /a"), proxy.Send("GET /b"), proxy.Send("GET /c")];
        Assert.Equal([(0, 1), (0, 3), (0, 5)], host.Requests);

        host.GoAway(connection: 0, lastStream: 1);
        proxy.AdvanceMs(1_000);
        Assert.Equal([(1, 1), (1, 3)], host.Requests.Skip(3));
        host.Answer(0, 1);
        host.Answer(1, 1);
        host.Answer(1, 3);

        Assert.All(calls, static call => Assert.Equal(200, call.Response.Status));
        Assert.True(host.Connections[0].IsClosed || host.Connections[0].SawEnd);
        Assert.Equal(2, proxy.Counter("cluster.upstream.upstream_rq_retry_success"));
        Assert.Equal((0, 0), (proxy.Core.Clusters.Single().Breakers.Requests, proxy.Core.Clusters.Single().Breakers.Retries));
    }

    [Fact]
    public void Without_a_policy_for_it_a_stream_that_a_GOAWAY_left_behind_is_503_and_not_lost()
    {
        using TestProxy proxy = Start(out RawHttp2Host host);
        TestCall call = proxy.Send("GET /");

        host.GoAway(connection: 0, lastStream: 0);

        Assert.Equal(503, call.Response.Status);
        Assert.Equal("UR", proxy.AccessLog.Last.Flags);
        Assert.StartsWith("upstream_reset_before_response_started{", proxy.AccessLog.Last.Details, StringComparison.Ordinal);
        Assert.Single(host.Requests);
    }

    [Fact]
    public void After_a_goodbye_that_lost_nothing_new_requests_take_a_new_connection_and_the_old_one_ends_with_its_last_stream()
    {
        using TestProxy proxy = Start(out RawHttp2Host host);
        TestCall before = proxy.Send("GET /before");

        host.GoAway(connection: 0, lastStream: Any);
        TestCall after = proxy.Send("GET /after");
        Assert.Equal([(0, 1), (1, 1)], host.Requests);
        Assert.False(host.Connections[0].IsClosed || host.Connections[0].SawEnd);
        host.Answer(1, 1);
        host.Answer(0, 1);

        Assert.Equal((200, 200), (before.Response.Status, after.Response.Status));
        Assert.True(host.Connections[0].IsClosed || host.Connections[0].SawEnd);
        Assert.Equal(1, proxy.Gauge("cluster.upstream.upstream_cx_active"));
    }

    [Fact]
    public void Requests_that_wait_for_room_get_a_new_connection_when_the_host_says_goodbye()
    {
        using TestProxy proxy = Start(out RawHttp2Host host, change: static c => c with { Breakers = new() { MaxConnections = 1 } }, most: 1);
        TestCall first = proxy.Send("GET /first");
        TestCall waiting = proxy.Send("GET /waiting");
        Assert.Equal(1, proxy.Gauge("cluster.upstream.upstream_rq_pending_active"));

        host.GoAway(connection: 0, lastStream: Any);
        host.Answer(0, 1);
        proxy.Run();
        host.Answer(1, 1);

        Assert.Equal((200, 200), (first.Response.Status, waiting.Response.Status));
        Assert.Equal([(0, 1), (1, 1)], host.Requests);
    }

    [Fact]
    public void A_refused_stream_is_sent_again_and_its_connection_stays()
    {
        using TestProxy proxy = Start(out RawHttp2Host host, Refused);
        TestCall call = proxy.Send("GET /");

        host.Refuse(0, 1);
        proxy.AdvanceMs(1_000);
        host.Answer(0, 3);

        Assert.Equal(200, call.Response.Status);
        Assert.Equal([(0, 1), (0, 3)], host.Requests);
        Assert.Equal(1, proxy.Counter("cluster.upstream.upstream_cx_total"));
    }

    [Fact]
    public void A_request_with_a_body_is_refused_as_safely_as_one_without()
    {
        using TestProxy proxy = Start(out RawHttp2Host host, Refused);
        TestCall call = proxy.Connect().SendBody("POST /", "once and again");

        host.Refuse(0, 1);
        proxy.AdvanceMs(1_000);
        host.Answer(0, 3);

        Assert.Equal(200, call.Response.Status);
    }

    [Fact]
    public void Beyond_the_hosts_limit_of_streams_another_connection_opens()
    {
        using TestProxy proxy = Start(out RawHttp2Host host, most: 2);

        // The limit is known once the SETTINGS have come, so the first request goes alone.
        TestCall[] calls = [.. Enumerable.Range(0, 5).Select(i => proxy.Send($"GET /{i}"))];

        Assert.Equal([(0, 1), (0, 3), (1, 1), (1, 3), (2, 1)], host.Requests);
        foreach ((int connection, int stream) in host.Requests.ToArray())
        {
            host.Answer(connection, stream);
        }

        Assert.All(calls, static call => Assert.Equal(200, call.Response.Status));
    }

    [Fact]
    public void A_limit_that_falls_below_what_is_under_way_holds_for_new_streams_alone()
    {
        using TestProxy proxy = Start(out RawHttp2Host host);
        TestCall[] calls = [proxy.Send("GET /a"), proxy.Send("GET /b"), proxy.Send("GET /c")];

        host.Allow(connection: 0, streams: 1);
        TestCall fourth = proxy.Send("GET /d");
        Assert.Equal((1, 1), host.Requests[^1]);
        host.Answer(0, 1);
        host.Answer(0, 3);
        host.Answer(0, 5);
        host.Answer(1, 1);

        Assert.All([.. calls, fourth], static call => Assert.Equal(200, call.Response.Status));
        Assert.Equal(0, proxy.Counter("cluster.upstream.upstream_rq_retry"));
    }

    [Fact]
    public void A_limit_that_rises_lets_those_in_who_wait()
    {
        using TestProxy proxy = Start(out RawHttp2Host host, change: static c => c with { Breakers = new() { MaxConnections = 1 } }, most: 1);
        TestCall[] calls = [proxy.Send("GET /a"), proxy.Send("GET /b"), proxy.Send("GET /c")];
        Assert.Equal([(0, 1)], host.Requests);

        host.Allow(connection: 0, streams: 10);

        Assert.Equal([(0, 1), (0, 3), (0, 5)], host.Requests);
        foreach ((int connection, int stream) in host.Requests.ToArray())
        {
            host.Answer(connection, stream);
        }

        Assert.All(calls, static call => Assert.Equal(200, call.Response.Status));
    }

    [Fact]
    public void A_connection_that_allows_no_stream_at_all_is_given_up_when_it_is_idle()
    {
        using TestProxy proxy = Start(out RawHttp2Host host, change: static c => c with { Breakers = new() { MaxConnections = 1 } });
        TestCall first = proxy.Send("GET /a");

        host.Allow(connection: 0, streams: 0);
        host.Answer(0, 1);
        TestCall second = proxy.Send("GET /b");
        host.Answer(1, 1);

        Assert.Equal((200, 200), (first.Response.Status, second.Response.Status));
        Assert.Equal([(0, 1), (1, 1)], host.Requests);
    }

    private static TestProxy Start(
        out RawHttp2Host host, RetryPolicy? retries = null, Func<ClusterConfig, ClusterConfig>? change = null, int? most = null)
    {
        var proxy = new TestProxy(setup =>
        {
            setup.Routes = [TestProxySetup.ToUpstream(a => retries is null ? a : a with { RetryPolicy = retries })];
            setup.Cluster = c => (change ?? (static same => same))(c with { Protocol = UpstreamProtocol.Http2, Http2 = Http2Options.Default });
        });
        host = new RawHttp2Host(proxy) { MostStreams = most };
        return proxy;
    }
}
