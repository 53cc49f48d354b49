namespace Lateen.Proxy.Tests.Clusters;

using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class CircuitBreakerTests
{
    private static readonly CircuitBreakerThresholds One = new() { MaxConnections = 1, MaxPendingRequests = 1 };

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Three_callers_at_one_connection_see_a_mix_and_every_503_is_counted(int workers)
    {
        using TestProxy proxy = Start(One, workers);
        proxy.Upstream.Answer = static _ => null;
        var calls = new List<TestCall>();
        TestClient[] clients = [proxy.Connect(), proxy.Connect(), proxy.Connect()];
        var current = new TestCall?[clients.Length];
        for (int turn = 0; turn < 60; turn++)
        {
            for (int i = 0; i < clients.Length; i++)
            {
                if (current[i] is null or { IsDone: true })
                {
                    calls.Add(current[i] = clients[i].Send("GET /"));
                }
            }

            Answer(proxy);
        }

        for (int i = 0; i < 5; i++)
        {
            Answer(proxy);
        }

        long good = calls.Count(static c => c.IsDone && c.Response.Status == 200);
        long overflowed = calls.Count(static c => c.IsDone && c.Response.Status == 503);
        Assert.Equal(calls.Count, good + overflowed);
        Assert.True(good >= 30 && overflowed >= 30, $"{good} good, {overflowed} overflowed");
        Assert.Equal(overflowed, proxy.AccessLog.Entries.Count(static r => r.Flags == "UO"));
        Assert.Equal(overflowed, proxy.Counter("cluster.upstream.upstream_rq_pending_overflow"));
        Assert.InRange(proxy.Upstream.Connections.Count, 2, 200);
        Assert.Equal(0, proxy.Core.Clusters.Single().Breakers.Pending);
        Assert.Equal(0, proxy.Core.Clusters.Single().Breakers.Requests);
    }

    [Fact]
    public void A_full_breaker_answers_503_at_once_and_says_why()
    {
        using TestProxy proxy = Start(One, 1);
        proxy.Upstream.Answer = static _ => null;
        proxy.Send("GET /1");
        proxy.Send("GET /2");

        TestCall third = proxy.Send("GET /3");

        Assert.Equal(503, third.Response.Status);
        Assert.Equal("upstream connect error or disconnect/reset before headers. reset reason: overflow", third.Response.Body);
        Assert.Equal("true", third.Response.Header("x-envoy-overloaded"));
        Assert.Equal(1, proxy.Counter("cluster.upstream.upstream_cx_overflow"));
        Assert.Equal(1, proxy.Gauge("cluster.upstream.circuit_breakers.default.cx_open"));
        Assert.Equal(1, proxy.Gauge("cluster.upstream.circuit_breakers.default.rq_pending_open"));
        Assert.Equal(0, proxy.Gauge("cluster.upstream.circuit_breakers.default.rq_open"));
    }

    [Fact]
    public void A_limit_on_requests_overflows_too()
    {
        using TestProxy proxy = Start(new CircuitBreakerThresholds { MaxRequests = 2, TrackRemaining = true }, 1);
        proxy.Upstream.Answer = static _ => null;
        proxy.Send("GET /1");
        Assert.Equal(1, proxy.Gauge("cluster.upstream.circuit_breakers.default.remaining_rq"));
        proxy.Send("GET /2");

        TestCall third = proxy.Send("GET /3");

        Assert.Equal(503, third.Response.Status);
        Assert.Equal(0, proxy.Gauge("cluster.upstream.circuit_breakers.default.remaining_rq"));
        Assert.Equal(1, proxy.Gauge("cluster.upstream.circuit_breakers.default.rq_open"));
        Assert.Equal(1, proxy.Counter("cluster.upstream.upstream_rq_pending_overflow"));
    }

    [Fact]
    public void A_retry_budget_follows_the_load()
    {
        using var proxy = new TestProxy(s =>
        {
            s.Cluster = static c => c with
            {
                Breakers = new CircuitBreakerThresholds { RetryBudgetPercent = 50, MinRetryConcurrency = 0 },
            };
            s.Routes =
            [
                TestProxySetup.ToUpstream(static a => a with
                {
                    RetryPolicy = new RetryPolicy { RetryOn = RetryOn.FiveXx, NumRetries = 1 },
                }),
            ];
        });
        proxy.Upstream.Answer = static r => r.Path == "/hang" ? null : TestUpstream.Response(503);

        TestCall alone = proxy.Send("GET /alone");
        proxy.AdvanceMs(500);
        Assert.Equal(503, alone.Response.Status);
        Assert.Equal(1, proxy.Counter("cluster.upstream.upstream_rq_retry_overflow"));

        proxy.Send("GET /hang");
        proxy.Send("GET /hang");
        proxy.Send("GET /in-company");
        proxy.AdvanceMs(500);
        Assert.Equal(1, proxy.Counter("cluster.upstream.upstream_rq_retry"));
    }

    [Fact]
    public void A_host_may_not_have_more_connections_than_its_own_limit()
    {
        using var proxy = new TestProxy(s => s.Cluster = static c => c with { MaxConnectionsPerHost = 2 });
        proxy.Upstream.Answer = static _ => null;
        for (int i = 0; i < 5; i++)
        {
            proxy.Send("GET /");
        }

        Assert.Equal(2, proxy.Upstream.ConnectionCount);
    }

    [Fact]
    public void A_connection_is_closed_when_its_time_is_over_and_its_request_done()
    {
        using var proxy = new TestProxy(s => s.Cluster = static c => c with { MaxConnectionDuration = TimeSpan.FromSeconds(10) });
        proxy.Send("GET /1");
        proxy.Upstream.Answer = static _ => null;
        proxy.Advance(TimeSpan.FromSeconds(9));
        TestCall slow = proxy.Send("GET /2");
        proxy.Advance(TimeSpan.FromSeconds(5));
        Assert.False(proxy.Upstream.Connections[0].IsClosed);

        proxy.Upstream.Connections[0].Write(TestUpstream.Response(200));
        proxy.Run();

        Assert.Equal(200, slow.Response.Status);
        Assert.True(proxy.Upstream.Connections[0].IsClosed);
        Assert.Equal(1, proxy.Counter("cluster.upstream.upstream_cx_max_duration_reached"));
    }

    private static void Answer(TestProxy proxy)
    {
        foreach (TestUpstreamConnection connection in proxy.Upstream.Connections.ToArray())
        {
            if (!connection.IsClosed && proxy.Upstream.Requests.Count(r => ReferenceEquals(r.Connection, connection)) > 0)
            {
                connection.Write(TestUpstream.Response(200));
                proxy.Run();
            }
        }
    }

    private static TestProxy Start(CircuitBreakerThresholds limits, int workers) => new(s =>
    {
        s.Workers = workers;
        s.Cluster = c => c with { Breakers = limits, MaxRequestsPerConnection = limits.MaxConnections == 1 ? 1 : 0 };
    });
}
