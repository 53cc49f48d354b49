namespace Lateen.Proxy.Tests.Listeners;

using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class ProxyProtocolTests
{
    private const string Header = "PROXY TCP4 1.2.3.4 5.6.7.8 1111 80\r\n";

    [Fact]
    public void The_client_is_whom_the_header_names_and_the_peer_is_still_known()
    {
        using TestProxy proxy = Start();
        TestClient client = proxy.Connect();

        client.Write(Header + "GET / HTTP/1.1\r\nhost: a\r\n\r\n");

        LoggedRequest logged = Assert.Single(proxy.AccessLog.Entries);
        Assert.StartsWith("1.2.3.4:1111", logged.Client);
        Assert.Equal("5.6.7.8:80", logged.Destination);
        Assert.StartsWith("10.9.9.9:", logged.Peer);
        Assert.Equal(1, proxy.Counter("proxy_proto.versions.v1.found"));
    }

    [Fact]
    public void The_header_may_arrive_byte_by_byte()
    {
        using TestProxy proxy = Start();
        TestClient client = proxy.Connect();

        foreach (char each in Header + "GET / HTTP/1.1\r\nhost: a\r\n\r\n")
        {
            client.Write(each.ToString());
        }

        Assert.StartsWith("1.2.3.4:1111", Assert.Single(proxy.AccessLog.Entries).Client);
    }

    [Fact]
    public void Without_the_header_a_connection_is_closed_unless_it_is_allowed()
    {
        using TestProxy strict = Start();
        TestClient refused = strict.Connect();
        refused.Write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        using TestProxy lenient = Start(static p => p with { AllowWithout = true });

        Assert.True(refused.SawEnd || refused.IsClosed);
        Assert.Equal(1, strict.Counter("proxy_proto.not_found_disallowed"));
        Assert.Equal(200, lenient.Send("GET /").Response.Status);
        Assert.Equal(1, lenient.Counter("proxy_proto.not_found_allowed"));
    }

    [Fact]
    public void A_version_that_is_not_wanted_is_refused()
    {
        using TestProxy proxy = Start(static p => p with { RefuseV1 = true });
        TestClient client = proxy.Connect();

        client.Write(Header);

        Assert.True(client.SawEnd || client.IsClosed);
        Assert.Equal(1, proxy.Counter("proxy_proto.versions.v1.disallowed"));
    }

    [Fact]
    public void A_malformed_header_closes_the_connection_and_is_counted()
    {
        using TestProxy proxy = Start();
        TestClient client = proxy.Connect();

        client.Write("PROXY TCP4 nonsense\r\n");

        Assert.True(client.SawEnd || client.IsClosed);
        Assert.Equal(1, proxy.Counter("proxy_proto.versions.v1.error"));
    }

    [Fact]
    public void A_header_that_does_not_come_in_time_ends_the_connection()
    {
        using TestProxy proxy = Start();
        TestClient client = proxy.Connect();
        client.Write("PRO");

        proxy.Advance(TimeSpan.FromSeconds(16));

        Assert.True(client.SawEnd || client.IsClosed);
    }

    [Fact]
    public void Filter_chains_are_chosen_by_what_the_header_says()
    {
        using TestProxy proxy = Start(static p => p, static (setup, before) => before with
        {
            FilterChains =
            [
                new FilterChainConfig
                {
                    Match = new FilterChainMatchConfig { SourcePrefixes = [new AddressPrefix(TestProxy.Ip("1.2.3.0", 0), 24)] },
                    Terminal = setup.BuildManager() with { ServerName = "near" },
                },
                new FilterChainConfig
                {
                    Match = new FilterChainMatchConfig { DirectSourcePrefixes = [new AddressPrefix(TestProxy.Ip("1.2.3.0", 0), 24)] },
                    Terminal = setup.BuildManager() with { ServerName = "direct" },
                },
                new FilterChainConfig { Terminal = setup.BuildManager() with { ServerName = "other" } },
            ],
        });
        TestClient client = proxy.Connect();
        client.Write(Header);

        Assert.Equal("near", client.Send("GET /").Response.Header("server"));
    }

    private static TestProxy Start(
        Func<ProxyProtocolConfig, ProxyProtocolConfig>? change = null,
        Func<TestProxySetup, ListenerConfig, ListenerConfig>? listener = null) => new(setup =>
    {
        ProxyProtocolConfig config = change is null ? new ProxyProtocolConfig() : change(new ProxyProtocolConfig());
        setup.Listener = before => (listener is null ? before : listener(setup, before)) with { ProxyProtocol = config };
    });
}
