namespace Lateen.Proxy.Tests.Network;

using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.ProxyProtocol.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;
using Lateen.Proxy.Listeners;
using Lateen.Proxy.Network;
using Lateen.Proxy.Xds.Reading;
using Lateen.Testing;
using ProxyProtocolConfig = Envoy.Config.Core.V3.ProxyProtocolConfig;

public sealed class UpstreamProxyProtocolTests
{
    [Fact]
    public void A_TCP_connection_begins_with_a_header_that_names_the_client_even_when_the_client_is_silent()
    {
        using TestProxy proxy = Start(1, tcp: true);
        proxy.Upstream.Raw = static (_, _) => { };
        TestClient client = proxy.Connect();
        proxy.Run();

        string header = proxy.Upstream.Connections[0].Received;

        Assert.StartsWith("PROXY TCP4 10.9.9.9 10.0.0.1 ", header);
        Assert.EndsWith(" 80\r\n", header);
        client.Write("hello");
        Assert.Equal(header + "hello", proxy.Upstream.Connections[0].Received);
    }

    [Fact]
    public void Requests_of_two_clients_do_not_share_a_connection_and_those_of_one_do()
    {
        using TestProxy proxy = Start(1, tcp: false);
        proxy.Upstream.Raw = static (connection, bytes) =>
        {
            if (bytes.AsSpan().EndsWith("\r\n\r\n"u8))
            {
                connection.Write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
            }
        };
        TestClient first = proxy.Connect();
        TestClient second = proxy.Connect();

        first.Send("GET /1");
        second.Send("GET /2");
        first.Send("GET /3");

        Assert.Equal(2, proxy.Upstream.Connections.Count);
        Assert.All(proxy.Upstream.Connections, static c => Assert.StartsWith("PROXY TCP4 10.9.9.9 10.0.0.1 ", c.Received));
        Assert.Contains("GET /3", proxy.Upstream.Connections[0].Received);
    }

    [Fact]
    public void Every_client_of_many_keeps_its_own_connection()
    {
        using TestProxy proxy = Start(1, tcp: false);
        proxy.Upstream.Raw = static (connection, bytes) =>
        {
            if (bytes.AsSpan().EndsWith("\r\n\r\n"u8))
            {
                connection.Write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
            }
        };
        TestClient[] clients = [.. Enumerable.Range(0, 200).Select(_ => proxy.Connect())];

        for (int round = 0; round < 3; round++)
        {
            foreach (TestClient client in clients)
            {
                Assert.Equal(200, client.Send("GET /").Response.Status);
            }
        }

        Assert.Equal(200, proxy.Upstream.Connections.Count);
    }

    [Theory]
    [InlineData("1.2.3.4")]
    [InlineData("2001:db8::1")]
    [InlineData(null)]
    public void Added_values_stand_behind_the_addresses(string? client)
    {
        byte[] tlvs = [0xE0, 0, 2, (byte)'h', (byte)'i'];

        byte[] bytes = client is null
            ? ProxyHeaderWriter.Write(2, default, default, tlvs)
            : ProxyHeaderWriter.Write(2, TestProxy.Ip(client, 1111), TestProxy.Ip(client, 2222), tlvs);

        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(bytes, out ProxyHeader header));
        Assert.Equal((bytes.Length, client is null), (header.Length, header.Source.IsNone));
        Assert.Equal(tlvs, bytes[^5..]);
    }

    [Theory]
    [InlineData(ProxyProtocolConfig.Types.Version.V2, 0xE0u, 4, "")]
    [InlineData(ProxyProtocolConfig.Types.Version.V2, 0x1E0u, 4, "c(x).typed_config.config.added_tlvs[0]: type must be at most 255, and value at most 3997 bytes")]
    [InlineData(ProxyProtocolConfig.Types.Version.V2, 0xE0u, 5000, "c(x).typed_config.config.added_tlvs[0]: type must be at most 255, and value at most 3997 bytes")]
    [InlineData(ProxyProtocolConfig.Types.Version.V1, 0xE0u, 4, "c(x).typed_config.config.added_tlvs: need version V2: a line of text cannot carry them")]
    public void Added_values_are_read_from_the_configuration(ProxyProtocolConfig.Types.Version version, uint type, int length, string error)
    {
        var message = new ProxyProtocolUpstreamTransport
        {
            Config = new ProxyProtocolConfig
            {
                Version = version, AddedTlvs = { new TlvEntry { Type = type, Value = ByteString.CopyFrom(new byte[length]) } },
            },
            TransportSocket = new TransportSocket { Name = "envoy.transport_sockets.raw_buffer" },
        };
        var context = new ReadContext(ExtensionCatalog.Empty);

        TransportSocketFactory read = TransportSocketReader.ReadUpstream(
            new TransportSocket { Name = "x", TypedConfig = Any.Pack(message) }, "c", context);

        Assert.Equal(error, string.Join("; ", context.Errors));
        if (error.Length == 0)
        {
            Assert.Equal([0xE0, 0, 4, 0, 0, 0, 0], Assert.IsType<ProxyProtocolSocketFactory>(read).Tlvs.ToArray());
        }
    }

    [Theory]
    [InlineData(1, "1.2.3.4", "5.6.7.8")]
    [InlineData(2, "1.2.3.4", "5.6.7.8")]
    [InlineData(1, "2001:db8::1", "2001:db8::2")]
    [InlineData(2, "2001:db8::1", "2001:db8::2")]
    public void What_is_written_is_read_again(int version, string client, string destination)
    {
        byte[] bytes = ProxyHeaderWriter.Write(version, TestProxy.Ip(client, 1111), TestProxy.Ip(destination, 2222));

        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(bytes, out ProxyHeader header));
        Assert.Equal((version, bytes.Length), (header.Version, header.Length));
        Assert.Equal(TestProxy.Ip(client, 1111), header.Source);
        Assert.Equal(TestProxy.Ip(destination, 2222), header.Destination);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Without_a_client_the_proxy_speaks_for_itself(int version)
    {
        byte[] bytes = ProxyHeaderWriter.Write(version, default, default);

        Assert.Equal(ProxyHeaderStatus.Found, ProxyHeaderReader.Read(bytes, out ProxyHeader header));
        Assert.True(header.Source.IsNone);
    }

    private static TestProxy Start(int version, bool tcp) => new(setup =>
    {
        setup.Cluster = cluster => cluster with
        {
            TransportSocket = new ProxyProtocolSocketFactory(RawBufferTransportSocketFactory.Instance, version),
        };
        if (tcp)
        {
            var terminal = new TcpProxyConfig { StatPrefix = "x", Clusters = [new WeightedCluster(TestProxy.ClusterName)] };
            setup.Listener = listener => listener with { FilterChains = [new FilterChainConfig { Terminal = terminal }] };
        }
    });
}
