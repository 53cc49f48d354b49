namespace Lateen.Api.Tests.Resources;

using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.Mesh;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

public sealed class ResourceJsonTests
{
    private const string Ratings = """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: ratings, namespace: default}
        spec:
          hosts: [ratings]
          gateways: null
          http:
          - match:
            - headers: {end-user: {exact: jason}}
            fault:
              delay: {percentage: {value: 100.0}, fixedDelay: 7s}
            route:
            - destination: {host: ratings, subset: v1}
              weight: 100
        """;

    [Fact]
    public void A_virtual_service_is_read_whole_and_equal_texts_give_equal_objects()
    {
        VirtualService one = Read<VirtualService>(Ratings);
        HttpRoute route = Assert.Single(one.Spec.Http);

        Assert.Equal("jason", route.Match[0].Headers["end-user"].Exact);
        Assert.Equal(TimeSpan.FromSeconds(7), route.Fault?.Delay?.FixedDelay);
        Assert.Equal(100, route.Fault?.Delay?.Percentage?.Value);
        Assert.Equal("v1", route.Route[0].Destination?.Subset);
        Assert.Empty(one.Spec.Gateways);
        Assert.Equal(one, Read<VirtualService>(Ratings));
    }

    [Fact]
    public void A_resource_writes_what_it_read()
    {
        VirtualService one = Read<VirtualService>(Ratings);

        Assert.Equal(one, ResourceJson.Read<VirtualService>(ResourceJson.Write(one)));
    }

    [Fact]
    public void A_service_keeps_ports_by_name_and_number()
    {
        Service service = Read<Service>(
            "spec: {clusterIP: 10.96.0.7, ports: [{port: 80, targetPort: web}, {port: 81, targetPort: 8081}]}");

        Assert.Equal("10.96.0.7", service.Spec.ClusterIP);
        Assert.Equal("web", service.Spec.Ports[0].TargetPort.Name);
        Assert.Equal(8081, service.Spec.Ports[1].TargetPort.Number);
    }

    [Fact]
    public void Mesh_settings_without_effect_are_findings_not_failures()
    {
        MeshConfig? mesh = MeshConfigReader.ReadMesh(
            """
            accessLogFile: /dev/stdout
            outboundTrafficPolicy: {mode: REGISTRY_ONLY}
            enableAutoMtls: true
            accesLogFormat: x
            defaultConfig:
              concurrency: 2
              terminationDrainDuration: 30s
              proxyMetadata: {A: b}
            """,
            "mesh",
            out IReadOnlyList<Finding> findings);

        Assert.Equal("/dev/stdout", mesh?.AccessLogFile);
        Assert.Equal(OutboundTrafficMode.RegistryOnly, mesh?.OutboundTrafficPolicy.Mode);
        Assert.Equal(2, mesh?.DefaultConfig.Concurrency);
        Assert.Equal(["enableAutoMtls", "accesLogFormat"], findings.Select(finding => finding.Path));
        Assert.Contains("accessLogFormat", findings[1].Fix);
        Assert.Equal(4, findings[1].Line);
    }

    [Fact]
    public void Broken_mesh_settings_give_no_settings_so_that_the_last_good_ones_stay()
    {
        MeshConfig? mesh = MeshConfigReader.ReadMesh(
            "defaultConfig: {concurrency: many}", "mesh", out IReadOnlyList<Finding> findings);

        Assert.Null(mesh);
        Assert.Equal("defaultConfig.concurrency", Assert.Single(findings).Path);
    }

    [Theory]
    [InlineData("""{"path": "%REQ(:PATH)%"}""", true)]
    [InlineData("%REQ(:PATH)%", false)]
    [InlineData("[1]", false)]
    public void An_access_log_format_in_JSON_must_be_an_object(string format, bool taken)
    {
        MeshConfig? mesh = MeshConfigReader.ReadMesh(
            $"accessLogEncoding: JSON\naccessLogFormat: '{format}'", "mesh", out IReadOnlyList<Finding> findings);

        Assert.Equal(taken, mesh is not null);
        Assert.Equal(taken ? [] : ["accessLogFormat"], findings.Select(finding => finding.Path));
    }

    private static T Read<T>(string yaml)
        where T : class =>
        ResourceJson.Read<T>(StrictYaml.Read(yaml).Documents[0].Root ?? throw new InvalidOperationException("no document"));
}
