namespace Lateen.Proxy.Tests.Routing;

using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Routing;
using Lateen.Testing;

public sealed class HeaderFormatTests
{
    [Theory]
    [InlineData("%PROTOCOL% %RESPONSE_CODE% 100%%", "HTTP/1.1 200 100%")]
    [InlineData("%RESP(x-up)%/%REQ(x-in?x-other)%", "b/i")]
    [InlineData("%UPSTREAM_METADATA(team:name)%", "red \"one\"")]
    [InlineData("%UPSTREAM_METADATA([\"team\", \"name\"]):3%", "red")]
    [InlineData("%UPSTREAM_METADATA(team:size)% %UPSTREAM_METADATA(team:tags)%", "3 [\"x\",\"y\"]")]
    [InlineData("%UPSTREAM_METADATA(team:deep:on)%%UPSTREAM_METADATA(team:deep:off)%%UPSTREAM_METADATA(nobody:name)%", "true")]
    [InlineData("%METADATA(UPSTREAM_HOST:team:size)% %METADATA(CLUSTER:owner:id)% %CLUSTER_METADATA(owner)%", "3 7 {\"id\":7}")]
    [InlineData("%UPSTREAM_CLUSTER% %ROUTE_NAME% %UPSTREAM_HOST%", "upstream default 10.0.1.1:9080")]
    public void Header_values_know_the_operators_of_access_logs(string format, string expected)
    {
        using var proxy = new TestProxy(s =>
        {
            var add = new HeaderMutations { Add = [new HeaderMutation("x-out", format)] };
            s.Routes = [TestProxySetup.ToUpstream() with { ResponseHeaders = add }];
            s.Cluster = static c => c with { Metadata = "{\"owner\":{\"id\":7}}"u8.ToArray() };
            s.Hosts =
            [
                new HostConfig
                {
                    Address = TestProxy.Ip("10.0.1.1", 9080),
                    Metadata = """{"istio":{"name":1},"team":{"size":3,"tags":["x","y"],"deep":{"on":true},"name":"red \"one\""}}"""u8.ToArray(),
                },
            ];
        });
        proxy.Upstream.Answer = static _ => TestUpstream.Response(200, "", "x-up: b");

        Assert.Equal(expected, proxy.Send("GET /", "x-in: i").Response.Header("x-out"));
    }

    [Fact]
    public void A_header_whose_value_comes_out_empty_is_not_added_unless_it_shall_be_kept()
    {
        using var proxy = new TestProxy(s => s.Routes =
        [
            TestProxySetup.ToUpstream() with
            {
                RequestHeaders = new HeaderMutations
                {
                    Add = [new HeaderMutation("x-none", "%REQ(x-missing)%"), new HeaderMutation("x-kept", "%REQ(x-missing)%", KeepEmpty: true)],
                },
            },
        ]);

        proxy.Send("GET /");

        TestRequest request = proxy.Upstream.Requests[0];
        Assert.Equal((null, ""), (request.Header("x-none"), request.Header("x-kept")));
    }

    [Fact]
    public void A_line_break_in_what_a_peer_chose_does_not_get_into_a_header()
    {
        var info = new StreamInfo { RouteName = "a\r\nx-evil: 1" };

        Assert.Equal("a__x-evil: 1"u8, new HeaderFormat("%ROUTE_NAME%").Write(null, null, info));
    }
}
