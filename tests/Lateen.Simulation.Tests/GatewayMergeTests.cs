namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>Servers of Gateways: hosts, ports, protocols, and what happens when several want one port.</summary>
public sealed class GatewayMergeTests
{
    private const string Shop = "GET http://shop.example/";

    [Theory]
    [InlineData("shop.example", 299)]
    [InlineData("'*.example'", 299)]
    [InlineData("other.example", 404)]
    [InlineData("default/shop.example", 299)]
    [InlineData("other/shop.example", 404)]
    [InlineData("'*/shop.example'", 299)]
    [InlineData("./shop.example", 404)]
    [Trait("field", "Gateway.spec.servers.hosts")]
    public void A_server_serves_virtual_services_of_the_hosts_and_namespaces_it_names(string host, int status)
    {
        using Mesh mesh = Edge(Http("edge", host), Answers("shop", "shop.example", 299));

        Assert.Equal(status, mesh.CallGateway(Shop).Status);
    }

    [Fact]
    [Trait("field", "Gateway.spec.servers.hosts")]
    public void A_dot_stands_for_the_gateway_s_own_namespace()
    {
        using Mesh mesh = Edge(
            Http("edge", "./shop.example"),
            Tenants.Answers("istio-system", "shop", "shop.example", 299, ", gateways: [istio-system/edge]"));

        Assert.Equal(299, mesh.CallGateway(Shop).Status);
    }

    [Theory]
    [InlineData("HTTP")]
    [InlineData("HTTP2")]
    [InlineData("GRPC")]
    [InlineData("http")]
    [Trait("field", "Gateway.spec.servers.port.protocol")]
    public void Every_kind_of_HTTP_is_served(string protocol)
    {
        using Mesh mesh = Edge(Http("edge", "'*'", protocol: protocol), Answers("shop", "shop.example", 299));

        Assert.Equal(299, mesh.CallGateway(Shop).Status);
    }

    [Fact]
    [Trait("field", "Gateway.spec.servers.port.protocol")]
    public void A_browser_s_gRPC_Web_call_reaches_the_service_as_gRPC()
    {
        using Mesh mesh = Edge(
            Http("edge", "'*'", protocol: "GRPC-WEB"), Worlds.Service("echo", "http", 80),
            Tenants.Object(
                "VirtualService", "default", "api",
                "{hosts: [shop.example], gateways: [istio-system/edge], http: [{route: [{destination: {host: echo}}]}]}"));
        mesh.Pod("echo").App.Answer = static _ =>
            TestUpstream.Response(200, "", "content-type: application/grpc+proto", "grpc-status: 5");

        CallResult call = mesh.CallGateway("POST http://shop.example/a.B/C", "content-type: application/grpc-web+proto");

        Assert.Equal("application/grpc+proto", mesh.Pod("echo").App.Requests[0].Header("content-type"));
        Assert.Equal((200, "application/grpc-web+proto", "5"), (call.Status, call.Header("content-type"), call.Header("grpc-status")));
    }

    [Fact]
    [Trait("rule", "Servers of several Gateways on one port are merged by host")]
    public void Gateways_on_one_port_are_merged_by_host()
    {
        using Mesh mesh = Edge(
            Http("one", "one.example", hour: 1),
            Http("two", "two.example", hour: 2),
            Answers("first", "one.example", 291, "one"),
            Answers("second", "two.example", 292, "two"));

        Assert.Equal(291, mesh.CallGateway("GET http://one.example/").Status);
        Assert.Equal(292, mesh.CallGateway("GET http://two.example/").Status);
        Assert.Equal(404, mesh.CallGateway("GET http://three.example/").Status);
    }

    [Fact]
    [Trait("rule", "A virtual service is served only through the Gateways it names")]
    public void A_virtual_service_of_another_gateway_is_not_served()
    {
        using Mesh mesh = Edge(Http("edge", "'*'"), Answers("shop", "shop.example", 299, "elsewhere"));

        Assert.Equal(404, mesh.CallGateway(Shop).Status);
    }

