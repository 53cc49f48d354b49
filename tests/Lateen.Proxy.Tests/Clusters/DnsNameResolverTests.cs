namespace Lateen.Proxy.Tests.Clusters;

using System.Net;
using System.Net.Sockets;
using Lateen.Proxy.Agent.Resolving;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

public sealed class DnsNameResolverTests
{
    // An alias with 300 s, and two addresses with 60 s and 20 s behind it; names are pointers.
    private static readonly byte[] Answers =
    [
        0xC0, 12, 0, 5, 0, 1, 0, 0, 1, 0x2C, 0, 2, 0xC0, 12,
        0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 1, 1, 1,
        0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 20, 0, 4, 10, 1, 1, 2,
    ];

    [Fact]
    public async Task The_addresses_of_a_name_come_with_the_shortest_life_of_their_records()
    {
        using UdpClient server = Serve(static query => Reply(query, 0, 3, Answers));

        ResolvedName found = await Resolver(server).ResolveAsync(
            "db.example.com", DnsLookupFamily.V4Only, TestContext.Current.CancellationToken);

        Assert.Equal(["10.1.1.1", "10.1.1.2"], found.Addresses.Select(static a => a.ToString()));
        Assert.Equal(TimeSpan.FromSeconds(20), found.TimeToLive);
    }

    [Fact]
    public async Task A_name_is_completed_by_the_search_domains_when_it_is_not_whole()
    {
        using UdpClient server = Serve(static query =>
            query.Length > 40 ? Reply(query, 0, 3, Answers) : Reply(query, 3, 0, []));

        ResolvedName found = await Resolver(server, "svc.cluster.local.lab").ResolveAsync(
            "db.shop", DnsLookupFamily.V4Only, TestContext.Current.CancellationToken);

        Assert.Equal(2, found.Addresses.Count);
    }

    [Fact]
    public async Task A_server_that_fails_is_an_error_so_that_old_addresses_stay()
    {
        using UdpClient server = Serve(static query => Reply(query, 2, 0, []));

        await Assert.ThrowsAsync<SocketException>(() => Resolver(server).ResolveAsync(
            "db.example.com", DnsLookupFamily.V4Only, TestContext.Current.CancellationToken).AsTask());
    }

    [Fact]
    public async Task A_name_of_the_hosts_file_is_the_systems()
    {
        using UdpClient server = Serve(static query => Reply(query, 0, 3, Answers));
        var resolver = new DnsNameResolver(ConfigOf(server, []), static () => "127.0.0.1 localhost localhost.localdomain # us");

        ResolvedName found = await resolver.ResolveAsync(
            "localhost", DnsLookupFamily.V4Only, TestContext.Current.CancellationToken);

        Assert.Equal([IPAddress.Loopback], found.Addresses);
        Assert.Null(found.TimeToLive);
    }

    [Fact]
    public void A_reply_cut_anywhere_is_read_without_fault()
    {
        byte[] query = DnsRecords.Query("db.example.com", DnsRecords.TypeA) ?? [];
        byte[] whole = Reply(query, 0, 3, Answers);
        TimeSpan? life = null;
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.False(DnsRecords.TryRead(whole.AsSpan(0, length), [], ref life));
        }

        Assert.True(DnsRecords.TryRead(whole, [], ref life));
    }

    [Theory]
    [InlineData("a..b")]
    [InlineData("")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123.com")]
    public void What_can_be_no_name_is_not_asked_for(string name) => Assert.Null(DnsRecords.Query(name, DnsRecords.TypeA));

    private static DnsNameResolver Resolver(UdpClient server, params string[] search) =>
        new(ConfigOf(server, search), static () => "");

    private static ResolverConfig ConfigOf(UdpClient server, string[] search) => new()
    {
        Servers = [server.Client.LocalEndPoint as IPEndPoint ?? throw new InvalidOperationException("The server has no port.")],
        SearchDomains = search,
    };

    private static byte[] Reply(byte[] query, int code, byte answers, byte[] records) =>
        [query[0], query[1], 0x81, (byte)(0x80 | code), 0, 1, 0, answers, 0, 0, 0, 0, .. query[12..], .. records];

    private static UdpClient Serve(Func<byte[], byte[]> answer)
    {
        var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        _ = ServeAsync(server, answer);
        return server;
    }

    private static async Task ServeAsync(UdpClient server, Func<byte[], byte[]> answer)
    {
        try
        {
            while (true)
            {
                UdpReceiveResult query = await server.ReceiveAsync();
                await server.SendAsync(answer(query.Buffer), query.RemoteEndPoint);
            }
        }
        catch (Exception e) when (e is ObjectDisposedException or SocketException)
        {
            // The test is over.
        }
    }
}
