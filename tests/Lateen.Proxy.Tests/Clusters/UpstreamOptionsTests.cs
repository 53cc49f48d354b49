namespace Lateen.Proxy.Tests.Clusters;

using Lateen.Engine.Http;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Tests.LoadBalancing;
using Lateen.Testing;

public sealed class UpstreamOptionsTests
{
    [Fact]
    public void A_share_of_requests_is_dropped_when_the_control_plane_says_so()
    {
        using var proxy = new TestProxy(static s => s.Cluster = static c => c with
        {
            InlineEndpoints = c.InlineEndpoints is null ? null : c.InlineEndpoints with
            {
                DropOverload = new DropOverload("lb", FractionalShare.Percent(30)),
            },
        });
        int dropped = 0;
        for (int i = 0; i < 1_000; i++)
        {
            dropped += proxy.Send("GET /").Response.Status == 503 ? 1 : 0;
        }

        Assert.InRange(dropped, 260, 340);
        Assert.Equal(dropped, proxy.Counter("cluster.upstream.upstream_rq_drop_overload"));
        Assert.Equal(dropped, proxy.AccessLog.Entries.Count(static e => e.Flags == "DO" && e.Details == "drop_overload"));
        Assert.Equal(1_000 - dropped, proxy.Upstream.RequestCount);
    }

    [Fact]
    public void What_the_error_matcher_names_ejects_and_nothing_else_does()
    {
        ResponseMatcher tooMany = ResponseMatcher.Headers([HeaderMatcher.Of(":status", StringMatcher.Exact("429"))]);
        using var picks = new Picks(
            c => c with { OutlierErrors = tooMany, OutlierDetection = new() { Consecutive5Xx = 3, MaxEjectionPercent = 100 } },
            HostCounts.Host(1), HostCounts.Host(2));
        Host[] hosts = [.. picks.Cluster.AllHosts];
        for (int i = 0; i < 3; i++)
        {
            hosts[0].ReportResponse(429, Headers((":status", "429")));
            hosts[1].ReportResponse(503, Headers((":status", "503")));
        }

        picks.Proxy.Run();

        Assert.Equal((true, false), (hosts[0].IsEjected, hosts[1].IsEjected));
    }

    [Theory]
    [InlineData("14", true)]
    [InlineData("13", true)]
    [InlineData("5", false)]
    [InlineData("0", false)]
    public void A_gRPC_status_in_the_head_counts_as_the_status_that_it_means(string grpc, bool ejected)
    {
        using var picks = new Picks(
            static c => c with { OutlierDetection = new() { Consecutive5Xx = 1, MaxEjectionPercent = 100 } }, HostCounts.Host(1));
        Host host = picks.Cluster.AllHosts.Single();

        host.ReportResponse(200, Headers((":status", "200"), ("content-type", "application/grpc"), ("grpc-status", grpc)));
        picks.Proxy.Run();

        Assert.Equal(ejected, host.IsEjected);
    }

    [Theory]
    [InlineData("10.0.1.1:9080", 200)]
    [InlineData("10.0.1.1", 503)]
    [InlineData("localhost:9080", 503)]
    [InlineData("10.0.1.1:0", 503)]
    public void A_header_may_name_the_destination_when_the_cluster_trusts_it(string value, int status)
    {
        using var proxy = new TestProxy(static s => s.Cluster = static c => c with
        {
            Type = ClusterType.OriginalDst,
            LbPolicy = LbPolicy.ClusterProvided,
            OriginalDstHeader = "x-envoy-original-dst-host"u8.ToArray(),
        });

        Assert.Equal(status, proxy.Send("GET /", $"x-envoy-original-dst-host: {value}").Response.Status);
    }

    private static HeaderMap Headers(params (string Name, string Value)[] fields)
    {
        var map = new HeaderMap();
        foreach ((string name, string value) in fields)
        {
            map.Add(System.Text.Encoding.ASCII.GetBytes(name), System.Text.Encoding.ASCII.GetBytes(value));
        }

        return map;
    }
}
