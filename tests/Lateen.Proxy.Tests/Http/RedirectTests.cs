namespace Lateen.Proxy.Tests.Http;

using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class RedirectTests
{
    [Theory]
    [InlineData("example.com", "http://example.com/a/b?q=1")]
    [InlineData("example.com:8080", "http://example.com:8080/a/b?q=1")]
    [InlineData("[::1]:8080", "http://[::1]:8080/a/b?q=1")]
    public void An_empty_redirect_keeps_everything(string host, string location) =>
        Assert.Equal(location, Location(new RedirectAction(), "/a/b?q=1", host));

    [Theory]
    [InlineData("example.com:80", "https://example.com/x")]
    [InlineData("example.com:8080", "https://example.com:8080/x")]
    [InlineData("[::1]:80", "https://[::1]/x")]
    [InlineData("[::1]", "https://[::1]/x")]
    public void A_new_scheme_drops_the_old_ones_default_port(string host, string location) =>
        Assert.Equal(location, Location(new RedirectAction { Scheme = "https" }, "/x", host));

    [Theory]
    [InlineData("https", 443, "https://example.com/x")]
    [InlineData("https", 8443, "https://example.com:8443/x")]
    [InlineData("http", 80, "http://example.com/x")]
    [InlineData("", 8080, "http://example.com:8080/x")]
    public void A_new_port_is_told_unless_it_is_the_default(string scheme, int port, string location) =>
        Assert.Equal(location, Location(new RedirectAction { Scheme = scheme, Port = port }, "/x", "example.com:9080"));

    [Theory]
    [InlineData("/new", false, "http://h/new?q=1")]
    [InlineData("/new", true, "http://h/new")]
    [InlineData("/new?p=2", false, "http://h/new?p=2")]
    [InlineData("/new?p=2", true, "http://h/new?p=2")]
    public void A_new_paths_own_query_wins_and_is_never_stripped(string path, bool strip, string location) =>
        Assert.Equal(location, Location(new RedirectAction { Host = "h", Path = path, StripQuery = strip }, "/old?q=1", "example.com:81"));

    [Fact]
    public void Prefix_and_regex_change_the_path_and_keep_the_query()
    {
        Assert.Equal("http://h/new/b?q=1", Location(new RedirectAction { Host = "h", PrefixRewrite = "/new" }, "/a/b?q=1", "e",
            new RouteMatch { Path = "/a" }));
        Assert.Equal("http://h/new?q=1", Location(new RedirectAction { Host = "h", PrefixRewrite = "/new" }, "/a/b?q=1", "e",
            new RouteMatch { PathKind = PathMatchKind.Exact, Path = "/a/b" }));
        Assert.Equal("http://h/b/a?q=1", Location(
            new RedirectAction { Host = "h", RewriteRegex = new RegexPattern("x", "^/([^/]+)/([^/]+)$"), RewriteSubstitution = "/$2/$1" },
            "/a/b?q=1", "e"));
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public void Every_code_is_answered_without_a_body(int code)
    {
        using var proxy = Redirecting(new RedirectAction { Status = code, Path = "/x" });

        TestResponse response = proxy.Send("GET /").Response;

        Assert.Equal((code, "0", ""), (response.Status, response.Header("content-length"), response.Body));
        Assert.Equal("direct_response", proxy.AccessLog.Last.Details);
        Assert.Equal(0, proxy.Upstream.RequestCount);
    }

    [Fact]
    public void A_virtual_host_that_requires_tls_redirects_plaintext_whatever_the_route()
    {
        using var proxy = new TestProxy(static s => s.VirtualHost = static v => v with { RequireTls = TlsRequirement.All, Routes = [] });

        TestResponse response = proxy.Send("GET /a?b=c", "host: shop.example.com").Response;

        Assert.Equal((301, "https://shop.example.com/a?b=c"), (response.Status, response.Header("location")));
    }

    [Fact]
    public void Requests_that_came_by_tls_are_let_through()
    {
        using var proxy = new TestProxy(static s => s.VirtualHost = static v => v with { RequireTls = TlsRequirement.All });

        Assert.Equal(200, proxy.Send("GET /", "x-forwarded-proto: https").Response.Status);
    }

    [Fact]
    public void A_direct_response_sends_its_bytes_as_they_are()
    {
        byte[] body = [0xff, 0, (byte)'\n', 0x80];
        using var proxy = new TestProxy(s => s.Routes = [new RouteEntry { Action = new DirectResponseAction(503, body) }]);

        TestResponse response = proxy.Send("GET /").Response;

        Assert.Equal((503, "\u00ff\0\n\u0080"), (response.Status, response.Body));
        Assert.Equal("", proxy.Send("HEAD /").Response.Body);
    }

    private static string? Location(RedirectAction action, string path, string host, RouteMatch? match = null)
    {
        using var proxy = Redirecting(action, match);
        return proxy.Send("GET " + path, "host: " + host).Response.Header("location");
    }

    private static TestProxy Redirecting(RedirectAction action, RouteMatch? match = null) =>
        new(s => s.Routes = [new RouteEntry { Match = match ?? new RouteMatch(), Action = action }]);
}
