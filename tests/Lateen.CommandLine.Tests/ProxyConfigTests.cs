namespace Lateen.CommandLine.Tests;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.CommandLine.Commands;
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

    [Fact]
    public void The_bootstrap_tells_who_the_proxy_is()
    {
        DumpView view = BootstrapView.Of(Dump, "config_dump.json");

        Assert.StartsWith("sidecar~", view.Rows[0][1], StringComparison.Ordinal);
        Assert.StartsWith("[\n  {\n    \"@type\"", view.Print("json"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_dump_without_secrets_says_so() =>
        Assert.Equal("No active or warming secrets found.\n", SecretView.Of(Dump).Print("table"));

    [Fact]
    public void A_secret_shows_its_certificate_and_never_its_key()
    {
        using RSA key = RSA.Create(2048);
        DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using X509Certificate2 certificate = new CertificateRequest("CN=a", key, HashAlgorithmName.SHA256,
            RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(now, now.AddDays(1));
        string pem = Convert.ToBase64String(Encoding.ASCII.GetBytes(certificate.ExportCertificatePem()));
        ConfigDump dump = ConfigDump.Parse("""
            {"configs": [{"@type": "type.googleapis.com/envoy.admin.v3.SecretsConfigDump",
                "dynamic_active_secrets": [{"name": "default",
              "secret": {"tls_certificate": {"certificate_chain": {"inline_bytes": "PEM"},
                  "private_key": {"inline_bytes": "c2VjcmV0"}}}}]}]}
            """.Replace("PEM", pem, StringComparison.Ordinal), "dump");

        Assert.Equal(["default", "Cert Chain", "ACTIVE", "true", certificate.SerialNumber.ToLowerInvariant(),
            "2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"],
            SecretView.Of(dump, now).Rows[0]);
        Assert.Equal("false", SecretView.Of(dump, now.AddDays(2)).Rows[0][3]);
        Assert.DoesNotContain("c2VjcmV0", SecretView.Of(dump, now).Print("json"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "logging")]
    [InlineData("debug", "logging?level=debug")]
    [InlineData("http:trace", "logging?http=trace")]
    public void A_log_level_is_for_all_loggers_or_one(string? level, string request) =>
        Assert.Equal(request, ProxyLogCommand.Request(level));

    [Theory]
    [InlineData("all")]
    [InlineData("bootstrap")]
    [InlineData("secret")]
    [InlineData("ecds")]
    public async Task Every_section_reads_a_dump_of_a_file(string section)
    {
        Assert.Equal(0, await CommandTree.RunAsync(["pc", section, "-f", TestData.PathOf("config_dump.json")]));
        Assert.Equal(0, await CommandTree.RunAsync(["pc", section, "-o", "yaml", "-f", TestData.PathOf("config_dump.json")]));
    }
}
