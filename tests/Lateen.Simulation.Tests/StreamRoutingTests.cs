namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>TCP and TLS rules of virtual services at sidecars.</summary>
public sealed class StreamRoutingTests
{
    private const string ToStore = "route: [{destination: {host: store, port: {number: 9000}}}]";

    [Theory]
    [InlineData("{}", "other")]
    [InlineData("{port: 9000}", "other")]
    [InlineData("{port: 9001}", "store")]
    [InlineData("{sourceLabels: {app: client}}", "other")]
    [InlineData("{sourceLabels: {app: somebody}}", "store")]
    [InlineData("{sourceNamespace: default}", "other")]
    [InlineData("{sourceNamespace: shop}", "store")]
    [InlineData("{gateways: [mesh]}", "other")]
    [InlineData("{gateways: [edge]}", "store")]
    [InlineData("{destinationSubnets: [10.96.0.0/16]}", "other")]
    [InlineData("{destinationSubnets: [10.97.0.0/16]}", "store")]
    [Trait("field", "VirtualService.spec.tcp.match.port")]
    [Trait("field", "VirtualService.spec.tcp.match.sourceLabels")]
    [Trait("field", "VirtualService.spec.tcp.match.sourceNamespace")]
    [Trait("field", "VirtualService.spec.tcp.match.gateways")]
    [Trait("field", "VirtualService.spec.tcp.match.destinationSubnets")]
    public void A_TCP_rule_holds_for_the_connections_it_matches(string match, string expected)
    {
        string rule = $"{{match: [{match}], route: [{{destination: {{host: other}}}}]}}";
        using Mesh mesh = Stores($"{{hosts: [store], gateways: [mesh, edge], tcp: [{rule}]}}");

        Assert.Equal(expected, Ask(mesh, "store", 9000, "hello"));
    }

    [Fact]
    [Trait("field", "VirtualService.spec.tcp.match")]
    [Trait("rule", "The first TCP rule that matches decides")]
    public void The_first_TCP_rule_that_matches_decides()
    {
        using Mesh mesh = Stores("""
            {hosts: [store], tcp: [
              {match: [{port: 1}], route: [{destination: {host: store}}]},
              {match: [{port: 9000}], route: [{destination: {host: other}}]},
              {route: [{destination: {host: store}}]}]}
            """);

        Assert.Equal("other", Ask(mesh, "store", 9000, "hello"));
    }

    [Fact]
    [Trait("field", "VirtualService.spec.tcp.route.weight")]
    public void Connections_are_shared_by_weight()
    {
        using Mesh mesh = Stores("""
            {hosts: [store], tcp: [{route: [
              {destination: {host: store}, weight: 25}, {destination: {host: other}, weight: 75}]}]}
            """);

        int other = Enumerable.Range(0, 400).Count(_ => Ask(mesh, "store", 9000, "hello") == "other");

        Assert.InRange(other, 265, 335);
    }

    [Fact]
    [Trait("field", "VirtualService.spec.tcp.route.destination")]
    public void A_TCP_rule_may_name_a_subset()
    {
        using Mesh mesh = Stores(
            "{hosts: [store], tcp: [{route: [{destination: {host: store, subset: chosen}}]}]}",
            Tenants.Workload("default", "store", "v2"),
            Tenants.Chooses("default", "store", "store", "v2"));
        Speak(mesh, "store-v2", "second");

        Assert.All(Enumerable.Range(0, 20), _ => Assert.Equal("second", Ask(mesh, "store", 9000, "hello")));
    }

    [Theory]
    [InlineData("a.example", "store")]
    [InlineData("b.example", "other")]
    [InlineData("x.wild.example", "other")]
    [Trait("field", "VirtualService.spec.tls.match.sniHosts")]
    [Trait("field", "VirtualService.spec.tls.route.destination")]
    public void A_TLS_rule_goes_by_the_server_name(string serverName, string expected)
    {
        using Mesh mesh = Secure("""
            {hosts: [secure, a.example, b.example, "*.wild.example"], tls: [
              {match: [{sniHosts: [a.example]}], route: [{destination: {host: store, port: {number: 9000}}}]},
              {match: [{sniHosts: [b.example, "*.wild.example"]}],
               route: [{destination: {host: other, port: {number: 9000}}}]}]}
            """);

        Assert.Equal(expected, Ask(mesh, "secure", 443, ClientHello.For(serverName)));
    }

    [Fact]
    [Trait("field", "VirtualService.spec.tls.match.sniHosts")]
    public void A_server_name_that_no_TLS_rule_has_gets_no_connection()
    {
        using Mesh mesh = Secure("""
            {hosts: [secure, a.example], tls: [
              {match: [{sniHosts: [a.example]}], route: [{destination: {host: store, port: {number: 9000}}}]}]}
            """);

        Assert.Equal("", Ask(mesh, "secure", 443, ClientHello.For("c.example")));
    }

    [Theory]
    [InlineData("port: 443", "store")]
    [InlineData("port: 444", "secure")]
    [InlineData("sourceLabels: {app: client}", "store")]
    [InlineData("sourceLabels: {app: nobody}", "secure")]
    [InlineData("sourceNamespace: default", "store")]
    [InlineData("sourceNamespace: shop", "secure")]
    [InlineData("gateways: [mesh]", "store")]
    [InlineData("gateways: [edge]", "secure")]
    [Trait("field", "VirtualService.spec.tls.match.port")]
    [Trait("field", "VirtualService.spec.tls.match.sourceLabels")]
    [Trait("field", "VirtualService.spec.tls.match.sourceNamespace")]
    [Trait("field", "VirtualService.spec.tls.match.gateways")]
    public void A_TLS_rule_that_does_not_hold_leaves_connections_to_the_service(string match, string expected)
    {
        string rule = $"{{match: [{{sniHosts: [a.example], {match}}}], {ToStore}}}";
        using Mesh mesh = Secure($"{{hosts: [secure, a.example], gateways: [mesh, edge], tls: [{rule}]}}");

        Assert.Equal(expected, Ask(mesh, "secure", 443, ClientHello.For("a.example")));
    }

