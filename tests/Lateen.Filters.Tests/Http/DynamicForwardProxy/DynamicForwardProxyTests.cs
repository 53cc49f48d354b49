namespace Lateen.Filters.Tests.Http.DynamicForwardProxy;

using Lateen.Filters.Http.DynamicForwardProxy;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class DynamicForwardProxyTests
{
    [Fact]
    public void A_request_goes_to_the_host_that_it_names()
    {
        using TestProxy proxy = Start(out TestNames names);
        names.Set("one.example.com", null, "10.0.1.1");
        names.Set("two.example.com", null, "10.0.1.2");
        TestUpstream second = proxy.AddUpstream("10.0.1.2", 8080);

        TestCall one = proxy.Send("GET /", "host: one.example.com:9080");
        TestCall two = proxy.Send("GET /", "host: two.example.com:8080");
        proxy.Send("GET /", "host: one.example.com:9080");

        Assert.Equal((200, 200), (one.Response.Status, two.Response.Status));
        Assert.Equal((2, 1), (proxy.Upstream.RequestCount, second.RequestCount));
        Assert.Equal(2, names.Questions);
    }

    [Fact]
    public void An_address_needs_no_name_server()
    {
        using TestProxy proxy = Start(out TestNames names);

        Assert.Equal(200, proxy.Send("GET /", "host: 10.0.1.1:9080").Response.Status);
        Assert.Equal(0, names.Questions);
    }

    [Fact]
    public void A_name_that_does_not_resolve_is_503_with_flag_DF_and_asked_for_again()
    {
        using TestProxy proxy = Start(out TestNames names);

        TestCall call = proxy.Send("GET /", "host: none.example.com:9080");
        Assert.Equal((503, "DNS resolution failure"), (call.Response.Status, call.Response.Body));
        Assert.Equal(("DF", "dns_resolution_failure"), (proxy.AccessLog.Last.Flags, proxy.AccessLog.Last.Details));

        names.Set("none.example.com", null, "10.0.1.1");
        Assert.Equal(200, proxy.Send("GET /", "host: none.example.com:9080").Response.Status);
    }

    [Fact]
    public void A_full_cache_refuses_new_names_until_old_ones_were_not_used_for_their_time_to_live()
    {
        using TestProxy proxy = Start(out TestNames names);
        names.Set("three.example.com", null, "10.0.1.1");
        proxy.Send("GET /", "host: 10.0.1.1:9080");
        names.Set("two.example.com", null, "10.0.1.1");
        proxy.Send("GET /", "host: two.example.com:9080");

        Assert.Equal(503, proxy.Send("GET /", "host: three.example.com:9080").Response.Status);
        Assert.Equal(("UO", "dns_cache_overflow"), (proxy.AccessLog.Last.Flags, proxy.AccessLog.Last.Details));

        proxy.Advance(TimeSpan.FromMinutes(7));
        Assert.Equal(200, proxy.Send("GET /", "host: three.example.com:9080").Response.Status);
    }

    [Fact]
    public void A_name_in_use_follows_its_address()
    {
        using TestProxy proxy = Start(out TestNames names);
        TestUpstream second = proxy.AddUpstream("10.0.1.2", 9080);
        names.Set("one.example.com", null, "10.0.1.1");
        proxy.Send("GET /", "host: one.example.com:9080");
        names.Set("one.example.com", null, "10.0.1.2");
        proxy.Advance(TimeSpan.FromSeconds(61));

        proxy.Send("GET /", "host: one.example.com:9080");

        Assert.Equal((1, 1), (proxy.Upstream.RequestCount, second.RequestCount));
    }

    private static TestProxy Start(out TestNames names)
    {
        TestNames? used = null;
        var proxy = new TestProxy(s =>
        {
            used = s.Resolver;
            s.Filters = [new DynamicForwardProxyFilterFactory("envoy.filters.http.dynamic_forward_proxy")];
            s.Hosts = [];
            s.Cluster = static c => c with
            {
                Type = ClusterType.DynamicForward,
                LbPolicy = LbPolicy.ClusterProvided,
                DynamicForward = new DynamicForwardConfig { MaxHosts = 2 },
            };
        });
        names = used ?? new TestNames();
        return proxy;
    }
}
