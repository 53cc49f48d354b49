namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>A row for each HTTP field of a VirtualService: what a call does with it, and what without.</summary>
public sealed class VirtualServiceFieldTests
{
    private const string Ratings = "GET http://ratings:9080/ratings/0";
    private const string Destination = "route: [{destination: {host: ratings}}]";

    [Theory]
    [InlineData("mirror: {host: details}", 200, 200)]
    [InlineData("mirror: {host: details}, mirrorPercentage: {value: 25}", 30, 70)]
    [InlineData("mirror: {host: details}, mirrorPercentage: {value: 0}", 0, 0)]
    [InlineData("mirror: {host: details}, mirrorPercent: 25", 30, 70)]
    [InlineData("mirrors: [{destination: {host: details}}]", 200, 200)]
    [InlineData("mirrors: [{destination: {host: details}, percentage: {value: 25}}, {destination: {host: ratings}}]", 30, 70)]
    [Trait("field", "VirtualService.spec.http.mirror")]
    [Trait("field", "VirtualService.spec.http.mirrorPercentage.value")]
    [Trait("field", "VirtualService.spec.http.mirrorPercent")]
    [Trait("field", "VirtualService.spec.http.mirrors.destination")]
    [Trait("field", "VirtualService.spec.http.mirrors.percentage.value")]
    public void A_mirror_gets_its_share_of_the_requests_as_they_are_and_its_answers_are_dropped(string mirror, int least, int most)
    {
        using Mesh mesh = WithRule($"{{{mirror}, {Destination}}}");
        SimulatedPod details = mesh.Pod("details");
        details.App.Answer = _ => details.Fail(500);

        IReadOnlyList<CallResult> calls = mesh.Calls(200, "reviews-v2", Ratings);
        mesh.Network.RunUntilIdle();

        Assert.All(calls, call => Assert.Equal((200, "ratings-v1"), (call.Status, call.Workload)));
        Assert.InRange(details.App.RequestCount, least, most);
        Assert.All(details.App.Requests, request => Assert.Equal(("/ratings/0", "ratings:9080"), (request.Path, request.Header("host"))));
    }

    [Fact]
    [Trait("field", "VirtualService.spec.http.corsPolicy.allowOrigins")]
    [Trait("field", "VirtualService.spec.http.corsPolicy.allowMethods")]
    [Trait("field", "VirtualService.spec.http.corsPolicy.allowHeaders")]
    [Trait("field", "VirtualService.spec.http.corsPolicy.exposeHeaders")]
    [Trait("field", "VirtualService.spec.http.corsPolicy.maxAge")]
    [Trait("field", "VirtualService.spec.http.corsPolicy.allowCredentials")]
    public void A_preflight_from_an_allowed_origin_is_answered_by_the_proxy()
    {
        using Mesh mesh = WithRule($$"""
            {corsPolicy: {allowOrigins: [{regex: 'https://.*[.]example'}], allowMethods: [GET, PUT], allowHeaders: [x-a, x-b],
              exposeHeaders: [x-c], maxAge: 1h, allowCredentials: true}, {{Destination}}}
            """);

        CallResult preflight = Preflight(mesh, "https://shop.example");
        CallResult call = mesh.Call("reviews-v2", Ratings, "origin: https://shop.example");
        CallResult stranger = mesh.Call("reviews-v2", Ratings, "origin: https://shop.test");

        Assert.Equal((200, 0), (preflight.Status, preflight.Attempts));
        Assert.Equal("https://shop.example", preflight.Header("access-control-allow-origin"));
        Assert.Equal("GET,PUT", preflight.Header("access-control-allow-methods"));
        Assert.Equal("x-a,x-b", preflight.Header("access-control-allow-headers"));
        Assert.Equal("3600", preflight.Header("access-control-max-age"));
        Assert.Equal("true", preflight.Header("access-control-allow-credentials"));
        Assert.Equal(("https://shop.example", "x-c"), (call.Header("access-control-allow-origin"), call.Header("access-control-expose-headers")));
        Assert.Equal((200, null), (stranger.Status, stranger.Header("access-control-allow-origin")));
    }

