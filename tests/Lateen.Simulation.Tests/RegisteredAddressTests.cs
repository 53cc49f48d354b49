namespace Lateen.Simulation.Tests;

using Lateen.Simulation.Tests.Harness;

/// <summary>Connections to what service entries register by address, prefix or server name; all else is closed.</summary>
public sealed class RegisteredAddressTests
{
    private const string Inside = "198.51.100.7";
    private const string Prefix = "{hosts: [db.example], addresses: [198.51.100.0/24], ";
    private const string Outside = "203.0.113.7";

    [Theory]
    [InlineData(Inside, 5432, "hello", "external")]
    [InlineData(Outside, 5432, "hello", "")]
    [InlineData(Inside, 5433, "hello", "")]
    [Trait("field", "ServiceEntry.spec.addresses")]
    public void A_prefix_registers_its_addresses_on_the_ports_of_the_entry(string ip, int port, string bytes, string expected)
    {
        using Mesh mesh = Registered(
            Prefix + "ports: [{number: 5432, name: tcp, protocol: TCP}], resolution: NONE}");

        Assert.Equal(expected, Ask(mesh, ip, port, bytes));
    }

    [Theory]
    [InlineData(Inside, "external")]
    [InlineData(Outside, "")]
    [Trait("field", "ServiceEntry.spec.addresses")]
    public void A_single_address_registers_itself_only(string ip, string expected)
    {
        using Mesh mesh = Registered(
            $"{{hosts: [db.example], addresses: [{Inside}], "
                + "ports: [{number: 5432, name: tcp, protocol: TCP}], resolution: NONE}");

        Assert.Equal(expected, Ask(mesh, ip, 5432, "hello"));
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.ports")]
    public void Without_addresses_the_port_is_registered_for_every_address()
    {
        using Mesh mesh = Registered(
            "{hosts: [db.example], ports: [{number: 5432, name: tcp, protocol: TCP}], resolution: NONE}");

        Assert.Equal("external", Ask(mesh, Outside, 5432, "hello"));
    }

    [Theory]
    [InlineData("secure.example", "external")]
    [InlineData("x.wild.example", "external")]
    [InlineData("other.example", "")]
    [Trait("field", "ServiceEntry.spec.hosts")]
    [Trait("field", "ServiceEntry.spec.ports.protocol")]
    public void TLS_without_addresses_is_registered_by_server_name(string serverName, string expected)
    {
        using Mesh mesh = Registered(
            "{hosts: [secure.example, '*.wild.example'], ports: [{number: 443, name: tls, protocol: TLS}], resolution: NONE}");

        Assert.Equal(expected, Ask(mesh, Outside, 443, ClientHello.For(serverName)));
    }

    [Fact]
    [Trait("field", "ServiceEntry.spec.addresses")]
    public void HTTP_and_a_prefix_for_TCP_share_a_port()
    {
        using Mesh mesh = Registered(
            Prefix + "ports: [{number: 80, name: tcp, protocol: TCP}], resolution: NONE}");

        Assert.Equal("external", Ask(mesh, Inside, 80, "not http at all\r\n\r\n"));
        Assert.Equal("", Ask(mesh, Outside, 80, "not http at all\r\n\r\n"));
        Assert.Equal(200, mesh.Call("client", "GET http://web/").Status);
    }

    [Theory]
    [InlineData(".", "")]
    [InlineData("default", "external")]
    [Trait("field", "ServiceEntry.spec.exportTo")]
    public void An_entry_is_registered_where_it_is_exported_to(string exportTo, string expected)
    {
        using Mesh mesh = Registered(
            "{hosts: [db.example], ports: [{number: 5432, name: tcp, protocol: TCP}], resolution: NONE, exportTo: ['"
                + exportTo + "']}",
            "other");

        Assert.Equal(expected, Ask(mesh, Outside, 5432, "hello"));
    }

    private static string Ask(Mesh mesh, string ip, int port, string bytes)
    {
        mesh.AddExternal("external", ip, port).Raw = (connection, _) => connection.Write("external");
        return StreamRoutingTests.Ask(mesh, ip, port, bytes);
    }

    private static Mesh Registered(string entry, string ns = "default") => new(
        1,
        Tenants.Service("default", "client"),
        Tenants.Service("default", "web"),
        Worlds.MeshConfig("{outboundTrafficPolicy: {mode: REGISTRY_ONLY}}"),
        Tenants.Object("ServiceEntry", ns, "entry", entry));
}
