namespace Lateen.Filters.Tests.Http.Cors;

using System.Text;
using Lateen.Filters.Http.Cors;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class CorsFilterTests
{
    private static readonly CorsPolicy Policy = new()
    {
        AllowOrigins = [StringMatcher.Exact("https://shop.example.com"), StringMatcher.Prefix("http://dev.")],
        AllowMethods = Bytes("GET,POST"),
        AllowHeaders = Bytes("x-token"),
        ExposeHeaders = Bytes("x-result"),
        MaxAge = Bytes("86400"),
        AllowCredentials = true,
    };

    [Fact]
    public void A_preflight_of_an_allowed_origin_is_answered_here()
    {
        using var proxy = With(Policy);

        TestResponse response = Preflight(proxy, "https://shop.example.com");

        Assert.Equal((200, ""), (response.Status, response.Body));
        Assert.Equal("https://shop.example.com", response.Header("access-control-allow-origin"));
        Assert.Equal(("GET,POST", "x-token", "86400", "true"), (
            response.Header("access-control-allow-methods"), response.Header("access-control-allow-headers"),
            response.Header("access-control-max-age"), response.Header("access-control-allow-credentials")));
        Assert.Null(response.Header("access-control-expose-headers"));
        Assert.Equal((0, 1), (proxy.Upstream.RequestCount, proxy.Counter("http.test.cors.origin_valid")));
        Assert.Equal("cors_response", proxy.AccessLog.Last.Details);
    }

    [Fact]
    public void An_ordinary_request_of_an_allowed_origin_gets_the_headers_on_its_response()
    {
        using var proxy = With(Policy);

        TestResponse response = proxy.Send("GET /", "origin: http://dev.local").Response;

        Assert.Equal(("http://dev.local", "true", "x-result"), (
            response.Header("access-control-allow-origin"), response.Header("access-control-allow-credentials"),
            response.Header("access-control-expose-headers")));
        Assert.Null(response.Header("access-control-allow-methods"));
    }

    [Fact]
    public void Another_origin_is_forwarded_without_permission_and_counted()
    {
        using var proxy = With(Policy);

        TestResponse preflight = Preflight(proxy, "https://evil.example");
        TestResponse request = proxy.Send("GET /", "origin: https://evil.example").Response;

        Assert.Equal(2, proxy.Upstream.RequestCount);
        Assert.Null(preflight.Header("access-control-allow-origin"));
        Assert.Null(request.Header("access-control-allow-origin"));
        Assert.Equal(2, proxy.Counter("http.test.cors.origin_invalid"));
    }

    [Fact]
    public void Preflights_of_other_origins_can_be_kept_from_the_upstream()
    {
        using var proxy = With(Policy with { ForwardNotMatchingPreflights = false });

        TestResponse response = Preflight(proxy, "https://evil.example");

        Assert.Equal((200, 0), (response.Status, proxy.Upstream.RequestCount));
        Assert.Null(response.Header("access-control-allow-origin"));
        Assert.Null(response.Header("access-control-allow-methods"));
    }

    [Fact]
    public void An_OPTIONS_request_that_is_no_preflight_goes_to_the_upstream()
    {
        using var proxy = With(Policy);

        proxy.Send("OPTIONS /", "origin: http://dev.local");

        Assert.Equal("OPTIONS", Assert.Single(proxy.Upstream.Requests).Method);
    }

    [Fact]
    public void Without_an_origin_a_policy_or_an_enabled_share_nothing_happens()
    {
        using var proxy = With(Policy);
        using var without = With(null);
        using var off = With(Policy with { Enabled = FractionalShare.Never });

        Assert.Null(proxy.Send("GET /").Response.Header("access-control-allow-origin"));
        Assert.Null(without.Send("GET /", "origin: http://dev.local").Response.Header("access-control-allow-origin"));
        Assert.Null(off.Send("GET /", "origin: http://dev.local").Response.Header("access-control-allow-origin"));
    }

    [Fact]
    public void A_star_takes_every_origin()
    {
        using var proxy = With(new CorsPolicy { AllowOrigins = [StringMatcher.Exact("*")] });

        Assert.Equal("https://a.b", proxy.Send("GET /", "origin: https://a.b").Response.Header("access-control-allow-origin"));
    }

    [Fact]
    public void Private_networks_are_allowed_only_when_asked_for_and_configured()
    {
        using var proxy = With(Policy with { AllowPrivateNetwork = true });

        string? asked = Preflight(proxy, "http://dev.x", "access-control-request-private-network: true")
            .Header("access-control-allow-private-network");
        string? notAsked = Preflight(proxy, "http://dev.x").Header("access-control-allow-private-network");

        Assert.Equal("true", asked);
        Assert.Null(notAsked);
    }

    private static TestResponse Preflight(TestProxy proxy, string origin, params string[] more) => proxy.Send(
        "OPTIONS /", [$"origin: {origin}", "access-control-request-method: POST", .. more]).Response;

    private static TestProxy With(CorsPolicy? policy) => new(s =>
    {
        s.Filters = [new CorsFilterFactory("cors")];
        s.Routes =
        [
            TestProxySetup.ToUpstream() with
            {
                FilterConfigs = policy is null ? [] : [new PerFilterConfig { FilterName = "cors", Config = policy }],
            },
        ];
    });

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);
}
