namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>Which rule a call meets and where it goes.</summary>
public sealed class RoutingTests
{
    private const string Subsets = """
        apiVersion: networking.istio.io/v1
        kind: DestinationRule
        metadata: {name: reviews}
        spec:
          host: reviews
          subsets:
          - {name: v1, labels: {version: v1}}
          - {name: v2, labels: {version: v2}}
          - {name: v3, labels: {version: v3}}
        """;

    [Theory]
    [InlineData("{uri: {exact: /a}}", "GET /a", "", true)]
    [InlineData("{uri: {exact: /a}}", "GET /a?x=1", "", true)]
    [InlineData("{uri: {exact: /a}}", "GET /a/", "", false)]
    [InlineData("{uri: {exact: /a}}", "GET /A", "", false)]
    [InlineData("{uri: {exact: /a}, ignoreUriCase: true}", "GET /A", "", true)]
    [InlineData("{uri: {prefix: /a}}", "GET /abc", "", true)]
    [InlineData("{uri: {prefix: /a}}", "GET /b/a", "", false)]
    [InlineData("{uri: {regex: '/item/[0-9]+'}}", "GET /item/17", "", true)]
    [InlineData("{uri: {regex: '/item/[0-9]+'}}", "GET /item/17?x=1", "", true)]
    [InlineData("{uri: {regex: '/item/[0-9]+'}}", "GET /item/17/parts", "", false)]
    [InlineData("{headers: {x-user: {exact: jason}}}", "GET /", "x-user: jason", true)]
    [InlineData("{headers: {x-user: {exact: jason}}}", "GET /", "x-user: jasons", false)]
    [InlineData("{headers: {x-user: {prefix: ja}}}", "GET /", "X-User: jason", true)]
    [InlineData("{headers: {x-user: {regex: 'j.*n'}}}", "GET /", "x-user: jason", true)]
    [InlineData("{headers: {x-user: {regex: 'j.*n'}}}", "GET /", "x-user: jasonx", false)]
    [InlineData("{headers: {x-user: {}}}", "GET /", "x-user: anybody", true)]
    [InlineData("{headers: {x-user: {}}}", "GET /", "", false)]
    [InlineData("{withoutHeaders: {x-user: {exact: jason}}}", "GET /", "x-user: anna", true)]
    [InlineData("{withoutHeaders: {x-user: {exact: jason}}}", "GET /", "x-user: jason", false)]
    [InlineData("{withoutHeaders: {x-user: {exact: jason}}}", "GET /", "", true)]
    [InlineData("{method: {exact: POST}}", "POST /", "", true)]
    [InlineData("{method: {exact: POST}}", "GET /", "", false)]
    [InlineData("{queryParams: {v: {exact: '2'}}}", "GET /?v=2", "", true)]
    [InlineData("{queryParams: {v: {exact: '2'}}}", "GET /?v=3", "", false)]
    [InlineData("{uri: {prefix: /a}, method: {exact: GET}}", "GET /a", "", true)]
    [InlineData("{uri: {prefix: /a}, method: {exact: GET}}", "PUT /a", "", false)]
    [InlineData("{sourceLabels: {app: productpage}}", "GET /", "", true)]
    [InlineData("{sourceLabels: {app: details}}", "GET /", "", false)]
    [InlineData("{port: 9080}", "GET /", "", true)]
    [InlineData("{port: 80}", "GET /", "", false)]
    [InlineData("{gateways: [mesh]}", "GET /", "", true)]
    [InlineData("{gateways: [other]}", "GET /", "", false)]
    [Trait("field", "VirtualService.spec.http.match")]
    public void A_match_decides_as_its_words_say(string match, string request, string header, bool isMet)
    {
        string rule = Worlds.VirtualService("reviews", $$$"""
            [{match: [{{{match}}}], route: [{destination: {host: reviews, subset: v2}}]},
             {route: [{destination: {host: reviews, subset: v1}}]}]
            """);
        using Mesh mesh = Mesh.Bookinfo(Subsets, rule);
        string url = request.Replace(" /", " http://reviews:9080/", StringComparison.Ordinal);

        CallResult call = mesh.Call("productpage", url, header.Length == 0 ? [] : [header]);

        Assert.Equal(isMet ? "reviews-v2" : "reviews-v1", call.Workload);
    }

