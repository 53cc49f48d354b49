namespace Lateen.Filters.Tests.Http.Fault;

using Lateen.Filters.Http.Fault;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class FaultFilterTests
{
    [Fact]
    public void A_delayed_request_reaches_the_upstream_only_after_the_delay()
    {
        var config = new FaultConfig { DelayShare = FractionalShare.Always, Delay = TimeSpan.FromSeconds(2) };
        using var proxy = new TestProxy(new FaultFilterFactory("fault", config));

        TestCall call = proxy.Send("GET /ratings");
        proxy.AdvanceMs(1_990);
        bool before = call.IsDone;
        proxy.AdvanceMs(20);

        Assert.False(before);
        Assert.Equal(200, call.Response.Status);
        Assert.Equal(1, proxy.Counter("http.test.fault.delays_injected"));
        Assert.Equal(0, proxy.Gauge("http.test.fault.active_faults"));
    }

    [Fact]
    public void An_aborted_request_is_answered_with_its_status_and_body_and_flag_FI()
    {
        var config = new FaultConfig { AbortShare = FractionalShare.Always, AbortStatus = 500 };
        using var proxy = new TestProxy(new FaultFilterFactory("fault", config));

        TestCall call = proxy.Send("GET /ratings");

        Assert.Equal(500, call.Response.Status);
        Assert.Equal("fault filter abort", call.Response.Body);
        Assert.Equal(1, proxy.Counter("http.test.fault.aborts_injected"));
    }

    [Fact]
    public void A_request_without_the_configured_header_is_left_alone()
    {
        var config = new FaultConfig
        {
            AbortShare = FractionalShare.Always,
            AbortStatus = 500,
            Headers = [HeaderMatcher.Of("end-user", StringMatcher.Exact("jason"))],
        };
        using var proxy = new TestProxy(new FaultFilterFactory("fault", config));

        Assert.Equal(200, proxy.Send("GET /ratings").Response.Status);
        Assert.Equal(500, proxy.Send("GET /ratings", "end-user: jason").Response.Status);
    }
}
