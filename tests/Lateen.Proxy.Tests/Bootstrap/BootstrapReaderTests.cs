namespace Lateen.Proxy.Tests.Bootstrap;

using Lateen.Api.Text;
using Lateen.Proxy.Bootstrap;
using Lateen.Proxy.Xds.Reading;

public sealed class BootstrapReaderTests
{
    [Fact]
    public void An_unknown_field_is_named_with_its_place_and_the_nearest_known_name()
    {
        (_, IReadOnlyList<Finding> findings) = BootstrapReader.Parse(
            "static_resources:\n  clusters:\n  - name: a\n    conect_timeout: 1s\n", "x.yaml");

        Finding finding = Assert.Single(findings);
        Assert.Equal("static_resources.clusters[0].conect_timeout", finding.Path);
        Assert.Equal(4, finding.Line);
        Assert.Contains("connect_timeout", finding.Fix);
    }

    [Theory]
    [InlineData("static_resources: {clusters: [{name: 5}]}", "static_resources.clusters[0].name", "a string")]
    [InlineData("static_resources: {clusters: {}}", "static_resources.clusters", "a list")]
    [InlineData("static_resources: {clusters: [{type: NOPE}]}", "static_resources.clusters[0].type", "one of STATIC")]
    [InlineData("static_resources: {clusters: [{connect_timeout: 5}]}", "static_resources.clusters[0].connect_timeout", "a duration")]
    public void A_wrong_type_is_named_with_its_path(string text, string path, string expected)
    {
        (_, IReadOnlyList<Finding> findings) = BootstrapReader.Parse(text, "x.yaml");

        Finding finding = Assert.Single(findings);
        Assert.Equal(path, finding.Path);
        Assert.Contains(expected, finding.Message);
    }

    [Fact]
    public void An_unknown_extension_is_named_by_its_type_URL()
    {
        (_, IReadOnlyList<Finding> findings) = BootstrapReader.Parse(
            """
            {"static_resources": {"listeners": [{"filter_chains": [{"filters": [{"typed_config": {"@type": "x/y.Z"}}]}]}]}}
            """,
            "x.json");

        Assert.Contains("x/y.Z", Assert.Single(findings).Message);
    }

    [Fact]
    public void The_own_locality_and_the_cluster_of_the_proxy_s_like_are_read()
    {
        (var message, _) = BootstrapReader.Parse(
            """
            node: {id: a, locality: {region: north, zone: n1, sub_zone: x}}
            cluster_manager: {local_cluster_name: gateways}
            """,
            "x.yaml");
        Assert.NotNull(message);

        (ProxySetup setup, _, IReadOnlyList<string> warnings) = BootstrapReader.Read(message, ExtensionCatalog.Empty);

        Assert.Equal(("gateways", "north", "n1", "x"), (
            setup.LocalClusterName, setup.Locality.Region, setup.Locality.Zone, setup.Locality.SubZone));
        Assert.Empty(warnings);
    }

    [Fact]
    public void The_control_plane_is_found_through_the_cluster_that_the_ads_config_names()
    {
        (var message, IReadOnlyList<Finding> findings) = BootstrapReader.Parse(
            """
            dynamic_resources:
              ads_config: {api_type: DELTA_GRPC, grpc_services: [{envoy_grpc: {cluster_name: xds}}]}
            static_resources:
              clusters:
              - name: xds
                type: STRICT_DNS
                load_assignment:
                  cluster_name: xds
                  endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: istiod, port_value: 15010}}}}]}]
            """,
            "x.yaml");

        Assert.Empty(findings);
        Assert.NotNull(message);
        (ProxySetup setup, IReadOnlyList<string> errors, _) = BootstrapReader.Read(message, ExtensionCatalog.Empty);
        Assert.Empty(errors);
        Assert.Equal("http://istiod:15010/", setup.XdsTarget?.ToString());
    }

    [Fact]
    public void Only_the_statistics_that_the_matcher_includes_are_shown()
    {
        ProxySetup setup = ReadGood("stats_config: {stats_matcher: {inclusion_list: {patterns: [{prefix: server.}, {suffix: _total}]}}}");

        Assert.True(setup.ShowsStat?.Invoke("server.uptime"));
        Assert.True(setup.ShowsStat?.Invoke("cluster.a.upstream_rq_total"));
        Assert.False(setup.ShowsStat?.Invoke("cluster.a.upstream_cx_active"));
    }

    [Fact]
    public void The_runtime_keys_that_act_are_read_and_any_other_is_refused()
    {
        const string layer = "layered_runtime: {layers: [{name: a, static_layer: {";
        ProxySetup setup = ReadGood(
            layer + "overload.global_downstream_max_connections: 50000, envoy.resource_limits.listener.l.connection_limit: 7}}]}");

        Assert.Equal(50_000, setup.Overload.MaxDownstreamConnections);
        Assert.Equal(7, setup.ListenerConnectionLimits["l"]);
        Assert.Equal(
            ["layered_runtime.http.something: no such runtime key acts here; remove it"],
            ReadErrors(layer + "http: {something: 1}}}]}"));
    }

    [Fact]
    public void Clusters_and_listeners_come_from_ADS_or_files_or_not_at_all()
    {
        Assert.Equal(
            ["dynamic_resources.cds_config: ads needs dynamic_resources.ads_config"],
            ReadErrors("dynamic_resources: {cds_config: {ads: {}}}"));
        Assert.Equal(
            ["dynamic_resources.lds_config: ApiConfigSource is not supported; use ads: {} or path_config_source"],
            ReadErrors("dynamic_resources: {lds_config: {api_config_source: {api_type: GRPC}}}"));
        Assert.Empty(ReadErrors("dynamic_resources: {lds_config: {path_config_source: {path: x.yaml}}, cds_config: {path: c.json}}"));
    }

    [Fact]
    public void Names_that_stand_twice_are_refused()
    {
        Assert.Equal(
            ["static_resources.clusters[1].name: 'a' stands twice"],
            ReadErrors("static_resources: {clusters: [{name: a, type: STATIC}, {name: a, type: STATIC}]}"));
    }

    private static ProxySetup ReadGood(string yaml)
    {
        (ProxySetup setup, IReadOnlyList<string> errors, _) = ReadText(yaml);
        Assert.Empty(errors);
        return setup;
    }

    private static IReadOnlyList<string> ReadErrors(string yaml) => ReadText(yaml).Errors;

    private static (ProxySetup Setup, IReadOnlyList<string> Errors, IReadOnlyList<string> Warnings) ReadText(string yaml)
    {
        (Envoy.Config.Bootstrap.V3.Bootstrap? message, IReadOnlyList<Lateen.Api.Text.Finding> findings) =
            BootstrapReader.Parse(yaml, "b.yaml");
        Assert.Empty(findings);
        Assert.NotNull(message);
        return BootstrapReader.Read(message, Lateen.Proxy.Xds.Reading.ExtensionCatalog.Empty);
    }
}
