namespace Lateen.Proxy.Tests.Agent.Resolving;

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Lateen.Proxy.Agent.Resolving;
using Lateen.Proxy.Stats;

/// <summary>Real sockets on loopback: a client, our server, and another of our servers as the pod's name server.</summary>
public sealed class DnsServerTests : IDisposable
{
    private const ushort A = 1;
    private const ushort Aaaa = 28;
    private const ushort Srv = 33;

    private readonly CancellationTokenSource _stop = new();
    private readonly List<DnsServer> _servers = [];
    private readonly StatsStore _stats = new();

    public void Dispose()
    {
        _stop.Cancel();
        _servers.ForEach(static s => s.Dispose());
        _stop.Dispose();
    }

    [Fact]
    public async Task A_name_of_the_mesh_is_answered_with_its_addresses_of_the_family_asked_for()
    {
        IPEndPoint server = Serve(Host("a.mesh", "10.0.0.1", "10.0.0.2", "fd00::1"));

        Reply four = await AskAsync(server, Query("A.Mesh", A));
        Reply six = await AskAsync(server, Query("a.mesh", Aaaa));

        Assert.Equal((0, true, 30u), (four.Code, four.Authoritative, four.Ttl));
        Assert.Equal(["10.0.0.1", "10.0.0.2"], four.Addresses.Order());
        Assert.Equal(["fd00::1"], six.Addresses);
        Assert.Equal(2, _stats.Counter(StatName.Istio("istio_agent_dns_requests_total", [])).Value);
    }

    [Fact]
    public async Task A_name_without_addresses_of_a_family_is_answered_empty_and_not_forwarded()
    {
        IPEndPoint server = Serve(Host("a.mesh", "10.0.0.1"));

        Reply reply = await AskAsync(server, Query("a.mesh", Aaaa));

        Assert.Equal((0, 0, 0L), (reply.Code, reply.Addresses.Count, Upstream()));
    }

    [Fact]
    public async Task A_searched_name_is_answered_with_its_canonical_name()
    {
        IPEndPoint server = Serve(Host("www.example.com", "10.0.0.7"));

        Reply reply = await AskAsync(server, Query("www.example.com.ns.svc.cluster.local", A));

        Assert.Equal(("www.example.com", "10.0.0.7"), (reply.Canonical, reply.Addresses.Single()));
    }

    [Fact]
    public async Task The_order_of_the_addresses_changes()
    {
        IPEndPoint server = Serve(Host("a.mesh", "10.0.0.1", "10.0.0.2"));
        var first = new HashSet<string>();
        for (int i = 0; i < 4; i++)
        {
            first.Add((await AskAsync(server, Query("a.mesh", A))).Addresses[0]);
        }

        Assert.Equal(2, first.Count);
    }

    [Fact]
    public async Task What_the_mesh_does_not_know_is_asked_of_the_pods_name_server()
    {
        IPEndPoint outside = Serve(Host("outside.example", "192.0.2.1"));
        IPEndPoint server = Serve([outside], Host("a.mesh", "10.0.0.1"));

        Reply byUdp = await AskAsync(server, Query("outside.example", A));
        Reply byTcp = await AskByTcpAsync(server, Query("outside.example", A));

        Assert.Equal(("192.0.2.1", "192.0.2.1"), (byUdp.Addresses.Single(), byTcp.Addresses.Single()));
        Assert.Equal(2, Upstream());
    }

    [Fact]
    public async Task Other_types_are_forwarded_even_for_names_of_the_mesh()
    {
        IPEndPoint server = Serve(Host("a.mesh", "10.0.0.1"));

        Reply reply = await AskAsync(server, Query("a.mesh", Srv));

        Assert.Equal((2, 1L), (reply.Code, Upstream()));
    }

    [Fact]
    public async Task The_next_name_server_is_asked_when_one_refuses()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var nobody = (IPEndPoint)closed.LocalEndPoint!;
        closed.Close();
        IPEndPoint outside = Serve(Host("outside.example", "192.0.2.1"));
        IPEndPoint server = Serve([nobody, outside]);

        Reply reply = await AskAsync(server, Query("outside.example", A));

