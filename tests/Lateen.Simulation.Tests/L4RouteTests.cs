namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>TCPRoute and TLSRoute.</summary>
public sealed class L4RouteTests
{
    private static readonly string[] Echoes =
    [
        Worlds.Service("echo-a", "tcp", 9000), Worlds.Service("echo-b", "tcp", 9000),
    ];

    [Fact]
    [Trait("field", "TCPRoute.spec.rules.backendRefs")]
    public void A_tcp_listener_shares_connections_out_by_weight()
    {
        using Mesh mesh = Mesh.Bookinfo([.. Echoes, GatewayApiWorlds.Edge("[{name: tcp, port: 9000, protocol: TCP}]"), Route("edge", "", "")]);

        int b = Enumerable.Range(0, 200).Count(_ => Greeting(mesh, "edge-istio") == "b");

        Assert.InRange(b, 20, 65);
    }

    [Fact]
    [Trait("field", "TCPRoute.spec.parentRefs")]
    public void A_tcp_route_of_a_service_routes_the_connections_of_sidecars()
    {
        using Mesh mesh = Mesh.Bookinfo([.. Echoes, Route("echo-a", "group: '', kind: Service, ", ", port: 9000")]);

        int b = Enumerable.Range(0, 200).Count(_ => Greeting(mesh, "") == "b");

        Assert.InRange(b, 20, 65);
    }

    [Theory]
    [Trait("field", "TLSRoute.spec.hostnames")]
    [Trait("field", "TLSRoute.spec.parentRefs")]
    [Trait("field", "TLSRoute.spec.rules.backendRefs")]
    [InlineData("[shop.example]", "shop.example", true)]
    [InlineData("[shop.example]", "other.example", false)]
    [InlineData("['*.example']", "other.example", true)]
    public void A_tls_listener_passes_connections_through_by_server_name(string hostnames, string serverName, bool passes)
    {
        using Mesh mesh = Mesh.Bookinfo(
            Worlds.Service("secure", "tls", 443),
            GatewayApiWorlds.Edge("[{name: tls, port: 8443, protocol: TLS, tls: {mode: Passthrough}}]"),
            $$"""
            apiVersion: gateway.networking.k8s.io/v1
            kind: TLSRoute
            metadata: {name: secure}
            spec:
              parentRefs: [{name: edge}]
              hostnames: {{hostnames}}
              rules: [{backendRefs: [{name: secure, port: 443}]}]
            """);
        mesh.Pod("secure").App.Raw = static (connection, _) => connection.Write("hello");

        TestClient client = mesh.ConnectInto("edge-istio", 8443);
        client.Write(ClientHello.For(serverName));
        mesh.Network.RunUntilIdle();

        Assert.Equal(passes ? "hello" : "", client.Received);
    }

    private static string Greeting(Mesh mesh, string gateway)
    {
        mesh.Pod("echo-a").App.Raw = static (connection, _) => connection.Write("a");
        mesh.Pod("echo-b").App.Raw = static (connection, _) => connection.Write("b");
        TestClient client = gateway.Length > 0 ? mesh.ConnectInto(gateway, 9000) : mesh.Connect("productpage", "echo-a", 9000);
        client.Write("hi");
        mesh.Network.RunUntilIdle();
        client.Close();
        return client.Received;
    }

    private static string Route(string parent, string kind, string port) => $$"""
        apiVersion: gateway.networking.k8s.io/v1alpha2
        kind: TCPRoute
        metadata: {name: echo}
        spec:
          parentRefs: [{ {{kind}}name: {{parent}}{{port}} }]
          rules: [{backendRefs: [{name: echo-a, port: 9000, weight: 80}, {name: echo-b, port: 9000, weight: 20}]}]
        """;
}
