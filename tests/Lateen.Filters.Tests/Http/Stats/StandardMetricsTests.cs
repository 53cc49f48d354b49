namespace Lateen.Filters.Tests.Http.Stats;

using System.Globalization;
using Lateen.Filters.Tests.Sidecars;
using Lateen.Testing;

public sealed class StandardMetricsTests
{
    [Fact]
    public void The_callers_sidecar_reports_as_source_with_exactly_Istios_labels_in_order()
    {
        using var pair = new SidecarPair();
        pair.Start(SidecarPair.App);

        pair.Connect(SidecarPair.Outbound).Send("GET /reviews/0", "host: reviews:9080");

        Assert.Equal(
            ["istio_requests_total{reporter=\"source\"," + BothWorkloads("reviews")
                + "request_protocol=\"http\",response_code=\"200\",grpc_response_status=\"\",response_flags=\"-\","
                + "connection_security_policy=\"unknown\"} 1"],
            pair.Client.Samples("istio_requests_total"));
        Assert.Single(pair.Client.Samples("istio_request_duration_milliseconds_count"));
        Assert.Single(pair.Client.Samples("istio_request_bytes_count"));
        Assert.Single(pair.Client.Samples("istio_response_bytes_count"));
    }

    [Fact]
    public void The_callees_sidecar_reports_as_destination_with_exactly_Istios_labels_in_order()
    {
        using var pair = new SidecarPair();
        pair.Start(SidecarPair.App);

        pair.Connect(SidecarPair.Outbound).Send("GET /reviews/0", "host: reviews:9080");

        Assert.Equal(
            ["istio_requests_total{reporter=\"destination\"," + BothWorkloads("reviews")
                + "request_protocol=\"http\",response_code=\"200\",grpc_response_status=\"\",response_flags=\"-\","
                + "connection_security_policy=\"none\"} 1"],
            pair.Server.Samples("istio_requests_total"));
    }

    [Fact]
    public void A_caller_without_a_sidecar_is_unknown_to_the_callee()
    {
        using var pair = new SidecarPair();
        pair.Start(SidecarPair.App);

        pair.Connect(SidecarPair.Inbound).Send("GET /reviews/0", "host: reviews:9080");

        Assert.StartsWith(
            "istio_requests_total{reporter=\"destination\",source_workload=\"unknown\",source_canonical_service=\"unknown\","
                + "source_canonical_revision=\"unknown\",source_workload_namespace=\"unknown\",source_principal=\"unknown\","
                + "source_app=\"unknown\",source_version=\"unknown\",source_cluster=\"unknown\",destination_workload=\"reviews-v1\",",
            Assert.Single(pair.Server.Samples("istio_requests_total")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_host_outside_the_mesh_is_named_by_the_authority_and_its_workload_is_unknown()
    {
        using var pair = new SidecarPair();
        pair.Start(SidecarPair.ExternalApp);

        pair.Connect(SidecarPair.Outbound).Send("GET /", "host: outside.example.com");

        string sample = Assert.Single(pair.Client.Samples("istio_requests_total"));
        Assert.Contains(
            "destination_workload=\"unknown\",destination_workload_namespace=\"unknown\",destination_principal=\"unknown\","
                + "destination_app=\"unknown\",destination_version=\"unknown\",destination_service=\"outside.example.com\","
                + "destination_canonical_service=\"unknown\",destination_canonical_revision=\"unknown\","
                + "destination_service_name=\"outside.example.com\",destination_service_namespace=\"unknown\","
                + "destination_cluster=\"unknown\",", sample, StringComparison.Ordinal);
    }

    [Fact]
    public void Passthrough_traffic_carries_the_clusters_name_as_service_name()
    {
        using var pair = new SidecarPair();
        pair.Start(SidecarPair.ExternalApp);

        pair.Connect(SidecarPair.Outbound).Send("GET /", "host: a.passthrough.example.com");

        string sample = Assert.Single(pair.Client.Samples("istio_requests_total"));
        Assert.Contains("destination_service=\"a.passthrough.example.com\",", sample, StringComparison.Ordinal);
        Assert.Contains("destination_service_name=\"PassthroughCluster\",", sample, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_connection_is_counted_with_its_response_flags()
    {
        using var pair = new SidecarPair();

        TestCall call = pair.Connect(SidecarPair.Outbound).Send("GET /", "host: outside.example.com");

        Assert.Equal(503, call.Response.Status);
        Assert.Contains(
            "response_code=\"503\",grpc_response_status=\"\",response_flags=\"UF\",",
            Assert.Single(pair.Client.Samples("istio_requests_total")), StringComparison.Ordinal);
    }

    [Fact]
    public void An_injected_abort_is_counted_with_flag_FI()
    {
        using var pair = new SidecarPair();

        TestCall call = pair.Connect(SidecarPair.Outbound).Send("GET /reviews/0", "host: reviews:9080", "x-fault: yes");

        Assert.Equal(500, call.Response.Status);
        Assert.Contains("response_flags=\"FI\",", Assert.Single(pair.Client.Samples("istio_requests_total")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_gRPC_call_is_counted_with_its_protocol_and_status()
    {
        using var pair = new SidecarPair();
        pair.Start(SidecarPair.App).Answer = static _ => TestUpstream.Response(200, "", "content-type: application/grpc", "grpc-status: 5");

        pair.Connect(SidecarPair.Outbound).Send("POST /a.B/C", "host: reviews:9080", "content-type: application/grpc", "content-length: 0");

        Assert.Contains(
            "request_protocol=\"grpc\",response_code=\"200\",grpc_response_status=\"5\",",
            Assert.Single(pair.Client.Samples("istio_requests_total")), StringComparison.Ordinal);
    }

    [Fact]
    public void Label_sets_beyond_the_limit_are_counted_together_as_overflow()
    {
        const int limit = 50;
        const int beyond = 7;
        using var pair = new SidecarPair(limit);
        pair.Outside.Listen(SidecarPair.ExternalApp, default, new SteadyApp());
        TestClient client = pair.Connect(SidecarPair.Outbound);

        for (int i = 0; i < limit + beyond; i++)
        {
            client.Send("GET /", string.Create(CultureInfo.InvariantCulture, $"host: n{i}.passthrough.example.com"));
        }

        string overflow = Assert.Single(pair.Client.Samples("istio_requests_total"),
            static line => line.Contains("destination_service=\"overflow\"", StringComparison.Ordinal));
        Assert.EndsWith(" 7", overflow, StringComparison.Ordinal);
        Assert.Equal(beyond, pair.Client.Stats.Counter("istio_stats.label_sets_overflow").Value);
        Assert.Equal(limit + 1, pair.Client.Samples("istio_requests_total").Count);
    }

    internal static string BothWorkloads(string service) =>
        "source_workload=\"productpage-v1\",source_canonical_service=\"productpage\",source_canonical_revision=\"v1\","
        + "source_workload_namespace=\"default\",source_principal=\"unknown\",source_app=\"productpage\",source_version=\"v1\","
        + "source_cluster=\"Kubernetes\",destination_workload=\"reviews-v1\",destination_workload_namespace=\"default\","
        + "destination_principal=\"unknown\",destination_app=\"reviews\",destination_version=\"v1\","
        + $"destination_service=\"{service}.default.svc.cluster.local\",destination_canonical_service=\"reviews\","
        + $"destination_canonical_revision=\"v1\",destination_service_name=\"{service}\",destination_service_namespace=\"default\","
        + "destination_cluster=\"Kubernetes\",";
}
