namespace Lateen.Proxy.Tests.Overload;

using Lateen.Proxy.Config;
using Lateen.Proxy.Overload;
using Lateen.Testing;

public sealed class OverloadTests
{
    private const string Monitor = "heap";
    private long _used;

    [Fact]
    public void At_saturation_requests_are_refused_and_afterwards_served_again()
    {
        using TestProxy proxy = Start(new OverloadActionConfig(OverloadAction.StopAcceptingRequests, [new(Monitor, 0.9, 0.9)]));
        using OverloadManager manager = Manage(proxy);

        TestCall before = proxy.Send("GET /");
        Use(manager, proxy, 90);
        TestCall during = proxy.Send("GET /");
        Use(manager, proxy, 89);
        TestCall after = proxy.Send("GET /");

        Assert.Equal((200, 503, 200), (before.Response.Status, during.Response.Status, after.Response.Status));
        Assert.Equal("envoy overloaded", during.Response.Body);
        Assert.Equal(("OM", "overload"), (proxy.AccessLog.Entries[1].Flags, proxy.AccessLog.Entries[1].Details));
        Assert.Equal(1, proxy.Counter("http.test.downstream_rq_overload_close"));
        Assert.Equal(89, proxy.Gauge("overload.heap.pressure"));
        Assert.Equal(0, proxy.Gauge("overload.envoy.overload_actions.stop_accepting_requests.active"));
    }

    [Fact]
    public void A_connection_ends_with_its_response_while_keepalive_is_off()
    {
        using TestProxy proxy = Start(new OverloadActionConfig(OverloadAction.DisableHttpKeepalive, [new(Monitor, 0.5, 0.5)]));
        using OverloadManager manager = Manage(proxy);
        TestClient client = proxy.Connect();

        Assert.Null(client.Send("GET /").Response.Header("connection"));
        Use(manager, proxy, 60);

        Assert.Equal("close", client.Send("GET /").Response.Header("connection"));
    }

    [Fact]
    public void New_connections_are_closed_and_counted_but_not_on_a_listener_that_bypasses()
    {
        OverloadActionConfig reject = new(OverloadAction.RejectIncomingConnections, [new(Monitor, 0.5, 0.5)]);
        using TestProxy proxy = Start(reject);
        using OverloadManager manager = Manage(proxy);
        using TestProxy bypass = Start(reject, static l => l with { BypassOverload = true });
        using OverloadManager other = Manage(bypass);
        Use(manager, proxy, 60);
        Use(other, bypass, 60);

        Assert.True(proxy.Connect().IsClosed);
        Assert.Equal(200, bypass.Send("GET /").Response.Status);
        Assert.Equal(1, proxy.Counter("listener.10.0.0.1_80.downstream_cx_overload_reject"));
    }

    [Fact]
    public void Idle_connections_end_earlier_the_stronger_the_pressure()
    {
        var shorter = new OverloadActionConfig(OverloadAction.ReduceTimeouts, [new(Monitor, 0.5, 1)]) { MinConnectionIdleScale = 0 };
        using TestProxy proxy = Start(shorter);
        using OverloadManager manager = Manage(proxy);
        TestClient client = proxy.Connect();
        client.Send("GET /");
        proxy.Advance(TimeSpan.FromMinutes(20));

        Use(manager, proxy, 60);
        Assert.False(client.SawEnd);
        Use(manager, proxy, 90);

        Assert.True(client.SawEnd);
        Assert.Equal(80, proxy.Gauge("overload.envoy.overload_actions.reduce_timeouts.scale_percent"));
    }

    [Fact]
    public void The_limit_of_all_connections_is_exact_over_listeners_and_frees_with_each_end()
    {
        using TestProxy proxy = Start(new OverloadConfig { MaxDownstreamConnections = 2 });
        TestClient first = proxy.Connect();
        TestClient second = proxy.Connect();

        Assert.True(proxy.Connect().IsClosed);
        Assert.Equal(1, proxy.Counter("listener.10.0.0.1_80.downstream_global_cx_overflow"));
        first.Close();
        Assert.False(proxy.Connect().IsClosed);
        Assert.False(second.IsClosed);
    }

    [Theory]
    [InlineData(0.5, 0.5, 0.49, 0)]
    [InlineData(0.5, 0.5, 0.5, 1)]
    [InlineData(0.5, 0.9, 0.5, 0)]
    [InlineData(0.5, 0.9, 0.7, 0.5)]
    [InlineData(0.5, 0.9, 0.95, 1)]
    public void A_trigger_is_a_step_or_a_slope(double from, double full, double pressure, double strength) =>
        Assert.Equal(strength, new OverloadTrigger(Monitor, from, full).StrengthAt(pressure), 3);

    [Fact]
    public void The_system_s_readings_are_those_of_this_process()
    {
        using var system = new SystemReadings(static () => 0);

        Assert.InRange(system.Readings.ResidentBytes(), 10_000_000, 100_000_000_000);
        Assert.InRange(system.Readings.OpenDescriptors(), 5, 100_000);
        Assert.True(system.Readings.DescriptorLimit() >= 256);
    }

    private static TestProxy Start(OverloadActionConfig action, Func<ListenerConfig, ListenerConfig>? listener = null) => Start(
        new OverloadConfig { Monitors = [new OverloadMonitorConfig(Monitor, OverloadResource.Heap, 100)], Actions = [action] }, listener);

    private static TestProxy Start(OverloadConfig config, Func<ListenerConfig, ListenerConfig>? listener = null) => new(setup =>
    {
        setup.Overload = config;
        setup.Listener = listener ?? (static l => l);
    });

    private OverloadManager Manage(TestProxy proxy) => new(
        proxy.Core,
        new ResourceReadings
        {
            ResidentBytes = () => _used,
            CgroupLimitBytes = static () => 0,
            OpenDescriptors = static () => 0,
            DescriptorLimit = static () => 0,
        },
        proxy.Stats, new StoppedTime(), static _ => { });

    private void Use(OverloadManager manager, TestProxy proxy, long percent)
    {
        _used = percent;
        manager.Refresh();
        proxy.Run();
    }

    private sealed class StoppedTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