    [Theory]
    [InlineData("{istio: ingressgateway}", 299)]
    [InlineData("{istio: egressgateway}", -1)]
    [Trait("field", "Gateway.spec.selector")]
    public void A_Gateway_is_for_the_proxies_it_selects_whatever_their_namespace(string selector, int status)
    {
        string gateway = Tenants.Object("Gateway", "default", "edge",
            $"{{selector: {selector}, servers: [{{port: {{number: 80, name: http, protocol: HTTP}}, hosts: ['*']}}]}}");
        using Mesh mesh = Edge(gateway, Tenants.Answers("default", "shop", "shop.example", 299, ", gateways: [edge]"));

        string received = Ask(mesh, 8080, "GET / HTTP/1.1\r\nhost: shop.example\r\n\r\n");

        Assert.Equal(status > 0, received.StartsWith("HTTP/1.1 299 ", StringComparison.Ordinal));
    }

    [Fact]
    [Trait("field", "Gateway.spec.servers.tls.httpsRedirect")]
    public void Plaintext_is_redirected_to_https()
    {
        using Mesh mesh = Edge(
            Server("edge", "{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example], tls: {httpsRedirect: true}}"),
            Answers("shop", "shop.example", 299));

        CallResult call = mesh.CallGateway("GET http://shop.example/path?q=1");

        Assert.Equal((301, "https://shop.example/path?q=1"), (call.Status, call.Header("location")));
    }

    [Fact]
    [Trait("field", "Gateway.spec.servers.tls.httpsRedirect")]
    public void A_server_redirects_without_a_virtual_service_and_for_its_own_hosts_only()
    {
        using Mesh mesh = Edge(
            Server("edge", "{port: {number: 80, name: http, protocol: HTTP}, hosts: [shop.example], tls: {httpsRedirect: true}}"),
            Http("plain", "plain.example", hour: 1),
            Answers("plain", "plain.example", 299, "plain"));

        Assert.Equal(301, mesh.CallGateway(Shop).Status);
        Assert.Equal(299, mesh.CallGateway("GET http://plain.example/").Status);
    }

    [Fact]
    [Trait("field", "Gateway.spec.servers.port.number")]
    public void TCP_goes_to_the_virtual_service_s_destination()
    {
        using Mesh mesh = Edge(
            Server("edge", "{port: {number: 31400, name: tcp, protocol: TCP}, hosts: ['*']}"),
            Stream("tcp: [{match: [{port: 31400}], route: [{destination: {host: store, port: {number: 9000}}}]}]"));

        Assert.Equal("store", Ask(mesh, 31400, "hello"));
    }

    [Fact]
    [Trait("field", "Gateway.spec.servers.port.number")]
    public void A_TCP_rule_for_another_port_leaves_the_port_closed()
    {
        using Mesh mesh = Edge(
            Server("edge", "{port: {number: 31400, name: tcp, protocol: TCP}, hosts: ['*']}"),
            Stream("tcp: [{match: [{port: 31401}], route: [{destination: {host: store, port: {number: 9000}}}]}]"));

        Assert.Equal("", Ask(mesh, 31400, "hello"));
    }

    [Theory]
    [InlineData("TLS", "a.example", "store")]
    [InlineData("HTTPS", "a.example", "store")]
    [InlineData("TLS", "b.example", "other")]
    [InlineData("TLS", "c.example", "")]
    [Trait("field", "Gateway.spec.servers.tls.mode")]
    public void TLS_passes_through_by_server_name(string protocol, string serverName, string expected)
    {
        using Mesh mesh = Edge(
            Server(
                "edge",
                $"{{port: {{number: 15443, name: p, protocol: {protocol}}}, hosts: ['*.example'], tls: {{mode: PASSTHROUGH}}}}"),
            Stream("""
                tls: [
                  {match: [{sniHosts: [a.example]}], route: [{destination: {host: store, port: {number: 9000}}}]},
                  {match: [{sniHosts: [b.example], port: 15443}], route: [{destination: {host: other, port: {number: 9000}}}]},
                  {match: [{sniHosts: [c.example], port: 15444}], route: [{destination: {host: other, port: {number: 9000}}}]}]
                """, "a.example, b.example, c.example"));

        Assert.Equal(expected, Ask(mesh, 15443, ClientHello.For(serverName)));
    }

