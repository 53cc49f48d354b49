namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>Kinds of Kubernetes Services beside the plain one.</summary>
public sealed class KubernetesServiceTests
{
    [Fact]
    [Trait("field", "Service.spec.clusterIP")]
    public void A_pod_of_a_headless_service_is_called_by_its_own_name()
    {
        using Mesh mesh = Mesh.Bookinfo(Headless);
        SimulatedPod pod = mesh.Pods.Last(each => each.Workload == "web");

        CallResult call = mesh.Call("productpage", $"GET http://{pod.Ip}:8080/x", $"host: {pod.Name}.web.default.svc.cluster.local:8080");

        Assert.Equal(200, call.Status);
        Assert.Equal(1, pod.App.RequestCount);
        Assert.Contains(
            " outbound|8080||web.default.svc.cluster.local ", mesh.Proxy("productpage").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("field", "Service.spec.externalName")]
    public void An_external_name_of_the_cluster_is_another_name_of_that_service()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("echo", "http", 80), ExternalName("echo.default.svc.cluster.local"));
        string address = mesh.AddressOf("echo");

        CallResult call = mesh.Call("productpage", $"GET http://{address}/x", "host: alias");

        Assert.Equal("echo", call.Workload);
        Assert.Contains(
            " outbound|80||echo.default.svc.cluster.local ", mesh.Proxy("productpage").EndLog()[0], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("field", "Service.spec.externalName")]
    public void A_route_to_an_alias_goes_to_the_service_behind_it()
    {
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.Service("echo", "http", 80),
            ExternalName("echo.default.svc.cluster.local"),
            Worlds.VirtualService("details", "[{route: [{destination: {host: alias, port: {number: 80}}}]}]"));

        Assert.Equal("echo", mesh.Call("productpage", "GET http://details:9080/x").Workload);
    }

    [Fact]
    [Trait("field", "Service.spec.externalName")]
    public void An_external_name_outside_of_the_cluster_is_looked_up_by_the_proxy()
    {
        using Mesh mesh = Mesh.Bookinfo();
        mesh.AddExternal("api.example", "198.51.100.7", 80);
        mesh.Apply(ExternalName("api.example"));

        Assert.Equal("api.example", mesh.Call("productpage", "GET http://203.0.113.99/x", "host: alias").Workload);
    }

    [Fact]
    [Trait("field", "Service.spec.externalIPs")]
    public void External_addresses_of_a_service_are_hosts_too()
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("echo", "http", 80), """
            apiVersion: v1
            kind: Service
            metadata: {name: echo}
            spec:
              selector: {app: echo}
              externalIPs: [203.0.113.80]
              ports: [{name: http, port: 80, targetPort: 8080}]
            """);

        Assert.Equal("echo", mesh.Call("productpage", "GET http://203.0.113.80/x").Workload);
    }

    [Theory]
    [InlineData("name: web, appProtocol: http")]
    [InlineData("name: web, appProtocol: kubernetes.io/ws")]
    [InlineData("name: http-web")]
    [InlineData("name: HTTP")]
    [Trait("field", "Service.spec.ports.appProtocol")]
    [Trait("field", "Service.spec.ports.name")]
    public void AppProtocol_or_the_name_of_a_port_says_that_it_speaks_HTTP(string port)
    {
        using Mesh mesh = Mesh.Bookinfo(Worlds.Service("echo", "web", 80), $$"""
            apiVersion: v1
            kind: Service
            metadata: {name: echo}
            spec: {selector: {app: echo}, ports: [{ {{port}}, port: 80, targetPort: 8080}]}
            """, Worlds.VirtualService("echo", "[{directResponse: {status: 299}}]"));

        Assert.Equal(299, mesh.Call("productpage", "GET http://echo/x").Status);
    }

    private const string Headless = """
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec: {clusterIP: None, selector: {app: web}, ports: [{name: http, port: 8080}]}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 3
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: app, ports: [{containerPort: 8080}]}]}
        """;

    private static string ExternalName(string target) => $$"""
        apiVersion: v1
        kind: Service
        metadata: {name: alias}
        spec: {type: ExternalName, externalName: {{target}}, ports: [{name: http, port: 80}]}
        """;
}