        Assert.Equal("192.0.2.1", reply.Addresses.Single());
    }

    [Fact]
    public async Task An_answer_too_long_for_udp_is_cut_and_comes_whole_by_tcp()
    {
        string[] many = [.. Enumerable.Range(1, 100).Select(static i => $"10.0.0.{i}")];
        IPEndPoint server = Serve(Host("many.mesh", many));

        Reply udp = await AskAsync(server, Query("many.mesh", A));
        Reply extended = await AskAsync(server, Query("many.mesh", A, udpBytes: 4096));
        Reply tcp = await AskByTcpAsync(server, Query("many.mesh", A));

        Assert.True(udp.Truncated);
        Assert.InRange(udp.Addresses.Count, 20, 40);
        Assert.Equal((false, 100), (extended.Truncated, extended.Addresses.Count));
        Assert.Equal((false, 100), (tcp.Truncated, tcp.Addresses.Count));
    }

    [Fact]
    public async Task Garbage_is_answered_with_an_error_or_not_at_all_and_the_server_goes_on()
    {
        IPEndPoint server = Serve(Host("a.mesh", "10.0.0.1"));
        using var client = new UdpClient();
        byte[] query = Query("a.mesh", A);
        for (int length = 0; length < query.Length; length++)
        {
            await client.SendAsync(query.AsMemory(0, length), server, TestContext.Current.CancellationToken);
        }

        byte[] reply = [.. query];
        reply[2] |= 0x80;
        await client.SendAsync(reply, server, TestContext.Current.CancellationToken);

        Assert.Equal("10.0.0.1", (await AskAsync(server, query)).Addresses.Single());
    }

    private static DnsHost Host(string name, params string[] addresses) => new(name, [.. addresses.Select(IPAddress.Parse)]);

    private static byte[] Query(string name, ushort type, int udpBytes = 0)
    {
        var bytes = new MemoryStream();
        bytes.Write([0x12, 0x34, 0x01, 0, 0, 1, 0, 0, 0, 0, 0, (byte)(udpBytes > 0 ? 1 : 0)]);
        foreach (string label in name.Split('.'))
        {
            bytes.WriteByte((byte)label.Length);
            bytes.Write(Encoding.ASCII.GetBytes(label));
        }

        bytes.Write([0, 0, (byte)type, 0, 1]);
        if (udpBytes > 0)
        {
            bytes.Write([0, 0, 41, (byte)(udpBytes >> 8), (byte)udpBytes, 0, 0, 0, 0, 0, 0]);
        }

        return bytes.ToArray();
    }

    private static async Task<Reply> AskAsync(IPEndPoint server, byte[] query)
    {
        using var client = new UdpClient();
        await client.SendAsync(query, server, TestContext.Current.CancellationToken);
        return Reply.Parse((await client.ReceiveAsync(TestContext.Current.CancellationToken)).Buffer);
    }

    private static async Task<Reply> AskByTcpAsync(IPEndPoint server, byte[] query)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server, TestContext.Current.CancellationToken);
        await DnsForwarder.WriteAsync(client.GetStream(), query, TestContext.Current.CancellationToken);
        return Reply.Parse(await DnsForwarder.ReadAsync(client.GetStream(), TestContext.Current.CancellationToken) ?? []);
    }

    private long Upstream() => _stats.Counter(StatName.Istio("istio_agent_dns_upstream_requests_total", [])).Value;

    private IPEndPoint Serve(params DnsHost[] hosts) => Serve([], hosts);

    private IPEndPoint Serve(IPEndPoint[] upstreams, params DnsHost[] hosts)
    {
        var resolver = new ResolverConfig { Servers = upstreams, SearchDomains = ["ns.svc.cluster.local"] };
        var proxy = new DnsProxy(resolver, "ns", _stats);
        proxy.SetNames(hosts);
        DnsServer server = Open(proxy);
        _servers.Add(server);
        _ = server.RunAsync(_stop.Token);
        return server.Address;
    }

    // A port that is free for UDP may be taken for TCP; the next one is asked for then.
    private static DnsServer Open(DnsProxy proxy)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return new DnsServer(proxy, new IPEndPoint(IPAddress.Loopback, 0));
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressAlreadyInUse && attempt < 10)
            {
                TestContext.Current.TestOutputHelper?.WriteLine(e.Message);
            }
        }
    }

    private sealed record Reply(int Code, bool Authoritative, bool Truncated, uint Ttl, string Canonical, List<string> Addresses)
    {
        public static Reply Parse(byte[] reply)
        {
            Assert.Equal((0x12, 0x34), (reply[0], reply[1]));
            int at = 12;
            SkipName(reply, ref at);
            at += 4;
            string canonical = "";
            uint ttl = 0;
            var addresses = new List<string>();
            for (int i = BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(6)); i > 0; i--)
            {
                SkipName(reply, ref at);
                ushort type = BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(at));
                ttl = BinaryPrimitives.ReadUInt32BigEndian(reply.AsSpan(at + 4));
                int length = BinaryPrimitives.ReadUInt16BigEndian(reply.AsSpan(at + 8));
                at += 10;
                if (type == 5)
                {
                    canonical = Name(reply, at);
                }
                else
                {
                    addresses.Add(new IPAddress(reply.AsSpan(at, length)).ToString());
                }

                at += length;
            }

            return new Reply(reply[3] & 15, (reply[2] & 4) != 0, (reply[2] & 2) != 0, ttl, canonical, addresses);
        }

        private static void SkipName(byte[] reply, ref int at)
        {
            while (reply[at] != 0)
            {
                if (reply[at] >= 0xC0)
                {
                    at += 2;
                    return;
                }

                at += reply[at] + 1;
            }

            at++;
        }

        private static string Name(byte[] reply, int at)
        {
            var labels = new List<string>();
            for (; reply[at] != 0; at += reply[at] + 1)
            {
                labels.Add(Encoding.ASCII.GetString(reply, at + 1, reply[at]));
            }

            return string.Join('.', labels);
        }
    }
}