    [Fact]
    public void A_host_without_a_rule_for_a_request_answers_404_NR()
    {
        string rule = Worlds.VirtualService("reviews", "[{match: [{uri: {exact: /only}}], route: [{destination: {host: reviews}}]}]");
        using Mesh mesh = Mesh.Bookinfo(rule);

        CallResult call = mesh.Call("productpage", "GET http://reviews:9080/other");

        Assert.Equal((404, ""), (call.Status, call.Body));
        Assert.Contains(" 404 NR route_not_found ", Assert.Single(mesh.Proxy("productpage").EndLog()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{host: nobody}")]
    [InlineData("{host: reviews, subset: v9}")]
    [InlineData("{host: reviews, port: {number: 1234}}")]
    public void An_unknown_destination_answers_503_NC(string destination)
    {
        using Mesh mesh = Mesh.Bookinfo(Subsets, Worlds.VirtualService("reviews", $"[{{route: [{{destination: {destination}}}]}}]"));

        CallResult call = mesh.Call("productpage", "GET http://reviews:9080/");

        Assert.Equal((503, ""), (call.Status, call.Body));
        Assert.Contains(
            " 503 NC cluster_not_found ", Assert.Single(mesh.Proxy("productpage").EndLog()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("reviews:9080")]
    [InlineData("reviews.default:9080")]
    [InlineData("reviews.default.svc:9080")]
    [InlineData("reviews.default.svc.cluster.local:9080")]
    [Trait("field", "VirtualService.spec.hosts")]
    public void Every_way_to_write_a_host_meets_its_rules(string authority)
    {
        using Mesh mesh = Mesh.Bookinfo(
            Subsets, Worlds.VirtualService("reviews", "[{route: [{destination: {host: reviews, subset: v3}}]}]"));

        Assert.Equal("reviews-v3", mesh.Call("productpage", $"GET http://{authority}/").Workload);
    }

    [Fact]
    public void A_rewrite_and_header_operations_change_what_the_application_sees()
    {
        string rule = Worlds.VirtualService("reviews", """
            [{match: [{uri: {prefix: /old}}], rewrite: {uri: /new, authority: elsewhere},
              headers: {request: {set: {x-set: s}, add: {x-add: a}, remove: [x-gone]},
                        response: {set: {x-back: b}, remove: [x-secret]}},
              route: [{destination: {host: reviews, subset: v1}, headers: {request: {set: {x-inner: i}}}}]}]
            """);
        using Mesh mesh = Mesh.Bookinfo(Subsets, rule);
        SimulatedPod reviews = mesh.Pod("reviews-v1");
        reviews.App.Answer = _ => reviews.Ok(null, "x-secret: 1");

        CallResult call = mesh.Call("productpage", "GET http://reviews:9080/old/1?q=2", "x-gone: g", "x-add: first", "x-set: before");

        Assert.Equal("/new/1?q=2", call.Seen[0].Path);
        Assert.Equal(
            ("elsewhere", "s", "i"), (call.SeenHeader("host"), call.SeenHeader("x-set"), call.SeenHeader("x-inner")));
        Assert.Null(call.SeenHeader("x-gone"));
        Assert.Equal(["first", "a"], call.Seen[0].Headers.Where(header => header.Key == "x-add").Select(header => header.Value));
        Assert.Equal("b", call.Header("x-back"));
        Assert.Null(call.Header("x-secret"));
    }

    [Fact]
    public void A_redirect_and_a_direct_response_need_no_application()
    {
        string rule = Worlds.VirtualService("reviews", """
            [{match: [{uri: {prefix: /moved}}], redirect: {uri: /here, authority: other.example, redirectCode: 302}},
             {match: [{uri: {prefix: /teapot}}], directResponse: {status: 418, body: {string: short and stout}}}]
            """);
        using Mesh mesh = Mesh.Bookinfo(rule);

        CallResult moved = mesh.Call("productpage", "GET http://reviews:9080/moved");
        CallResult teapot = mesh.Call("productpage", "GET http://reviews:9080/teapot");

        Assert.Equal((302, "http://other.example/here"), (moved.Status, moved.Header("location")));
        Assert.Equal((418, "short and stout", 0), (teapot.Status, teapot.Body, teapot.Attempts));
    }

    [Fact]
    [Trait("field", "VirtualService.spec.gateways")]
    public void A_gateway_answers_404_NR_to_a_host_that_nobody_serves()
    {
        string rules = Yaml.File("samples/bookinfo/networking/bookinfo-gateway.yaml")
            .Replace("\"*\"", "shop.example", StringComparison.Ordinal);
        using Mesh mesh = Mesh.Bookinfo(rules);

        CallResult known = mesh.CallGateway("GET http://shop.example/productpage");
        CallResult unknown = mesh.CallGateway("GET http://other.example/productpage");

        Assert.Equal((200, 404), (known.Status, unknown.Status));
        Assert.Contains(" 404 NR route_not_found ", mesh.Proxy("istio-ingressgateway").EndLog()[1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_for_a_host_outside_the_mesh_holds_on_port_80()
    {
        string rule = """
            apiVersion: networking.istio.io/v1
            kind: VirtualService
            metadata: {name: outside}
            spec:
              hosts: [api.example]
              http: [{fault: {abort: {httpStatus: 418}}, route: [{destination: {host: reviews, port: {number: 9080}}}]}]
            """;
        using Mesh mesh = Mesh.Bookinfo(rule, Worlds.Service("web", "http", 80));
        mesh.AddExternal("api.example", "198.51.100.7", 80);

        Assert.Equal(418, mesh.Call("productpage", "GET http://api.example/").Status);
    }
}
