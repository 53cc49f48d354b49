namespace Lateen.Proxy.Tests.Routing;

using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class RouteMatchingTests
{
    [Theory]
    [InlineData("a.example.com", "exact")]
    [InlineData("A.Example.COM", "exact")]
    [InlineData("b.example.com", "suffix")]
    [InlineData("x.b.example.com", "suffix")]
    [InlineData("deep.sub.example.com", "longer suffix")]
    [InlineData("www.anything.org", "prefix")]
    [InlineData("elsewhere.net", "any")]
    [InlineData("a.example.com:8080", "with port")]
    public void The_most_specific_virtual_host_wins(string host, string expected)
    {
        using var proxy = new TestProxy(s => s.RouteTable = new RouteTable
        {
            Name = "t",
            VirtualHosts =
            [
                Answering("any", "*"),
                Answering("suffix", "*.example.com"),
                Answering("longer suffix", "*.sub.example.com"),
                Answering("prefix", "www.*"),
                Answering("exact", "a.example.com"),
                Answering("with port", "a.example.com:8080"),
            ],
        });

        Assert.Equal(expected, proxy.Send("GET /", "host: " + host).Response.Body);
    }

    [Theory]
    [InlineData("GET /exact", "exact")]
    [InlineData("GET /exact?q=1", "exact")]
    [InlineData("GET /exact/more", "none")]
    [InlineData("GET /prefix/more", "prefix")]
    [InlineData("GET /item/12", "regex")]
    [InlineData("GET /item/12x", "none")]
    [InlineData("GET /segment", "segment")]
    [InlineData("GET /segment/x", "segment")]
    [InlineData("GET /segmented", "none")]
    [InlineData("GET /query?a=1&b=2", "query")]
    [InlineData("GET /query?b=3", "none")]
    [InlineData("POST /anything", "method")]
    public void Routes_match_path_method_and_query_in_order(string request, string expected)
    {
        using var proxy = new TestProxy(s => s.Routes =
        [
            Direct("exact", new RouteMatch { PathKind = PathMatchKind.Exact, Path = "/exact" }),
            Direct("prefix", new RouteMatch { Path = "/prefix" }),
            Direct("regex", new RouteMatch { PathKind = PathMatchKind.Regex, PathRegex =
                new RegexPattern("/item/[0-9]+", "/item/[0-9]+") }),
            Direct("segment", new RouteMatch { PathKind = PathMatchKind.PathSeparatedPrefix, Path = "/segment" }),
            Direct("query", new RouteMatch { Path = "/query", QueryParameters =
                [new QueryParameterMatcher("b", StringMatcher.Exact("2"))] }),
            Direct("method", new RouteMatch { Headers = [HeaderMatcher.Of(":method", StringMatcher.Exact("POST"))] }),
            Direct("none", new RouteMatch()),
        ]);

        Assert.Equal(expected, proxy.Send(request).Response.Body);
    }

    [Theory]
    [InlineData("end-user: jason", "exact")]
    [InlineData("n: 15", "range")]
    [InlineData("n: 20", "none")]
    [InlineData("cookie: a=b; session=1", "contains")]
    [InlineData("flag:", "present")]
    [InlineData("other: x", "none")]
    public void Routes_match_headers(string header, string expected)
    {
        using var proxy = new TestProxy(s => s.Routes =
        [
            Direct("exact", new RouteMatch { Headers = [HeaderMatcher.Of("end-user", StringMatcher.Exact("jason"))] }),
            Direct("range", new RouteMatch { Headers = [HeaderMatcher.Range("n", 10, 20)] }),
            Direct("contains", new RouteMatch { Headers =
                [HeaderMatcher.Of("cookie", new StringMatcher(StringMatchKind.Contains, "session="))] }),
            Direct("present", new RouteMatch { Headers = [HeaderMatcher.Present("flag")] }),
            Direct("none", new RouteMatch()),
        ]);

        Assert.Equal(expected, proxy.Send("GET /", header).Response.Body);
    }

    [Fact]
    public void A_header_that_must_not_have_a_value_may_be_missing()
    {
        using var proxy = new TestProxy(s => s.Routes =
        [
            Direct("without", new RouteMatch { Headers =
                [HeaderMatcher.Of("end-user", StringMatcher.Exact("jason"), invert: true, missingIsEmpty: true)] }),
            Direct("with", new RouteMatch()),
        ]);

        Assert.Equal("without", proxy.Send("GET /").Response.Body);
        Assert.Equal("with", proxy.Send("GET /", "end-user: jason").Response.Body);
    }

    [Theory]
    [InlineData("/a/../secret", "/secret")]
    [InlineData("/a/./b/", "/a/b/")]
    [InlineData("/%61bc", "/abc")]
    [InlineData("/a%2Fb", "/a%2Fb")]
    [InlineData("/a\\b?x=\\", "/a/b?x=\\")]
    [InlineData("/a//b", "/a/b")]
    [InlineData("/plain?a=..//", "/plain?a=..//")]
    [InlineData("/a/..", "/")]
    public void Paths_are_normalised_before_they_are_matched(string path, string expected)
    {
        using var proxy = new TestProxy(s => s.Manager = static m => m with { NormalizePath = true, MergeSlashes = true });

        proxy.Send("GET " + path);

        Assert.Equal(expected, Assert.Single(proxy.Upstream.Requests).Path);
    }

    [Theory]
    [InlineData("/../etc/passwd")]
    [InlineData("/a%00b")]
    public void A_path_that_cannot_be_normalised_is_refused(string path)
    {
        using var proxy = new TestProxy(s => s.Manager = static m => m with { NormalizePath = true });

        Assert.Equal(400, proxy.Send("GET " + path).Response.Status);
        Assert.Equal("path_normalization_failed", proxy.AccessLog.Last.Details);
    }

    [Fact]
    public void Rewrites_change_path_and_host()
    {
        using var proxy = new TestProxy(s => s.Routes =
        [
            TestProxySetup.ToUpstream(static a => a with { PrefixRewrite = "/v2/", HostRewriteLiteral =
                "ratings" }) with { Match = new RouteMatch { Path = "/api/" } },
            TestProxySetup.ToUpstream(static a =>
                a with { RewriteRegex = new RegexPattern("^/(.*)/x$", "^/(.*)/x$"), RewriteSubstitution = "/y/$1" }),
        ]);

        proxy.Send("GET /api/books?q=1");
        proxy.Send("GET /abc/x?q=2");

        Assert.Equal("/v2/books?q=1", proxy.Upstream.Requests[0].Path);
        Assert.Equal("ratings", proxy.Upstream.Requests[0].Header("host"));
        Assert.Equal("/api/books?q=1", proxy.Upstream.Requests[0].Header("x-envoy-original-path"));
        Assert.Equal("/y/abc?q=2", proxy.Upstream.Requests[1].Path);
    }

    [Fact]
    public void Redirects_keep_what_they_do_not_change()
    {
        using var proxy = new TestProxy(s => s.Routes =
        [
            new RouteEntry { Action = new RedirectAction { Scheme = "https", Status = 308 } },
        ]);

        TestCall call = proxy.Send("GET /a?b=c", "host: example.com:80");

        Assert.Equal(308, call.Response.Status);
        Assert.Equal("https://example.com/a?b=c", call.Response.Header("location"));
    }

    [Fact]
    public void Header_mutations_of_every_level_apply()
    {
        var both = new HeaderMutations { Add =
            [new HeaderMutation("x-set", "a", HeaderAppendAction.OverwriteIfExistsOrAdd)], Remove = ["x-gone"] };
        using var proxy = new TestProxy(s =>
        {
            s.Routes = [TestProxySetup.ToUpstream() with { RequestHeaders = both, ResponseHeaders = both }];
            s.VirtualHost = static v => v with { RequestHeaders = new HeaderMutations { Add =
                [new HeaderMutation("x-from", "%DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT%/%REQ(x-in)%")] } };
        });
        proxy.Upstream.Answer = static _ => TestUpstream.Response(200, "", "x-gone: 1", "x-set: b");

        TestCall call = proxy.Send("GET /", "x-gone: 1", "x-set: b", "x-in: i");

        TestRequest request = proxy.Upstream.Requests[0];
        Assert.Equal(("a", null, "10.9.9.9/i"), (request.Header("x-set"), request.Header("x-gone"), request.Header("x-from")));
        Assert.Equal(("a", null), (call.Response.Header("x-set"), call.Response.Header("x-gone")));
    }

    [Fact]
    public void Weights_share_requests_within_three_sigma()
    {
        using var proxy = new TestProxy(s =>
        {
            s.Routes = [TestProxySetup.ToUpstream(static a =>
                a with { Clusters = [new WeightedCluster(TestProxy.ClusterName, 90), new WeightedCluster("other", 10)] })];
        });
        TestClient client = proxy.Connect();

        int elsewhere = 0;
        for (int i = 0; i < 1000; i++)
        {
            elsewhere += client.Send("GET /").Response.Status == 503 ? 1 : 0;
        }

        Assert.InRange(elsewhere, 72, 128);
    }

    private static VirtualHost Answering(string name, params string[] domains) =>
        new() { Name = name, Domains = domains, Routes = [Direct(name, new RouteMatch())] };

    private static RouteEntry Direct(string body, RouteMatch match) =>
        new() { Name = body, Match = match, Action = new DirectResponseAction(200, body) };
}
