namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>Kubernetes Ingress at the ingress gateway.</summary>
public sealed class IngressTests
{
    private const string OurClass = """
        apiVersion: networking.k8s.io/v1
        kind: IngressClass
        metadata: {name: istio}
        spec: {controller: istio.io/ingress-controller}
        """;

    [Theory]
    [Trait("field", "Ingress.spec.rules.http.paths")]
    [InlineData("{path: /a, pathType: Exact}", "/a", true)]
    [InlineData("{path: /a, pathType: Exact}", "/a/", false)]
    [InlineData("{path: /a, pathType: Prefix}", "/a/b", true)]
    [InlineData("{path: /a/, pathType: Prefix}", "/a", true)]
    [InlineData("{path: /a, pathType: Prefix}", "/ab", false)]
    [InlineData("{path: /a*, pathType: ImplementationSpecific}", "/a/b", true)]
    [InlineData("{path: /, pathType: Prefix}", "/any", true)]
    public void A_path_is_taken_as_its_type_says(string path, string called, bool taken)
    {
        string rules = $"[{{host: shop.example, http: {{paths: [{Backend(path)}]}}}}]";
        using Mesh mesh = Mesh.Bookinfo(OurClass, Ingress(rules, "ingressClassName: istio"));

        Assert.Equal(taken ? 200 : 404, mesh.CallGateway("GET http://shop.example" + called).Status);
    }

    [Fact]
    [Trait("field", "Ingress.spec.rules.host")]
    [Trait("field", "Ingress.spec.defaultBackend")]
    public void Hosts_and_the_default_backend_lead_to_their_services()
    {
        using Mesh mesh = Mesh.Bookinfo(OurClass, Ingress(
            $"[{{host: shop.example, http: {{paths: [{Backend("{path: /, pathType: Prefix}")}]}}}}]",
            "ingressClassName: istio\n  defaultBackend: {service: {name: details, port: {name: http}}}"));

        Assert.Equal("productpage-v1", mesh.CallGateway("GET http://shop.example/").Workload);
        Assert.Equal("details-v1", mesh.CallGateway("GET http://other.example/").Workload);
    }

    [Fact]
    [Trait("field", "Ingress.spec.rules.http.paths.path")]
    public void The_longest_path_wins()
    {
        using Mesh mesh = Mesh.Bookinfo(OurClass, Ingress("""
            [{http: {paths: [
              {path: /, pathType: Prefix, backend: {service: {name: productpage, port: {number: 9080}}}},
              {path: /details, pathType: Prefix, backend: {service: {name: details, port: {number: 9080}}}}]}}]
            """, "ingressClassName: istio"));

        Assert.Equal("details-v1", mesh.CallGateway("GET http://any.example/details/0").Workload);
        Assert.Equal("productpage-v1", mesh.CallGateway("GET http://any.example/else").Workload);
    }

    [Theory]
    [Trait("field", "Ingress.spec.ingressClassName")]
    [Trait("field", "MeshConfig.ingressControllerMode")]
    [InlineData("ingressClassName: istio", "", "STRICT", 200)]
    [InlineData("ingressClassName: other", "", "STRICT", 404)]
    [InlineData("", "", "STRICT", 404)]
    [InlineData("", "", "DEFAULT", 200)]
    [InlineData("ingressClassName: istio", "", "OFF", 404)]
    [InlineData("", "istio", "STRICT", 200)]
    [InlineData("", "nginx", "DEFAULT", 404)]
    public void The_class_and_the_mode_decide_whether_an_ingress_is_served(string className, string annotation, string mode, int status)
    {
        string rules = $"[{{http: {{paths: [{Backend("{path: /, pathType: Prefix}")}]}}}}]";
        string ingress = Ingress(rules, className.Length > 0 ? className : "tls: []");
        if (annotation.Length > 0)
        {
            ingress = ingress.Replace(
                "{name: shop}", "{name: shop, annotations: {kubernetes.io/ingress.class: " + annotation + "}}", StringComparison.Ordinal);
        }

        // Without any server a gateway opens no port at all.
        const string Server = """
            apiVersion: networking.istio.io/v1
            kind: Gateway
            metadata: {name: base}
            spec:
              selector: {istio: ingressgateway}
              servers: [{port: {number: 80, name: http, protocol: HTTP}, hosts: [base.example]}]
            """;
        using Mesh mesh = Mesh.Bookinfo(OurClass, Server, Worlds.MeshConfig($"ingressControllerMode: \"{mode}\""), ingress);

        Assert.Equal(status, mesh.CallGateway("GET http://any.example/").Status);
    }

    private static string Backend(string path) => path[..^1] + ", backend: {service: {name: productpage, port: {number: 9080}}}}";

    private static string Ingress(string rules, string more) => $$"""
        apiVersion: networking.k8s.io/v1
        kind: Ingress
        metadata: {name: shop}
        spec:
          {{more}}
          rules: {{rules}}
        """;
}