    [Theory]
    [InlineData("allowOrigins: [{exact: 'https://shop.example'}]", 1)]
    [InlineData("allowOrigins: [{exact: 'https://shop.example'}], unmatchedPreflights: FORWARD", 1)]
    [InlineData("allowOrigins: [{exact: 'https://shop.example'}], unmatchedPreflights: IGNORE", 0)]
    [InlineData("allowOrigin: ['https://other.example'], unmatchedPreflights: IGNORE", 0)]
    [Trait("field", "VirtualService.spec.http.corsPolicy.unmatchedPreflights")]
    [Trait("field", "VirtualService.spec.http.corsPolicy.allowOrigin")]
    public void A_preflight_from_another_origin_is_forwarded_or_answered_without_leave(string cors, int forwarded)
    {
        using Mesh mesh = WithRule($"{{corsPolicy: {{{cors}, allowMethods: [GET]}}, {Destination}}}");

        CallResult preflight = Preflight(mesh, "https://evil.example");

        Assert.Equal((200, forwarded), (preflight.Status, preflight.Attempts));
        Assert.Null(preflight.Header("access-control-allow-origin"));
    }

    [Theory]
    [InlineData("uri: /new", 301, "http://ratings:9080/new?q=1")]
    [InlineData("prefixRewrite: /new", 301, "http://ratings:9080/new/0?q=1")]
    [InlineData("authority: other.example, redirectCode: 302", 302, "http://other.example/ratings/0?q=1")]
    [InlineData("authority: other.example, port: 8443, redirectCode: 303", 303, "http://other.example:8443/ratings/0?q=1")]
    [InlineData("authority: other.example, scheme: https, port: 443, redirectCode: 307", 307, "https://other.example/ratings/0?q=1")]
    [InlineData(
        "authority: other.example, derivePort: FROM_REQUEST_PORT, redirectCode: 308", 308, "http://other.example:9080/ratings/0?q=1")]
    [InlineData("authority: other.example, derivePort: FROM_PROTOCOL_DEFAULT", 301, "http://other.example/ratings/0?q=1")]
    [Trait("field", "VirtualService.spec.http.redirect.uri")]
    [Trait("field", "VirtualService.spec.http.redirect.prefixRewrite")]
    [Trait("field", "VirtualService.spec.http.redirect.authority")]
    [Trait("field", "VirtualService.spec.http.redirect.port")]
    [Trait("field", "VirtualService.spec.http.redirect.derivePort")]
    [Trait("field", "VirtualService.spec.http.redirect.scheme")]
    [Trait("field", "VirtualService.spec.http.redirect.redirectCode")]
    public void A_redirect_says_where_to_go(string redirect, int status, string location)
    {
        using Mesh mesh = WithRule($"{{match: [{{uri: {{prefix: /ratings}}}}], redirect: {{{redirect}}}}}");

        CallResult call = mesh.Call("reviews-v2", Ratings + "?q=1");

        Assert.Equal((status, location, 0), (call.Status, call.Header("location"), call.Attempts));
    }

    [Theory]
    [InlineData("uri: /v2", "/v2/0?q=1", "ratings:9080")]
    [InlineData(@"uriRegexRewrite: {match: '^/ratings/(\d+)$', rewrite: '/\1/stars'}", "/0/stars?q=1", "ratings:9080")]
    [InlineData("uriRegexRewrite: {match: '/nothing', rewrite: '/x'}", "/ratings/0?q=1", "ratings:9080")]
    [InlineData("authority: inner.example", "/ratings/0?q=1", "inner.example")]
    [Trait("field", "VirtualService.spec.http.rewrite.uri")]
    [Trait("field", "VirtualService.spec.http.rewrite.uriRegexRewrite.match")]
    [Trait("field", "VirtualService.spec.http.rewrite.uriRegexRewrite.rewrite")]
    [Trait("field", "VirtualService.spec.http.rewrite.authority")]
    public void A_rewrite_changes_what_the_application_sees(string rewrite, string path, string host)
    {
        using Mesh mesh = WithRule($"{{match: [{{uri: {{prefix: /ratings}}}}], rewrite: {{{rewrite}}}, {Destination}}}");

        TestRequest seen = Assert.Single(mesh.Call("reviews-v2", Ratings + "?q=1").Seen);

        Assert.Equal((path, host), (seen.Path, seen.Header("host")));
    }

    [Theory]
    [InlineData("{headers: {request: {set: {host: a.example}}}, ROUTE}", "a.example")]
    [InlineData("{headers: {request: {set: {':authority': a.example}}}, ROUTE}", "a.example")]
    [InlineData("{route: [{destination: {host: ratings}, headers: {request: {set: {host: a.example}}}}]}", "a.example")]
    [InlineData("{rewrite: {authority: b.example}, headers: {request: {set: {host: a.example}}}, ROUTE}", "b.example")]
    [Trait("field", "VirtualService.spec.http.headers.request.set")]
    [Trait("field", "VirtualService.spec.http.route.headers.request.set")]
    public void Setting_the_host_header_rewrites_the_host_unless_the_rule_rewrites_it_already(string rule, string host)
    {
        using Mesh mesh = WithRule(rule.Replace("ROUTE", Destination, StringComparison.Ordinal));

        Assert.Equal(host, mesh.Call("reviews-v2", Ratings).SeenHeader("host"));
    }

