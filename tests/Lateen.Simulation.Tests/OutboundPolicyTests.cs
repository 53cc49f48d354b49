namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;
using Lateen.Testing;

/// <summary>What happens to calls that leave the registry.</summary>
public sealed class OutboundPolicyTests
{
    private const string Outside = "198.51.100.7";

    [Theory]
    [InlineData("ALLOW_ANY", 200)]
    [InlineData("REGISTRY_ONLY", 502)]
    [Trait("field", "MeshConfig.outboundTrafficPolicy.mode")]
    public void HTTP_to_an_unknown_host_passes_or_is_a_502(string mode, int status)
    {
        using Mesh mesh = Client(mode);
        mesh.AddExternal("shop.example", Outside, 80);

        Assert.Equal(status, mesh.Call("client", "GET http://shop.example/").Status);
    }

    [Fact]
    [Trait("field", "MeshConfig.outboundTrafficPolicy.mode")]
    public void A_refused_call_is_logged_with_the_route_that_refused_it()
    {
        using Mesh mesh = Client("REGISTRY_ONLY");

        mesh.Call("client", $"GET http://{Outside}/");

        string line = Assert.Single(mesh.Proxy("client").EndLog());
        Assert.Contains(" 502 - direct_response ", line, StringComparison.Ordinal);
        Assert.EndsWith(" block_all", line.TrimEnd(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ALLOW_ANY", "outside", "PassthroughCluster")]
    [InlineData("REGISTRY_ONLY", "", "BlackHoleCluster")]
    [Trait("field", "MeshConfig.outboundTrafficPolicy.mode")]
    public void Other_connections_to_an_unknown_address_pass_or_are_closed(string mode, string answer, string cluster)
    {
        using Mesh mesh = Client(mode);
        TestUpstream outside = mesh.AddExternal("db.example", Outside, 5432);
        outside.Raw = (connection, _) => connection.Write("outside");

        Assert.Equal(answer, StreamRoutingTests.Ask(mesh, "db.example", 5432, "hello"));

        // A connection is logged once both ends are closed.
        foreach (var connection in outside.Connections)
        {
            connection.Connection.Close(Engine.Transport.CloseMode.Flush);
        }

        mesh.Network.RunUntilIdle();
        Assert.Contains(" " + cluster + " ", mesh.Proxy("client").EndLog()[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ALLOW_ANY", "outside")]
    [InlineData("REGISTRY_ONLY", "")]
    [Trait("field", "MeshConfig.outboundTrafficPolicy.mode")]
    public void Bytes_on_a_port_that_services_use_for_HTTP_are_treated_alike(string mode, string answer)
    {
        using Mesh mesh = Client(mode);
        mesh.AddExternal("db.example", Outside, 80).Raw = (connection, _) => connection.Write("outside");

        Assert.Equal(answer, StreamRoutingTests.Ask(mesh, "db.example", 80, "not http at all\r\n\r\n"));
    }

    [Fact]
    [Trait("field", "MeshConfig.outboundTrafficPolicy.mode")]
    public void The_policy_changes_while_the_mesh_runs()
    {
        using Mesh mesh = Client("ALLOW_ANY");
        mesh.AddExternal("shop.example", Outside, 80);
        Assert.Equal(200, mesh.Call("client", "GET http://shop.example/").Status);

        mesh.Apply(Config("REGISTRY_ONLY"));
        Assert.Equal(502, mesh.Call("client", "GET http://shop.example/").Status);

        mesh.Apply(Config("ALLOW_ANY"));
        Assert.Equal(200, mesh.Call("client", "GET http://shop.example/").Status);
    }

    [Fact]
    public void Services_are_reached_whatever_the_policy()
    {
        using Mesh mesh = Client("REGISTRY_ONLY");

        Assert.Equal(200, mesh.Call("client", "GET http://web/").Status);
    }

    private static string Config(string mode) =>
        Worlds.MeshConfig($"{{accessLogFile: /dev/stdout, outboundTrafficPolicy: {{mode: {mode}}}}}");

    private static Mesh Client(string mode) => new(
        1, Tenants.Service("default", "client"), Tenants.Service("default", "web"), Config(mode));
}
