namespace Lateen.Proxy.Tests.Listeners;

using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Proxy.Listeners;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Xds.Reading;
using Lateen.Testing;

public sealed class FilterChainMatcherTests
{
    private static readonly FilterChainMatchConfig Any = FilterChainMatchConfig.Any;

    [Fact]
    public void A_port_wins_over_everything_after_it_even_when_its_chain_then_does_not_match()
    {
        Listener listener = Chains(
            ("port", Any with { DestinationPort = 443, ServerNames = ["other"] }),
            ("name", Any with { ServerNames = ["a.example.com"] }));

        Assert.Equal("(default)", Find(listener, Tls("a.example.com")));
        Assert.Equal("name", Find(listener, Tls("a.example.com") with { Destination = TestProxy.Ip("10.0.0.1", 80) }));
    }

    [Fact]
    public void The_longest_destination_prefix_wins()
    {
        Listener listener = Chains(
            ("8", Any with { DestinationPrefixes = [Prefix("10.0.0.0", 8)] }),
            ("24", Any with { DestinationPrefixes = [Prefix("192.168.0.0", 16), Prefix("10.0.0.0", 24)] }),
            ("any", Any));

        Assert.Equal("24", Find(listener, Plain()));
        Assert.Equal("8", Find(listener, Plain() with { Destination = TestProxy.Ip("10.7.0.1", 443) }));
        Assert.Equal("any", Find(listener, Plain() with { Destination = TestProxy.Ip("11.0.0.1", 443) }));
    }

    [Theory]
    [InlineData("a.b.example.com", "exact")]
    [InlineData("c.b.example.com", "near")]
    [InlineData("x.c.b.example.com", "near")]
    [InlineData("c.example.com", "far")]
    [InlineData("example.com", "any")]
    [InlineData("", "any")]
    public void An_exact_name_wins_then_the_longest_suffix_then_no_name(string serverName, string expected)
    {
        Listener listener = Chains(
            ("far", Any with { ServerNames = ["*.example.com"] }), ("near", Any with { ServerNames = ["*.b.example.com"] }),
            ("exact", Any with { ServerNames = ["a.b.example.com"] }), ("any", Any));

        Assert.Equal(expected, Find(listener, Tls(serverName)));
    }

    [Fact]
    public void Transport_comes_before_application_protocols()
    {
        Listener listener = Chains(
            ("tls", Any with { TransportProtocol = "tls" }), ("h2", Any with { ApplicationProtocols = ["h2"] }),
            ("tls-istio", Any with { TransportProtocol = "tls", ApplicationProtocols = ["istio"] }));

        Assert.Equal("tls", Find(listener, Tls("") with { ApplicationProtocols = ["h2"] }));
        Assert.Equal("tls-istio", Find(listener, Tls("") with { ApplicationProtocols = ["h2", "istio"] }));
        Assert.Equal("h2", Find(listener, Plain() with { ApplicationProtocols = ["h2"] }));
    }

    [Fact]
    public void Then_come_the_direct_source_its_type_the_source_and_its_port()
    {
        Listener listener = Chains(
            ("local", Any with { SourceType = ConnectionSource.SameIpOrLoopback }),
            ("external", Any with { SourceType = ConnectionSource.External }),
            ("near", Any with { SourceType = ConnectionSource.External, SourcePrefixes = [Prefix("10.1.0.0", 16)] }),
            ("port", Any with { SourceType = ConnectionSource.External, SourcePrefixes = [Prefix("10.1.0.0", 16)], SourcePorts = [7] }),
            ("direct", Any with { DirectSourcePrefixes = [Prefix("172.16.0.0", 12)] }));

        Assert.Equal("direct", Find(listener, From("10.1.0.9", 7) with { DirectSource = TestProxy.Ip("172.16.0.1", 1) }));
        Assert.Equal("port", Find(listener, From("10.1.0.9", 7)));
        Assert.Equal("near", Find(listener, From("10.1.0.9", 8)));
        Assert.Equal("external", Find(listener, From("10.2.0.9", 7)));
        Assert.Equal("local", Find(listener, From("127.0.0.6", 7)));
        Assert.Equal("local", Find(listener, From("10.0.0.1", 7)));
    }

    [Fact]
    public void Chains_that_cannot_be_told_apart_are_refused_and_others_are_not()
    {
        var context = new ReadContext(ExtensionCatalog.Empty);
        FilterChainConfig[] chains =
        [
            Chain("a", Any with { DestinationPort = 80, ServerNames = ["x", "y"] }),
            Chain("b", Any with { DestinationPort = 80, ServerNames = ["z"] }),
            Chain("c", Any with { DestinationPort = 80, ServerNames = ["*.z", "y"] }),
            Chain("d", Any with { DestinationPort = 81, ServerNames = ["y"] }),
        ];

        FilterChainOverlap.Check(chains, "filter_chains", context);

        Assert.Equal(["filter_chains[2]: 'c' matches the same connections as [0] 'a'"], context.Errors);
    }

    private static ConnectionTraits Plain() => new()
    {
        Destination = TestProxy.Ip("10.0.0.1", 443),
        Source = TestProxy.Ip("10.9.9.9", 5000),
        DirectSource = TestProxy.Ip("10.9.9.9", 5000),
        TransportProtocol = "raw_buffer",
        ServerName = "",
    };

    private static ConnectionTraits Tls(string name) => Plain() with { TransportProtocol = "tls", ServerName = name };

    private static ConnectionTraits From(string address, int port) =>
        Plain() with { Source = TestProxy.Ip(address, port), DirectSource = TestProxy.Ip(address, port) };

    private static AddressPrefix Prefix(string address, int length) => new(TestProxy.Ip(address, 0), length);

    private static FilterChainConfig Chain(string name, FilterChainMatchConfig match) => new()
    {
        Name = name,
        Match = match,
        Terminal = new TcpProxyConfig { StatPrefix = "x", Clusters = [new WeightedCluster("c")] },
    };

    private static Listener Chains(params (string Name, FilterChainMatchConfig Match)[] chains) => new(
        new ListenerConfig
        {
            Name = "l",
            Address = SocketAddress.V4(0, 443),
            FilterChains = [.. chains.Select(static c => Chain(c.Name, c.Match))],
            DefaultFilterChain = Chain("(default)", Any),
        },
        null, new StatsStore(), 1);

    private static string? Find(Listener listener, ConnectionTraits traits) => FilterChainMatcher.Find(listener, traits)?.Config.Name;
}