    [Theory]
    [InlineData("directResponse: {status: 503}", 503, "")]
    [InlineData("directResponse: {status: 200, body: {string: hello}}", 200, "hello")]
    [InlineData("directResponse: {status: 200, body: {bytes: aGk=}}", 200, "hi")]
    [Trait("field", "VirtualService.spec.http.directResponse.status")]
    [Trait("field", "VirtualService.spec.http.directResponse.body.string")]
    [Trait("field", "VirtualService.spec.http.directResponse.body.bytes")]
    public void A_direct_response_is_given_without_a_call(string answer, int status, string body)
    {
        using Mesh mesh = WithRule($"{{{answer}}}");

        CallResult call = mesh.Call("reviews-v2", Ratings);

        Assert.Equal((status, body, 0), (call.Status, call.Body, call.Attempts));
    }

    [Theory]
    [InlineData("grpcStatus: UNAVAILABLE", "application/grpc", 200, "14")]
    [InlineData("grpcStatus: NOT_FOUND", "application/grpc+proto", 200, "5")]
    [InlineData("grpcStatus: '8'", "application/grpc", 200, "8")]
    [InlineData("grpcStatus: UNAVAILABLE", "text/plain", 503, null)]
    [InlineData("httpStatus: 418", "text/plain", 418, null)]
    [Trait("field", "VirtualService.spec.http.fault.abort.grpcStatus")]
    [Trait("field", "VirtualService.spec.http.fault.abort.httpStatus")]
    public void An_injected_abort_speaks_the_client_s_protocol(string abort, string contentType, int status, string? grpcStatus)
    {
        using Mesh mesh = WithRule($"{{fault: {{abort: {{{abort}}}}}, {Destination}}}");

        CallResult call = mesh.Call("reviews-v2", "POST http://ratings:9080/x", "content-length: 0", "content-type: " + contentType);

        Assert.Equal((status, grpcStatus, 0), (call.Status, call.Header("grpc-status"), call.Attempts));
    }

