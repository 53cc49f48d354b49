namespace Lateen.Proxy.Tests.Listeners;

using System.Text;
using Lateen.Proxy.Bootstrap;
using Lateen.Proxy.Config;
using Lateen.Proxy.Network;
using Lateen.Proxy.Xds.Reading;
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

    [Fact]
    public void Values_behind_the_addresses_are_kept_by_rule_for_headers_and_logs()
    {
        byte[] tlvs = [0xE0, 0, 3, .. "red"u8, 0xE1, 0, 2, 0xFF, (byte)'x', 0xE2, 0, 0];
        var add = new HeaderMutations
        {
            Add = [new HeaderMutation("x-out", "%DYNAMIC_METADATA(a:team)% %METADATA(DYNAMIC:a:raw)% [%DYNAMIC_METADATA(a:none)%]")],
        };
        using var proxy = new TestProxy(setup =>
        {
            setup.Routes = [TestProxySetup.ToUpstream() with { ResponseHeaders = add }];
            setup.Listener = static l => l with
            {
                ProxyProtocol = new ProxyProtocolConfig
                {
                    AllowWithout = true, Rules = [new(0xE0, "a", "team"), new(0xE1, "a", "raw"), new(0xE3, "a", "none")],
                },
            };
        });
        TestClient client = proxy.Connect();
        client.Write(Encoding.Latin1.GetString(
            ProxyHeaderWriter.Write(2, TestProxy.Ip("1.2.3.4", 1111), TestProxy.Ip("5.6.7.8", 80), tlvs)));

        Assert.Equal("red !x []", client.Send("GET /").Response.Header("x-out"));
        Assert.Equal("red !x []", client.Send("GET /again").Response.Header("x-out"));
        Assert.Equal("[]", proxy.Send("GET /").Response.Header("x-out"));
    }

    [Theory]
    [InlineData("{tlv_type: 224, on_tlv_present: {key: team}}", "")]
    [InlineData("{tlv_type: 300, on_tlv_present: {key: team}}", "must be at most 255")]
    [InlineData("{tlv_type: 224}", "on_tlv_present.key: is required")]
    public void Rules_are_read(string rule, string error)
    {
        (var message, var findings) = BootstrapReader.Parse("""
            static_resources:
              listeners:
              - name: l
                address: {socket_address: {address: 127.0.0.1, port_value: 1}}
                listener_filters:
                - name: p
                  typed_config:
                    "@type": type.googleapis.com/envoy.extensions.filters.listener.proxy_protocol.v3.ProxyProtocol
                    rules: [RULE]
                filter_chains:
                - filters:
                  - name: tcp
                    typed_config:
                      "@type": type.googleapis.com/envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy
                      stat_prefix: s
                      cluster: c
            """.Replace("RULE", rule), "x.yaml");
        Assert.Empty(findings);

        (ProxySetup setup, IReadOnlyList<string> errors, _) = BootstrapReader.Read(message ?? new(), ExtensionCatalog.Empty);

        if (error.Length > 0)
        {
            Assert.Contains(error, Assert.Single(errors));
            return;
        }

        Assert.Equal(
            [new ProxyTlvRule(224, "envoy.filters.listener.proxy_protocol", "team")], Assert.Single(setup.Listeners).ProxyProtocol?.Rules ?? []);
    }

    private static TestProxy Start(
        Func<ProxyProtocolConfig, ProxyProtocolConfig>? change = null,
        Func<TestProxySetup, ListenerConfig, ListenerConfig>? listener = null) => new(setup =>
    {
        ProxyProtocolConfig config = change is null ? new ProxyProtocolConfig() : change(new ProxyProtocolConfig());
        setup.Listener = before => (listener is null ? before : listener(setup, before)) with { ProxyProtocol = config };
    });
}
