namespace Lateen.Filters.Tests.Http.PeerMetadata;

using Lateen.Filters.Tests.Sidecars;
using Lateen.Testing;

public sealed class PeerExchangeTests
{
    private const string Metadata = "x-envoy-peer-metadata";
    private const string Id = "x-envoy-peer-metadata-id";

    [Fact]
    public void Neither_application_sees_the_headers_of_the_exchange()
    {
        using var pair = new SidecarPair();
        TestUpstream app = pair.Start(SidecarPair.App);

        TestCall call = pair.Connect(SidecarPair.Outbound).Send("GET /reviews/0", "host: reviews:9080");

        TestRequest seen = Assert.Single(app.Requests);
        Assert.Null(seen.Header(Metadata));
        Assert.Null(seen.Header(Id));
        Assert.Null(call.Response.Header(Metadata));
        Assert.Null(call.Response.Header(Id));
    }

    [Fact]
    public void The_callers_sidecar_says_who_it_is()
    {
        using var pair = new SidecarPair();
        TestUpstream withoutSidecar = pair.Start(SidecarPair.ExternalApp);

        pair.Connect(SidecarPair.Outbound).Send("GET /", "host: outside.example.com");

        TestRequest seen = Assert.Single(withoutSidecar.Requests);
        Assert.Equal("sidecar~10.0.1.1~productpage-v1-abc.default~default.svc.cluster.local", seen.Header(Id));
        Assert.NotNull(seen.Header(Metadata));
    }

    [Fact]
    public void A_caller_that_does_not_exchange_is_not_told_who_answers()
    {
        using var pair = new SidecarPair();
        pair.Start(SidecarPair.App);

        TestCall silent = pair.Connect(SidecarPair.Inbound).Send("GET /", "host: reviews:9080");
        TestCall asking = pair.Connect(SidecarPair.Inbound).Send("GET /", "host: reviews:9080", Id + ": somebody");

        Assert.Null(silent.Response.Header(Id));
        Assert.Equal("sidecar~10.0.2.1~reviews-v1-abc.default~default.svc.cluster.local", asking.Response.Header(Id));
        Assert.NotNull(asking.Response.Header(Metadata));
    }

    [Theory]
    [InlineData("%%%")]
    [InlineData("AAAA")]
    [InlineData("")]
    public void Metadata_that_is_no_metadata_leaves_the_peer_unknown(string header)
    {
        using var pair = new SidecarPair();
        TestUpstream app = pair.Start(SidecarPair.App);

        TestCall call = pair.Connect(SidecarPair.Inbound).Send("GET /", "host: reviews:9080", Metadata + ": " + header);

        Assert.Equal(200, call.Response.Status);
        Assert.Null(Assert.Single(app.Requests).Header(Metadata));
        Assert.Contains("source_workload=\"unknown\"", Assert.Single(pair.Server.Samples("istio_requests_total")), StringComparison.Ordinal);
    }
}