    [Theory]
    [InlineData("10.96.0.0/16", "store")]
    [InlineData("10.97.0.0/16", "")]
    [Trait("field", "VirtualService.spec.tls.match.destinationSubnets")]
    public void A_TLS_rule_may_be_limited_to_destinations(string subnet, string expected)
    {
        string rule = $"{{match: [{{sniHosts: [a.example], destinationSubnets: [{subnet}]}}], {ToStore}}}";
        using Mesh mesh = Secure($"{{hosts: [secure, a.example], tls: [{rule}]}}");

        Assert.Equal(expected, Ask(mesh, "secure", 443, ClientHello.For("a.example")));
    }

    [Fact]
    [Trait("field", "VirtualService.spec.tls.route.weight")]
    public void TLS_connections_are_shared_by_weight()
    {
        using Mesh mesh = Secure("""
            {hosts: [secure, a.example], tls: [{match: [{sniHosts: [a.example]}], route: [
              {destination: {host: store, port: {number: 9000}}, weight: 1},
              {destination: {host: other, port: {number: 9000}}, weight: 3}]}]}
            """);

        int other = Enumerable.Range(0, 400).Count(_ => Ask(mesh, "secure", 443, ClientHello.For("a.example")) == "other");

        Assert.InRange(other, 265, 335);
    }

    [Fact]
    public void Of_two_TLS_matches_that_look_the_same_to_the_proxy_the_first_counts()
    {
        using Mesh mesh = Secure("""
            {hosts: [secure, a.example], tls: [
              {match: [{sniHosts: [a.example], sourceLabels: {app: client}}],
               route: [{destination: {host: store, port: {number: 9000}}}]},
              {match: [{sniHosts: [a.example]}], route: [{destination: {host: other, port: {number: 9000}}}]}]}
            """);

        Assert.Equal("store", Ask(mesh, "secure", 443, ClientHello.For("a.example")));
    }

    /// <summary>What a server answers to the first bytes of a connection; empty when the connection is closed.</summary>
    internal static string Ask(Mesh mesh, string host, int port, string bytes)
    {
        TestClient client = mesh.Connect("client", host, port);
        client.Write(bytes);
        string received = client.Received;
        client.Close();
        return received;
    }

    /// <summary>Makes a workload answer any bytes with a word.</summary>
    internal static void Speak(Mesh mesh, string workload, string word) =>
        mesh.Pod(workload).App.Raw = (connection, _) => connection.Write(word);

    [Theory]
    [Trait("field", "DestinationRule.spec.trafficPolicy.connectionPool.tcp.idleTimeout")]
    [InlineData(5, false)]
    [InlineData(12, true)]
    public void An_idle_TCP_connection_ends_after_the_time_of_its_destination_s_rule(int seconds, bool ends)
    {
        using Mesh mesh = Stores("{hosts: [store], tcp: [{route: [{destination: {host: store}}]}]}", Tenants.Object(
            "DestinationRule", "default", "store", "{host: store, trafficPolicy: {connectionPool: {tcp: {idleTimeout: 10s}}}}"));
        TestClient client = mesh.Connect("client", "store", 9000);
        client.Write("hello");

        mesh.Network.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(ends, client.SawEnd || client.IsClosed);
    }

    [Fact]
    [Trait("field", "DestinationRule.spec.trafficPolicy.tunnel")]
    public void A_tunnel_is_opened_by_CONNECT_to_the_target_of_the_destination_s_rule()
    {
        using Mesh mesh = Stores("{hosts: [store], tcp: [{route: [{destination: {host: store}}]}]}", Tenants.Object(
            "DestinationRule", "default", "store",
            "{host: store, trafficPolicy: {tunnel: {protocol: CONNECT, targetHost: outside.example, targetPort: 443}}}"));
        bool opened = false;
        mesh.Pod("store").App.Raw = (connection, _) =>
        {
            connection.Write(opened ? "through" : "HTTP/1.1 200 OK\r\n\r\n");
            opened = true;
        };

        Assert.Equal("through", Ask(mesh, "store", 9000, "hello"));
        Assert.StartsWith("CONNECT outside.example:443 HTTP/1.1\r\n", mesh.Pod("store").App.Connections[0].Received, StringComparison.Ordinal);
    }

    private static Mesh Stores(string rule, params string[] more)
    {
        var mesh = new Mesh(1,
        [
            Tenants.Service("default", "client"),
            Tenants.Service("default", "store", "tcp", 9000),
            Tenants.Service("default", "other", "tcp", 9000),
            Tenants.Object("VirtualService", "default", "store", rule), .. more,
        ]);
        Speak(mesh, "store", "store");
        Speak(mesh, "other", "other");
        return mesh;
    }

    private static Mesh Secure(string rule)
    {
        Mesh mesh = Stores("{hosts: [nobody.example], tcp: [{route: [{destination: {host: store}}]}]}",
            Tenants.Service("default", "secure", "tls", 443), Tenants.Object("VirtualService", "default", "secure", rule));
        Speak(mesh, "secure", "secure");
        return mesh;
    }
}
