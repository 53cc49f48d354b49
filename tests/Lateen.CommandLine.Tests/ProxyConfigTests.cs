namespace Lateen.CommandLine.Tests;

using System.Text.Json.Nodes;
using Lateen.CommandLine.Proxies;

public sealed class ProxyConfigTests
{
    private static readonly ConfigDump Dump = ConfigDump.Parse(TestData.Read("config_dump.json"), "config_dump.json");

    [Fact]
    public void Clusters_are_listed_by_service_port_and_subset_with_their_rule() =>
        Assert.Equal(TestData.Golden("clusters.txt"), new ClusterView().Of(Dump).Print("table"));

    [Fact]
    public void Listeners_have_a_line_for_each_filter_chain() =>
        Assert.Equal(TestData.Golden("listeners.txt"), new ListenerView().Of(Dump).Print("short"));

    [Fact]
    public void Routes_name_the_virtual_service_that_made_them() =>
        Assert.Equal(TestData.Golden("routes.txt"), new RouteView().Of(Dump).Print("table"));

    [Fact]
    public void Wide_routes_show_every_domain_and_header_match() =>
        Assert.Contains("[end-user=jason]", new RouteView { Name = "9080" }.Of(Dump).Print("wide"), StringComparison.Ordinal);

    [Fact]
    public void Endpoints_of_the_clusters_page_show_health_and_outlier_ejection() =>
        Assert.Equal(TestData.Golden("endpoints.txt"),
            new EndpointView().Of(TestData.Read("clusters.json"), "clusters.json").Print("table"));

    [Fact]
    public void Endpoints_of_a_config_dump_show_what_the_proxy_was_told() =>
        Assert.StartsWith("NAME ", new EndpointView().Of(TestData.Read("config_dump.json"),
            "config_dump.json").Print("table"), StringComparison.Ordinal);

    [Fact]
    public void Cluster_filters_all_have_to_match()
    {
        var view = new ClusterView { Fqdn = "reviews", Port = 9080, Subset = "v2", Direction = "outbound" };

        Assert.Equal("outbound|9080|v2|reviews.default.svc.cluster.local\n", view.Of(Dump).Print("name"));
    }

    [Fact]
    public void Listeners_are_filtered_by_address_port_and_type()
    {
        Assert.Equal("10.96.0.1_443\n", new ListenerView { Address = "10.96.0.1",
            Port = 443, Type = "tcp" }.Of(Dump).Print("name"));
        Assert.Empty(new ListenerView { Port = 9080, Type = "TCP" }.Of(Dump).Rows);
    }

    [Fact]
    public void Unhealthy_endpoints_can_be_picked_out()
    {
        DumpView view = new EndpointView { Status = "unhealthy" }.Of(TestData.Read("clusters.json"), "clusters.json");

        Assert.Equal(["UNHEALTHY", "FAILED"], Assert.Single(view.Rows).Skip(1).Take(2));
    }

    [Fact]
    public void Json_has_protobufs_names_but_leaves_metadata_as_it_was_written()
    {
        JsonNode? cluster = JsonNode.Parse(new ClusterView { Fqdn = "reviews", Subset = "v2" }.Of(Dump).Print("json"))?[0];

        Assert.NotNull(cluster?["edsClusterConfig"]);
        Assert.NotNull(cluster?["metadata"]?["filterMetadata"]?["istio"]?["default_original_port"]);
    }
}
