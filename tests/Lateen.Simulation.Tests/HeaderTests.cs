namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>Headers, logs and metrics along the way from caller to application.</summary>
public sealed class HeaderTests
{
    private const string Reviews = "GET http://reviews:9080/reviews/0";

    [Fact]
    public void One_request_id_stands_in_both_access_logs_and_reaches_the_application()
    {
        using Mesh mesh = OnlyV1();

        CallResult call = mesh.Call("productpage", Reviews);

        string id = call.SeenHeader("x-request-id") ?? "";
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", id);
        Assert.Contains($"\"{id}\"", Assert.Single(mesh.Proxy("productpage").EndLog()), StringComparison.Ordinal);
        Assert.Contains($"\"{id}\"", Assert.Single(mesh.Proxy("reviews-v1").EndLog()), StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_id_from_inside_the_mesh_is_kept()
    {
        using Mesh mesh = OnlyV1();

        Assert.Equal("my-own-id", mesh.Call("productpage", Reviews, "x-request-id: my-own-id").SeenHeader("x-request-id"));
    }

    [Fact]
    public void The_gateway_replaces_a_stranger_s_request_id_and_trusts_no_internal_header()
    {
        using Mesh mesh = Mesh.Bookinfo(Yaml.File("samples/bookinfo/networking/bookinfo-gateway.yaml"));

        CallResult call = mesh.CallGateway(
            "GET http://shop.example/productpage",
            "x-request-id: forged", "x-envoy-retry-on: 5xx", "x-envoy-upstream-rq-timeout-ms: 1",
            "x-forwarded-for: 1.2.3.4", "x-forwarded-proto: https");

        Assert.NotEqual("forged", call.SeenHeader("x-request-id"));
        Assert.Null(call.SeenHeader("x-envoy-retry-on"));
        Assert.Null(call.SeenHeader("x-envoy-upstream-rq-timeout-ms"));
        Assert.Equal("1.2.3.4,203.0.113.9", call.SeenHeader("x-forwarded-for"));
        Assert.Equal("http", call.SeenHeader("x-forwarded-proto"));
        Assert.Equal("shop.example", call.SeenHeader("host"));
    }

    [Fact]
    public void A_sidecar_adds_what_Istio_adds_and_takes_the_mesh_s_own_headers_away()
    {
        using Mesh mesh = OnlyV1();

        CallResult call = mesh.Call("productpage", Reviews);

        Assert.Equal(("http", "reviews:9080"), (call.SeenHeader("x-forwarded-proto"), call.SeenHeader("host")));
        Assert.Equal("1", call.SeenHeader("x-envoy-attempt-count"));
        Assert.Null(call.SeenHeader("x-envoy-peer-metadata"));
        Assert.Null(call.SeenHeader("x-envoy-peer-metadata-id"));
        Assert.Null(call.SeenHeader("x-forwarded-for"));
        Assert.Null(call.Header("x-envoy-peer-metadata"));
        Assert.Equal("0", call.Header("x-envoy-upstream-service-time"));
        Assert.Equal("envoy", call.Header("server"));
    }

    [Fact]
    public void The_gateway_answers_as_istio_envoy()
    {
        using Mesh mesh = Mesh.Bookinfo(Yaml.File("samples/bookinfo/networking/bookinfo-gateway.yaml"));

        Assert.Equal("istio-envoy", mesh.CallGateway("GET http://shop.example/productpage").Header("server"));
    }

    [Fact]
    public void Both_sidecars_count_the_call_with_the_other_s_identity()
    {
        using Mesh mesh = OnlyV1();

        mesh.Calls(3, "productpage", Reviews);

        string source = Assert.Single(mesh.Proxy("productpage").Metrics("istio_requests_total"));
        string destination = Assert.Single(mesh.Proxy("reviews-v1").Metrics("istio_requests_total"));
        Assert.StartsWith(
            "istio_requests_total{reporter=\"source\",source_workload=\"productpage-v1\",", source, StringComparison.Ordinal);
        Assert.StartsWith(
            "istio_requests_total{reporter=\"destination\",source_workload=\"productpage-v1\",", destination, StringComparison.Ordinal);
        foreach (string metric in (string[])[source, destination])
        {
            Assert.Contains(",destination_workload=\"reviews-v1\",", metric, StringComparison.Ordinal);
            Assert.Contains(",destination_version=\"v1\",", metric, StringComparison.Ordinal);
            Assert.Contains(",destination_service=\"reviews.default.svc.cluster.local\",", metric, StringComparison.Ordinal);
            Assert.Contains(",request_protocol=\"http\",response_code=\"200\",", metric, StringComparison.Ordinal);
            Assert.EndsWith("} 3", metric, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_failed_call_is_counted_with_its_flag_at_the_caller()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.VirtualService("reviews", "[{route: [{destination: {host: nobody}}]}]"));

        mesh.Call("productpage", Reviews);

        string metric = Assert.Single(mesh.Proxy("productpage").Metrics("istio_requests_total"));
        Assert.Contains("response_code=\"503\"", metric, StringComparison.Ordinal);
        Assert.Contains("response_flags=\"NC\"", metric, StringComparison.Ordinal);
    }

    [Fact]
    public void The_access_log_has_Istio_s_fields_in_Istio_s_order()
    {
        using Mesh mesh = OnlyV1();

        CallResult call = mesh.Call("productpage", Reviews, "user-agent: curl/8");

        string client = Assert.Single(mesh.Proxy("productpage").EndLog());
        string server = Assert.Single(mesh.Proxy("reviews-v1").EndLog());
        string ip = mesh.Pod("productpage").Ip;
        string reviews = mesh.Pod("reviews-v1").Ip;
        string id = call.SeenHeader("x-request-id") ?? "";
        Assert.Matches(
            $"^\\[2026-01-01T00:00:00.000Z\\] \"GET /reviews/0 HTTP/1.1\" 200 - via_upstream - \"-\" 0 10 0 0 \"-\" \"curl/8\" \"{id}\" "
            + $"\"reviews:9080\" \"{reviews}:9080\" outbound\\|9080\\|v1\\|reviews.default.svc.cluster.local {ip}:[0-9]+ "
            + $"10.96.0.[0-9]+:9080 {ip}:[0-9]+ - -$",
            client);
        Assert.Matches(
            $"\"{reviews}:9080\" inbound\\|9080\\|\\| 127.0.0.6:[0-9]+ {reviews}:9080 {ip}:[0-9]+ "
            + "(-|outbound_.9080_.v1_.reviews.default.svc.cluster.local) default$",
            server);
    }

    [Fact]
    public void A_body_travels_both_ways_and_is_counted()
    {
        using Mesh mesh = OnlyV1();
        SimulatedPod reviews = mesh.Pod("reviews-v1");
        reviews.App.Answer = request => TestUpstream.Response(201, request.Body + request.Body);
        string body = new('x', 100_000);
        TestClient client = mesh.Connect("productpage", "reviews", 9080);

        TestCall call = client.SendBody("POST /reviews/0", body, "host: reviews:9080");

        Assert.Equal((201, 200_000), (call.Response.Status, call.Response.Body.Length));
        Assert.Contains(" 100000 200000 ", mesh.Proxy("productpage").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_is_kept_from_call_to_call_on_every_leg()
    {
        using Mesh mesh = OnlyV1();

        mesh.Calls(50, "productpage", Reviews);

        Assert.Equal((50, 1), (mesh.Pod("reviews-v1").App.RequestCount, mesh.Pod("reviews-v1").App.ConnectionCount));
    }

    private static Mesh OnlyV1() => Mesh.Bookinfo(
        Yaml.File("samples/bookinfo/networking/destination-rule-all.yaml"),
        Yaml.File("samples/bookinfo/networking/virtual-service-all-v1.yaml"));
}