    [Fact]
    [Trait("rule", "TLS servers of several Gateways on one port are merged by server name")]
    public void TLS_servers_share_a_port()
    {
        const string One = "{port: {number: 15443, name: one, protocol: TLS}, hosts: [a.example], tls: {mode: PASSTHROUGH}}";
        const string Two = "{port: {number: 15443, name: two, protocol: TLS}, hosts: [b.example], tls: {mode: PASSTHROUGH}}";
        using Mesh mesh = Edge(
            Server("edge", One),
            Server("two", Two),
            Stream(
                "tls: [{match: [{sniHosts: [a.example]}], route: [{destination: {host: store, port: {number: 9000}}}]}]",
                "a.example"),
            Tenants.Object("VirtualService", "default", "two", """
                {hosts: [b.example], gateways: [istio-system/two], tls: [
                  {match: [{sniHosts: [b.example]}], route: [{destination: {host: other, port: {number: 9000}}}]}]}
                """));

        Assert.Equal("store", Ask(mesh, 15443, ClientHello.For("a.example")));
        Assert.Equal("other", Ask(mesh, 15443, ClientHello.For("b.example")));
    }

    [Theory]
    [InlineData(1, 2, 299)]
    [InlineData(2, 1, 0)]
    [Trait("rule", "Servers that cannot share a port: the older Gateway's counts")]
    public void Of_an_HTTP_and_a_TCP_server_on_one_port_the_older_one_counts(int httpHour, int tcpHour, int status)
    {
        using Mesh mesh = Edge(
            Http("http", "'*'", hour: httpHour, number: 31400),
            Server("edge", "{port: {number: 31400, name: tcp, protocol: TCP}, hosts: ['*']}", tcpHour),
            Answers("shop", "shop.example", 299, "http"),
            Stream("tcp: [{route: [{destination: {host: store, port: {number: 9000}}}]}]"));

        string received = Ask(mesh, 31400, "GET / HTTP/1.1\r\nhost: shop.example\r\n\r\n");

        Assert.StartsWith(status > 0 ? "HTTP/1.1 299 " : "store", received, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("field", "Gateway.spec.servers.bind")]
    public void A_server_bound_to_one_address_listens_there_only()
    {
        using Mesh mesh = Edge(
            Server("edge", "{port: {number: 31400, name: http, protocol: HTTP}, bind: 127.0.0.1, hosts: ['*']}"),
            Answers("shop", "shop.example", 299));

        const string Request = "GET / HTTP/1.1\r\nhost: shop.example\r\n\r\n";
        Assert.Equal("", Ask(mesh, 31400, Request));
        Assert.StartsWith("HTTP/1.1 299 ", Ask(mesh, 31400, Request, "127.0.0.1"), StringComparison.Ordinal);
    }

    private static string Ask(Mesh mesh, int port, string bytes, string? address = null)
    {
        var loop = mesh.Network.CreateLoop();
        loop.Address = TestProxy.Ip("203.0.113.10", 0);
        var client = new TestClient(mesh.Network, loop, TestProxy.Ip(address ?? mesh.Pod("istio-ingressgateway").Ip, port));
        mesh.Network.RunUntilIdle();
        client.Write(bytes);
        string received = client.Received;
        client.Close();
        return received;
    }

    private static string Http(string name, string host, string protocol = "HTTP", int hour = 0, int number = 80) =>
        Server(name, $"{{port: {{number: {number}, name: http, protocol: {protocol}}}, hosts: [{host}]}}", hour);

    private static string Server(string name, string server, int hour = 0) => Tenants.Object(
        "Gateway", "istio-system", name, $"{{selector: {{istio: ingressgateway}}, servers: [{server}]}}", hour);

    private static string Answers(string name, string host, int status, string gateway = "edge") =>
        Tenants.Answers("default", name, host, status, $", gateways: [istio-system/{gateway}]");

    private static string Stream(string rules, string hosts = "'*'") => Tenants.Object(
        "VirtualService", "default", "streams", $"{{hosts: [{hosts}], gateways: [istio-system/edge], {rules}}}");

    private static Mesh Edge(params string[] yaml)
    {
        var mesh = new Mesh(1,
        [
            Worlds.Gateway,
            Tenants.Service("default", "store", "tcp", 9000),
            Tenants.Service("default", "other", "tcp", 9000),
            .. yaml,
        ]);
        StreamRoutingTests.Speak(mesh, "store", "store");
        StreamRoutingTests.Speak(mesh, "other", "other");
        return mesh;
    }
}