    [Theory]
    [InlineData("{attempts: 1, retryOn: 5xx}", true)]
    [InlineData("{attempts: 1, retryOn: 5xx, retryIgnorePreviousHosts: true}", true)]
    [InlineData("{attempts: 1, retryOn: 5xx, retryIgnorePreviousHosts: false}", false)]
    [Trait("field", "VirtualService.spec.http.retries.retryIgnorePreviousHosts")]
    public void A_retry_avoids_the_pod_that_failed_unless_it_may_not(string retries, bool avoids)
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("echo", "http", 80, replicas: 2), Worlds.VirtualService(
            "echo", $"[{{retries: {retries}, route: [{{destination: {{host: echo}}}}]}}]"));
        SimulatedPod[] pods = [.. mesh.Pods.Where(pod => pod.Workload == "echo")];
        pods[0].App.Answer = _ => pods[0].Fail(503);

        int failed = mesh.Calls(60, "productpage", "GET http://echo/").Count(call => call.Status == 503);

        Assert.True(avoids ? failed == 0 : failed is > 3 and < 40, $"{failed} calls failed");
    }

    [Fact]
    [Trait("field", "VirtualService.spec.http.retries.retryRemoteLocalities")]
    public void Retries_in_other_localities_are_accepted_and_counted_like_others()
    {
        using Mesh mesh = WithRule($"{{retries: {{attempts: 2, retryOn: 5xx, retryRemoteLocalities: true}}, {Destination}}}");
        SimulatedPod ratings = mesh.Pod("ratings");
        ratings.App.Answer = _ => ratings.Fail(503);

        Assert.Equal((503, 3), (mesh.Call("reviews-v2", Ratings).Status, ratings.App.RequestCount));
    }

    [Theory]
    [InlineData("", 4)]
    [InlineData("retries: {attempts: 1, retryOn: 5xx}, ", 2)]
    [InlineData("retries: {attempts: 0}, ", 1)]
    [Trait("field", "MeshConfig.defaultHttpRetryPolicy")]
    public void The_mesh_s_retries_hold_where_a_rule_says_nothing(string retries, int attempts)
    {
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.MeshConfig("{defaultHttpRetryPolicy: {attempts: 3, retryOn: 5xx}}"),
            Worlds.VirtualService("ratings", $"[{{{retries}{Destination}}}]"));
        SimulatedPod ratings = mesh.Pod("ratings");
        ratings.App.Answer = _ => ratings.Fail(503);

        Assert.Equal(attempts, mesh.Call("reviews-v2", Ratings).Attempts);
    }

    [Theory]
    [InlineData("sourceNamespace: default", true)]
    [InlineData("sourceNamespace: other", false)]
    [InlineData("sourceLabels: {app: reviews}", true)]
    [InlineData("sourceLabels: {app: reviews, version: v9}", false)]
    [InlineData("gateways: [mesh]", true)]
    [InlineData("gateways: [some-gateway]", false)]
    [InlineData("port: 9080", true)]
    [InlineData("port: 80", false)]
    [InlineData("scheme: {exact: http}", true)]
    [InlineData("scheme: {exact: https}", false)]
    [InlineData("method: {regex: 'G.T'}", true)]
    [InlineData("method: {exact: POST}", false)]
    [InlineData("authority: {prefix: 'ratings:'}", true)]
    [InlineData("authority: {exact: ratings}", false)]
    [InlineData("withoutHeaders: {x-user: {}}", true)]
    [InlineData("withoutHeaders: {x-set: {}}", false)]
    [InlineData("withoutHeaders: {x-set: {exact: other}}", true)]
    [InlineData("withoutHeaders: {x-set: {exact: 'yes'}}", false)]
    [InlineData("headers: {x-set: {}}", true)]
    [InlineData("headers: {x-set: {regex: '*'}}", true)]
    [InlineData("headers: {x-user: {}}", false)]
    [InlineData("queryParams: {q: {exact: '1'}}", true)]
    [InlineData("queryParams: {q: {regex: '[2-9]'}}", false)]
    [InlineData("queryParams: {z: {}}", false)]
    [InlineData("uri: {prefix: /RATINGS}, ignoreUriCase: true", true)]
    [InlineData("uri: {exact: /RATINGS/0}, ignoreUriCase: true", true)]
    [InlineData("uri: {prefix: /RATINGS}", false)]
    [InlineData("uri: {regex: '/ratings/[0-9]'}", true)]
    [InlineData("uri: {regex: '/ratings'}", false)]
    [Trait("field", "VirtualService.spec.http.match.sourceNamespace")]
    [Trait("field", "VirtualService.spec.http.match.sourceLabels")]
    [Trait("field", "VirtualService.spec.http.match.gateways")]
    [Trait("field", "VirtualService.spec.http.match.port")]
    [Trait("field", "VirtualService.spec.http.match.scheme")]
    [Trait("field", "VirtualService.spec.http.match.method")]
    [Trait("field", "VirtualService.spec.http.match.authority")]
    [Trait("field", "VirtualService.spec.http.match.headers")]
    [Trait("field", "VirtualService.spec.http.match.withoutHeaders")]
    [Trait("field", "VirtualService.spec.http.match.queryParams")]
    [Trait("field", "VirtualService.spec.http.match.uri")]
    [Trait("field", "VirtualService.spec.http.match.ignoreUriCase")]
    public void A_condition_holds_or_the_next_rule_decides(string match, bool holds)
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.VirtualService(
            "ratings", "[{match: [{" + match + "}], directResponse: {status: 201}}, {directResponse: {status: 202}}]"));

        Assert.Equal(holds ? 201 : 202, mesh.Call("reviews-v2", Ratings + "?q=1", "x-set: yes").Status);
    }

    [Fact]
    [Trait("field", "VirtualService.spec.http")]
    public void What_stands_below_a_rule_for_everything_is_never_reached()
    {
        using Mesh mesh = WithRule("{directResponse: {status: 201}}, {match: [{uri: {prefix: /ratings}}], directResponse: {status: 202}}");

        Assert.Equal(201, mesh.Call("reviews-v2", Ratings).Status);
    }

    [Fact]
    [Trait("field", "VirtualService.spec.http.match.sourceLabels")]
    public void A_host_none_of_whose_rules_concerns_the_caller_is_routed_as_without_rules()
    {
        using Mesh mesh = WithRule("{match: [{sourceLabels: {app: details}}], directResponse: {status: 201}}");

        Assert.Equal((200, "ratings-v1"), (mesh.Call("reviews-v2", Ratings).Status, mesh.Call("reviews-v2", Ratings).Workload));
        Assert.Equal(201, mesh.Call("details", Ratings).Status);
    }

    private static CallResult Preflight(Mesh mesh, string origin) => mesh.Call(
        "reviews-v2", "OPTIONS http://ratings:9080/ratings/0", "origin: " + origin, "access-control-request-method: GET");

    private static Mesh WithRule(string rules) => Mesh.Bookinfo(Worlds.VirtualService("ratings", $"[{rules}]"));
}
