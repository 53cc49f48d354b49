namespace Lateen.Proxy.Tests.Listeners;

using System.Buffers.Binary;
using System.Text;
using Lateen.Proxy.Config;
using Lateen.Testing;

/// <summary>TLS that is not ended here: chains are chosen by the client hello and the bytes go on untouched.</summary>
public sealed class PassthroughTests
{
    [Theory]
    [InlineData("shop.example.com", "", "exact")]
    [InlineData("SHOP.example.com", "", "exact")]
    [InlineData("other.example.com", "", "wildcard")]
    [InlineData("a.b.example.com", "", "wildcard")]
    [InlineData("example.com", "", "rest")]
    [InlineData("elsewhere.org", "", "rest")]
    [InlineData("", "", "rest")]
    [InlineData("elsewhere.org", "h2,istio", "alpn")]
    public void A_client_hello_selects_its_chain(string name, string protocols, string chain)
    {
        using var proxy = Passthrough();
        proxy.Upstream.Raw = static (_, _) => { };
        string hello = Hello(name, protocols.Split(',', StringSplitOptions.RemoveEmptyEntries));

        proxy.Connect().Write(hello);

        Assert.Equal(1, proxy.Counter($"tcp.{chain}.downstream_cx_total"));
        Assert.Equal(hello, proxy.Upstream.Connections.Single().Received);
    }

    [Fact]
    public void A_client_hello_may_come_byte_by_byte_and_in_several_records()
    {
        using var proxy = Passthrough();
        proxy.Upstream.Raw = static (_, _) => { };
        proxy.Network.ChunkBytes = 1;
        string hello = Hello("shop.example.com", [], recordBytes: 16);

        proxy.Connect().Write(hello);

        Assert.Equal(1, proxy.Counter("tcp.exact.downstream_cx_total"));
        Assert.Equal(hello, proxy.Upstream.Connections.Single().Received);
    }

    [Fact]
    public void Plaintext_does_not_take_a_tls_chain_and_sources_can_have_their_own()
    {
        using var proxy = Passthrough();
        proxy.Upstream.Raw = static (_, _) => { };

        proxy.Connect().Write("hello");

        Assert.Equal(1, proxy.Counter("tcp.from-outside.downstream_cx_total"));
    }

    [Fact]
    public void A_hello_cut_anywhere_never_selects_a_named_chain()
    {
        string hello = Hello("shop.example.com", []);
        for (int length = 1; length < hello.Length; length += 7)
        {
            using var proxy = Passthrough();
            TestClient client = proxy.Connect();
            client.Write(hello[..length]);
            client.Close();

            Assert.Equal(0, proxy.Counter("tcp.exact.downstream_cx_total"));
        }
    }

    private static TestProxy Passthrough() => new(s =>
    {
        FilterChainConfig Chain(string name, FilterChainMatchConfig match) => new()
        {
            Name = name,
            Match = match,
            Terminal = new TcpProxyConfig { StatPrefix = name, Clusters = [new WeightedCluster(TestProxy.ClusterName)] },
        };
        s.Listener = l => l with
        {
            InspectTls = true,
            FilterChains =
            [
                Chain("exact", new FilterChainMatchConfig { ServerNames = ["shop.example.com"], TransportProtocol = "tls" }),
                Chain("wildcard", new FilterChainMatchConfig { ServerNames = ["*.example.com"], TransportProtocol = "tls" }),
                Chain("alpn", new FilterChainMatchConfig { TransportProtocol = "tls", ApplicationProtocols = ["istio"] }),
                Chain("rest", new FilterChainMatchConfig { TransportProtocol = "tls" }),
                Chain("from-inside", new FilterChainMatchConfig
                {
                    TransportProtocol = "raw_buffer", SourcePrefixes = [new AddressPrefix(TestProxy.Ip("10.1.0.0", 0), 16)],
                }),
                Chain("from-outside", new FilterChainMatchConfig
                {
                    TransportProtocol = "raw_buffer", SourcePrefixes = [new AddressPrefix(TestProxy.Ip("10.0.0.0", 0), 8)],
                }),
            ],
        };
    });

    private static string Hello(string serverName, string[] protocols, int recordBytes = 16_000)
    {
        var extensions = new List<byte>();
        if (serverName.Length > 0)
        {
            byte[] name = Encoding.ASCII.GetBytes(serverName);
            Extension(extensions, 0, [.. Number(name.Length + 3), 0, .. Number(name.Length), .. name]);
        }

        if (protocols.Length > 0)
        {
            byte[] list = [.. protocols.SelectMany(static p => Encoding.ASCII.GetBytes(p).Prepend((byte)p.Length))];
            Extension(extensions, 16, [.. Number(list.Length), .. list]);
        }

        byte[] body = [3, 3, .. new byte[32], 0, 0, 2, 0x13, 0x01, 1, 0, .. Number(extensions.Count), .. extensions];
        byte[] message = [1, 0, .. Number(body.Length), .. body];
        var records = new List<byte>();
        foreach (byte[] part in message.Chunk(recordBytes))
        {
            records.AddRange([0x16, 3, 1, .. Number(part.Length), .. part]);
        }

        return Encoding.Latin1.GetString([.. records]);
    }

    private static void Extension(List<byte> to, int type, byte[] data) => to.AddRange([.. Number(type), .. Number(data.Length), .. data]);

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(bytes, (ushort)value);
        return bytes;
    }
}
