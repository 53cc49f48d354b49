namespace Lateen.Proxy.Tests.Http;

using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class TimeoutAndRetryTests
{
    private static readonly RetryPolicy TwiceOn5Xx = new() { RetryOn = RetryOn.FiveXx, NumRetries = 2 };

    [Fact]
    public void A_late_response_is_replaced_by_504_at_the_routes_timeout()
    {
        using var proxy = new TestProxy(s =>
            s.Routes = [TestProxySetup.ToUpstream(static a => a with { Timeout = TimeSpan.FromSeconds(1) })]);
        proxy.Upstream.Answer = static _ => null;
        TestCall call = proxy.Send("GET /");

        proxy.AdvanceMs(999);
        Assert.False(call.IsDone);

        proxy.AdvanceMs(2);
        Assert.Equal(504, call.Response.Status);
        Assert.Equal("upstream request timeout", call.Response.Body);
        Assert.Equal(("UT", "upstream_response_timeout"), (proxy.AccessLog.Last.Flags, proxy.AccessLog.Last.Details));
        Assert.Equal("1000", proxy.Upstream.Requests[0].Header("x-envoy-expected-rq-timeout-ms"));
    }

    [Fact]
    public void A_failed_response_is_tried_again_until_it_succeeds()
    {
        using var proxy = WithRetries(TwiceOn5Xx);
        int count = 0;
        proxy.Upstream.Answer = _ => TestUpstream.Response(++count < 3 ? 503 : 200, "done");

        TestCall call = proxy.Send("GET /");
        proxy.AdvanceMs(1000);

        Assert.Equal(200, call.Response.Status);
        Assert.Equal(3, proxy.Upstream.RequestCount);
        Assert.Equal(3, proxy.AccessLog.Last.Attempts);
        Assert.Equal(["1", "2", "3"], proxy.Upstream.Requests.Select(static r => r.Header("x-envoy-attempt-count")));
        Assert.Equal(0, proxy.Core.Clusters.Single().Breakers.Retries);
    }

    [Fact]
    public void When_retries_are_used_up_the_last_response_is_passed_on_with_URX()
    {
        using var proxy = WithRetries(TwiceOn5Xx);
        proxy.Upstream.Answer = static _ => TestUpstream.Response(503, "app says no");

        TestCall call = proxy.Send("GET /");
        proxy.AdvanceMs(1000);

        Assert.Equal(503, call.Response.Status);
        Assert.Equal("app says no", call.Response.Body);
        Assert.Equal("URX", proxy.AccessLog.Last.Flags);
        Assert.Equal(3, proxy.Upstream.RequestCount);
    }

    [Fact]
    public void A_refused_connection_is_tried_again_on_connect_failure()
    {
        using var proxy = WithRetries(new RetryPolicy { RetryOn = RetryOn.ConnectFailure, NumRetries = 2 });
        proxy.Upstream.Stop();
        TestCall call = proxy.Send("GET /");

        proxy.Upstream.Start();
        proxy.AdvanceMs(1000);

        Assert.Equal(200, call.Response.Status);
    }

    [Fact]
    public void A_request_with_a_body_is_sent_again_whole()
    {
        using var proxy = WithRetries(TwiceOn5Xx);
        int count = 0;
        proxy.Upstream.Answer = _ => TestUpstream.Response(++count < 2 ? 503 : 200);

        TestCall call = proxy.Connect().SendBody("POST /", "precious");
        proxy.AdvanceMs(1000);

        Assert.Equal(200, call.Response.Status);
        Assert.Equal(["precious", "precious"], proxy.Upstream.Requests.Select(static r => r.Body));
    }

    [Fact]
    public void Only_what_the_policy_names_is_tried_again()
    {
        using var proxy = WithRetries(new RetryPolicy { RetryOn =
            RetryOn.GatewayError | RetryOn.RetriableStatusCodes, RetriableStatusCodes = [418] });
        proxy.Upstream.Answer = static r => TestUpstream.Response(r.Path == "/teapot" ? 418 : 500);

        proxy.Send("GET /plain");
        proxy.AdvanceMs(500);
        Assert.Equal(1, proxy.Upstream.RequestCount);

        proxy.Send("GET /teapot");
        proxy.AdvanceMs(500);
        Assert.Equal(3, proxy.Upstream.RequestCount);
    }

    [Fact]
    public void A_try_that_takes_too_long_is_replaced_by_another()
    {
        using var proxy = WithRetries(TwiceOn5Xx with { PerTryTimeout = TimeSpan.FromMilliseconds(100) });
        int count = 0;
        proxy.Upstream.Answer = _ => ++count < 2 ? null : TestUpstream.Response(200);

        TestCall call = proxy.Send("GET /");
        proxy.AdvanceMs(500);

        Assert.Equal(200, call.Response.Status);
        Assert.Equal(2, proxy.Upstream.RequestCount);
    }

    [Fact]
    public void When_every_try_takes_too_long_the_answer_is_504()
    {
        using var proxy = WithRetries(TwiceOn5Xx with { PerTryTimeout = TimeSpan.FromMilliseconds(100) });
        proxy.Upstream.Answer = static _ => null;

        TestCall call = proxy.Send("GET /");
        proxy.AdvanceMs(2000);

        Assert.Equal(504, call.Response.Status);
        Assert.Equal("upstream_per_try_timeout", proxy.AccessLog.Last.Details);
        Assert.Equal(3, proxy.Upstream.RequestCount);
    }

    [Fact]
    public void A_retry_goes_to_another_host_when_previous_ones_are_avoided()
    {
        using var proxy = new TestProxy(s =>
        {
            s.Hosts = [new HostConfig { Address = TestProxy.Ip("10.0.1.1", 9080) }, new HostConfig { Address =
                TestProxy.Ip("10.0.1.2", 9080) }];
            s.Routes = [TestProxySetup.ToUpstream(static a => a with { RetryPolicy = TwiceOn5Xx with { NumRetries =
                1, AvoidPreviousHosts = true, HostSelectionMaxAttempts = 5 } })];
        });
        TestUpstream second = proxy.AddUpstream("10.0.1.2", 9080);
        proxy.Upstream.Answer = second.Answer = static _ => TestUpstream.Response(503);

        for (int i = 0; i < 10; i++)
        {
            proxy.Send("GET /");
            proxy.AdvanceMs(100);
        }

        Assert.Equal(10, proxy.Upstream.RequestCount);
        Assert.Equal(10, second.RequestCount);
    }

    [Fact]
    public void Retries_beyond_the_breaker_are_not_made()
    {
        using var proxy = WithRetries(TwiceOn5Xx, static c =>
            c with { Breakers = new CircuitBreakerThresholds { MaxRetries = 0 } });
        proxy.Upstream.Answer = static _ => TestUpstream.Response(503);

        TestCall call = proxy.Send("GET /");

        Assert.Equal(503, call.Response.Status);
        Assert.Equal("UO", proxy.AccessLog.Last.Flags);
        Assert.Equal(1, proxy.Counter("cluster.upstream.upstream_rq_retry_overflow"));
    }

    [Fact]
    public void Requests_beyond_the_pending_limit_overflow_with_503_and_UO()
    {
        using var proxy = new TestProxy(s => s.Cluster = static c =>
            c with { Breakers = new CircuitBreakerThresholds { MaxConnections = 1, MaxPendingRequests = 1 } });
        proxy.Upstream.Answer = static _ => null;
        TestCall[] calls = [proxy.Send("GET /1"), proxy.Send("GET /2"), proxy.Send("GET /3")];

        Assert.Equal([false, false, true], calls.Select(static c => c.IsDone));
        Assert.Equal(503, calls[2].Response.Status);
        Assert.Equal("true", calls[2].Response.Header("x-envoy-overloaded"));
        Assert.Equal("upstream connect error or disconnect/reset before headers. reset reason: overflow", calls[2].Response.Body);
        Assert.Equal("UO", proxy.AccessLog.Last.Flags);

        proxy.Upstream.Answer = static _ => TestUpstream.Response(200);
        proxy.Upstream.Connections[0].Write(TestUpstream.Response(200));
        proxy.Run();
        Assert.True(calls[1].IsDone);
    }

    [Fact]
    public void A_silent_stream_whose_request_is_whole_is_answered_with_504_after_the_stream_idle_timeout()
    {
        using var proxy = new TestProxy(s => s.Manager = static m => m with { StreamIdleTimeout = TimeSpan.FromSeconds(5) });
        proxy.Upstream.Answer = static _ => null;
        TestCall call = proxy.Send("GET /");

        proxy.Advance(TimeSpan.FromSeconds(6));

        Assert.Equal(504, call.Response.Status);
        Assert.Equal("SI", proxy.AccessLog.Last.Flags);
    }

    [Fact]
    public void A_connect_that_gets_no_answer_fails_at_the_connect_timeout()
    {
        using var proxy = new TestProxy(s => s.Cluster = static c => c with { ConnectTimeout = TimeSpan.FromSeconds(2) });
        proxy.Network.Silence(proxy.Upstream.Address);
        TestCall call = proxy.Send("GET /");

        proxy.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(503, call.Response.Status);
        Assert.Equal("UF", proxy.AccessLog.Last.Flags);
    }

    private static TestProxy WithRetries(RetryPolicy policy, Func<ClusterConfig, ClusterConfig>? cluster = null) => new(s =>
    {
        s.Routes = [TestProxySetup.ToUpstream(a => a with { RetryPolicy = policy })];
        s.VirtualHost = static v => v with { IncludeRequestAttemptCount = true };
        s.Cluster = cluster ?? (static c => c);
    });
}
