namespace Lateen.Control.Tests.Validation;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Control.Validation;

public sealed class ServiceEntryValidationTests
{
    private const string Port = "ports: [{number: 80, name: http, protocol: HTTP}]";

    [Theory]
    [InlineData($"{{hosts: [api.example, \"*.example.org\"], {Port}}}")]
    [InlineData($"{{hosts: [api.example], {Port}, resolution: DNS, endpoints: [{{address: eu.api.example, ports: {{http: 8080}}}}]}}")]
    [InlineData($"{{hosts: [api.example], {Port}, resolution: STATIC, endpoints: [{{address: 10.0.0.1, locality: a/b/c, weight: 2}}]}}")]
    [InlineData($"{{hosts: [api.example], {Port}, addresses: [10.0.0.0/24], resolution: NONE}}")]
    [InlineData($"{{hosts: [api.example], {Port}, resolution: STATIC, workloadSelector: {{labels: {{app: x}}}}, exportTo: [., team-a]}}")]
    [InlineData($"{{hosts: [\"*.example.org\"], {Port}, resolution: DYNAMIC_DNS}}")]
    public void What_Istio_accepts_is_accepted(string spec) => Assert.Empty(Check("ServiceEntry", spec));

    [Theory]
    [InlineData($"{{hosts: [], {Port}}}", "spec.hosts")]
    [InlineData($"{{hosts: [\"*\"], {Port}}}", "spec.hosts[0]")]
    [InlineData($"{{hosts: [a_b..c], {Port}}}", "spec.hosts[0]")]
    [InlineData($"{{hosts: [a.example, a.example], {Port}}}", "spec.hosts[1]")]
    [InlineData($"{{hosts: [\"*.a.example\"], {Port}, resolution: DNS}}", "spec.hosts[0]")]
    [InlineData($"{{hosts: [a.example], {Port}, addresses: [nowhere]}}", "spec.addresses[0]")]
    [InlineData($"{{hosts: [a.example], {Port}, addresses: [10.0.0.0/8], resolution: DNS}}", "spec.addresses[0]")]
    [InlineData("{hosts: [a.example], ports: [{number: 80, name: a, protocol: FTP}]}", "spec.ports[0].protocol")]
    [InlineData("{hosts: [a.example], ports: [{number: 80, name: a}, {number: 81, name: a}]}", "spec.ports[1].name")]
    [InlineData("{hosts: [a.example], ports: [{number: 80, name: a}, {number: 80, name: b}]}", "spec.ports[1].number")]
    [InlineData("{hosts: [a.example], ports: [{number: 70000, name: a}]}", "spec.ports[0].number")]
    [InlineData($"{{hosts: [a.example], {Port}, endpoints: [{{address: 10.0.0.1}}]}}", "spec.endpoints")]
    [InlineData($"{{hosts: [a.example], {Port}, resolution: STATIC, endpoints: [{{address: b.example}}]}}", "spec.endpoints[0].address")]
    [InlineData($"{{hosts: [a.example], {Port}, resolution: STATIC, endpoints: [{{address: \"unix:///x\"}}]}}", "spec.endpoints[0].address")]
    [InlineData($"{{hosts: [a.example], {Port}, resolution: DNS, endpoints: [{{address: \"*.b\"}}]}}", "spec.endpoints[0].address")]
    [InlineData($"{{hosts: [a.example], {Port}, resolution: DNS_ROUND_ROBIN, endpoints: [{{address: a.b}}, {{address: b.c}}]}}", "spec.endpoints")]
    [InlineData(
        $"{{hosts: [a.example], {Port}, resolution: STATIC, endpoints: [{{address: 10.0.0.1}}], workloadSelector: {{labels: {{a: b}}}}}}",
        "spec")]
    [InlineData($"{{hosts: [a.example], {Port}, resolution: STATIC, workloadSelector: {{}}}}", "spec.workloadSelector.labels")]
    [InlineData(
        "{hosts: [\"*.a.example\"], resolution: DYNAMIC_DNS, ports: [{number: 443, name: tls, protocol: TLS}]}", "spec.ports[0].protocol")]
    [InlineData($"{{hosts: [a.example], {Port}, exportTo: [\"a b\"]}}", "spec.exportTo[0]")]
    [InlineData($"{{hosts: [a.example], {Port}, subjectAltNames: [spiffe://x]}}", "spec.subjectAltNames")]
    [Trait("field", "ServiceEntry.spec.subjectAltNames")]
    public void What_cannot_work_is_refused_where_it_stands(string spec, string path) =>
        Assert.Contains(Check("ServiceEntry", spec), finding => finding.Severity is Severity.Error && finding.Path == path);

    [Theory]
    [InlineData("{address: 10.0.0.1, labels: {app: x}, ports: {http: 8080}}", null)]
    [InlineData("{labels: {app: x}}", "spec.address")]
    [InlineData("{address: 10.0.0.1, ports: {http: 70000}}", "spec.ports.http")]
    [InlineData("{address: 10.0.0.1, locality: a/*}", "spec.locality")]
    [InlineData("{address: 10.0.0.1, weight: -1}", "spec.weight")]
    public void A_workload_entry_needs_an_address_and_ports_that_exist(string spec, string? path) => Assert.Equal(
        path is null ? [] : [path],
        Check("WorkloadEntry", spec).Where(finding => finding.Severity is Severity.Error).Select(finding => finding.Path));

    [Fact]
    [Trait("field", "WorkloadEntry.spec.serviceAccount")]
    public void A_service_account_without_mutual_TLS_is_warned_about()
    {
        Finding finding = Assert.Single(Check("WorkloadEntry", "{address: 10.0.0.1, serviceAccount: vm}"));

        Assert.Equal((Severity.Warning, "spec.serviceAccount"), (finding.Severity, finding.Path));
    }

    private static IReadOnlyList<Finding> Check(string kind, string spec)
    {
        ReadResult read = StrictYaml.Read(
            $"apiVersion: networking.istio.io/v1\nkind: {kind}\nmetadata: {{name: x, namespace: default}}\nspec: {spec}\n");
        Assert.Empty(read.Findings);
        return Validator.Validate("networking.istio.io/v1", kind, Assert.IsType<JsonObject>(read.Documents[0].Root));
    }
}
