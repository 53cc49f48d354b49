namespace Lateen.Proxy.Tests.Clusters;

using Lateen.Proxy.Config;
using Lateen.Testing;

/// <summary>Every limit is the process's: with four workers it is what it is with one.</summary>
public sealed class LimitsByWorkersTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Connections_have_one_limit_for_the_process(int workers)
    {
        using TestProxy proxy = Start(workers, new CircuitBreakerThresholds { MaxConnections = 3 });

        TestCall[] calls = SendMany(proxy, 24);

        Assert.Equal(3, proxy.Upstream.ConnectionCount);
        Assert.All(calls, static c => Assert.False(c.IsDone));
        Assert.Equal(1, proxy.Gauge("cluster.upstream.circuit_breakers.default.cx_open"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_host_has_one_limit_on_its_connections(int workers)
    {
        using TestProxy proxy = Start(workers, new CircuitBreakerThresholds(), perHost: 3);

        SendMany(proxy, 24);

        Assert.Equal(3, proxy.Upstream.ConnectionCount);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Requests_that_wait_have_one_limit(int workers)
    {
        using TestProxy proxy = Start(workers, new CircuitBreakerThresholds { MaxConnections = 3, MaxPendingRequests = 5 });

        TestCall[] calls = SendMany(proxy, 24);

        Assert.Equal(24 - 3 - 5, calls.Count(static c => c.IsDone && c.Response.Status == 503));
        Assert.Equal(16, proxy.AccessLog.Entries.Count(static e => e.Flags == "UO"));
        Assert.Equal(16, proxy.Counter("cluster.upstream.upstream_rq_pending_overflow"));
        Assert.Equal(1, proxy.Gauge("cluster.upstream.circuit_breakers.default.rq_pending_open"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Requests_in_flight_have_one_limit(int workers)
    {
        using TestProxy proxy = Start(workers, new CircuitBreakerThresholds { MaxRequests = 7 });

        TestCall[] calls = SendMany(proxy, 24);

        Assert.Equal(24 - 7, calls.Count(static c => c.IsDone && c.Response.Status == 503));
        Assert.Equal(7, proxy.Upstream.RequestCount);
        Assert.Equal(1, proxy.Gauge("cluster.upstream.circuit_breakers.default.rq_open"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Retries_have_one_limit_for_the_process(int workers)
    {
        using TestProxy proxy = StartRetrying(workers, new CircuitBreakerThresholds { MaxRetries = 2 });

        SendMany(proxy, 12);
        proxy.AdvanceMs(300);

        Assert.Equal(2, proxy.Counter("cluster.upstream.upstream_rq_retry"));
        Assert.Equal(10, proxy.Counter("cluster.upstream.upstream_rq_retry_overflow"));
        Assert.Equal(10, proxy.AccessLog.Entries.Count(static e => e.Flags == "UO"));
    }

    [Theory]
    [InlineData(1, 25, 0, 5)]
    [InlineData(4, 25, 0, 5)]
    [InlineData(1, 25, 6, 6)]
    [InlineData(4, 25, 6, 6)]
    [InlineData(1, 0, 2, 2)]
    [InlineData(4, 0, 2, 2)]
    public void A_retry_budget_follows_the_load_of_all_workers(int workers, double percent, uint least, int retries)
    {
        using TestProxy proxy = StartRetrying(
            workers, new CircuitBreakerThresholds { RetryBudgetPercent = percent, MinRetryConcurrency = least });

        // Twenty in flight that never end, then twelve that fail one after the other: a quarter of 20 or 21 is 5.
        for (int i = 0; i < 20; i++)
        {
            proxy.Send("GET /hang");
        }

        SendMany(proxy, 12);
        proxy.AdvanceMs(300);

        Assert.Equal(retries, proxy.Counter("cluster.upstream.upstream_rq_retry"));
        Assert.Equal(12 - retries, proxy.Counter("cluster.upstream.upstream_rq_retry_overflow"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void The_high_priority_has_limits_of_its_own(int workers)
    {
        using var proxy = new TestProxy(s =>
        {
            s.Workers = workers;
            s.Cluster = static c => c with
            {
                Breakers = new CircuitBreakerThresholds { MaxRequests = 1 },
                HighPriorityBreakers = new CircuitBreakerThresholds { MaxRequests = 4 },
            };
            s.Routes = [TestProxySetup.ToUpstream(static a => a with { HighPriority = true })];
        });
        proxy.Upstream.Answer = static _ => null;

        TestCall[] calls = SendMany(proxy, 12);

        Assert.Equal(8, calls.Count(static c => c.IsDone && c.Response.Status == 503));
    }

    // Retries hang: each keeps its place.
    private static TestProxy StartRetrying(int workers, CircuitBreakerThresholds limits)
    {
        var proxy = new TestProxy(s =>
        {
            s.Workers = workers;
            s.Cluster = c => c with { Breakers = limits };
            s.Routes =
            [
                TestProxySetup.ToUpstream(static a => a with
                {
                    RetryPolicy = new RetryPolicy { RetryOn = RetryOn.FiveXx, NumRetries = 1 },
                }),
            ];
            s.VirtualHost = static v => v with { IncludeRequestAttemptCount = true };
        });
        proxy.Upstream.Answer = static r =>
            r.Path == "/hang" || r.Header("x-envoy-attempt-count") == "2" ? null : TestUpstream.Response(503);
        return proxy;
    }

    private static TestProxy Start(int workers, CircuitBreakerThresholds limits, uint perHost = uint.MaxValue)
    {
        var proxy = new TestProxy(s =>
        {
            s.Workers = workers;
            s.Cluster = c => c with { Breakers = limits, MaxConnectionsPerHost = perHost };
        });
        proxy.Upstream.Answer = static _ => null;
        return proxy;
    }

    private static TestCall[] SendMany(TestProxy proxy, int count) =>
        [.. Enumerable.Range(0, count).Select(i => proxy.Send($"GET /{i}"))];
}
