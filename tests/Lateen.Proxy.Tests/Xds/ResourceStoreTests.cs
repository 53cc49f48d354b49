namespace Lateen.Proxy.Tests.Xds;

using System.Collections.Frozen;
using System.Text;
using Envoy.Config.Core.V3;
using Envoy.Config.Listener.V3;
using Envoy.Config.Route.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Xds;
using Lateen.Proxy.Xds.Reading;
using Lateen.Testing;
using static XdsMessages;
using FilterChain = Envoy.Config.Listener.V3.FilterChain;
using HttpFilter = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpFilter;

public sealed class ResourceStoreTests
{
    private const string KnownFilter = "type.googleapis.com/google.protobuf.StringValue";

    private readonly SettableTime _time = new();
    private readonly ResourceStore _store;

    public ResourceStoreTests() => _store = new ResourceStore(new ExtensionCatalog
    {
        HttpFilters = new Dictionary<string, HttpFilterReader>
        {
            ["google.protobuf.StringValue"] = static (name, _, _, _) => new NamedFactory(name),
            ["google.protobuf.BoolValue"] = static (name, _, _, _) => new NamedFactory(name),
        }.ToFrozenDictionary(),
    }, _time);

    [Fact]
    public void A_chain_that_is_the_same_in_the_next_version_of_its_listener_keeps_its_object()
    {
        Apply(Lds, ("l", HttpListener("l", Chain("a", 1), Chain("b", 2))));
        Apply(Rds, ("r", new RouteConfiguration { Name = "r" }));
        ListenerConfig before = Assert.Single(_store.BuildSnapshot().Listeners);

        Apply(Lds, ("l", HttpListener("l", Chain("a", 1), Chain("b", 3))));
        ListenerConfig after = Assert.Single(_store.BuildSnapshot().Listeners);

        Assert.NotSame(before, after);
        Assert.Same(before.FilterChains[0], after.FilterChains[0]);
        Assert.NotSame(before.FilterChains[1], after.FilterChains[1]);
    }

    [Fact]
    public void After_a_refused_version_the_last_good_chains_are_still_known()
    {
        Apply(Lds, ("l", HttpListener("l", Chain("a", 1))));
        Apply(Rds, ("r", new RouteConfiguration { Name = "r" }));
        ListenerConfig before = Assert.Single(_store.BuildSnapshot().Listeners);

        Assert.NotEmpty(Apply(Lds, ("l", HttpListener("l", new FilterChain()))));
        Assert.Same(before, Assert.Single(_store.BuildSnapshot().Listeners));
        Apply(Lds, ("l", HttpListener("l", Chain("a", 1), Chain("b", 2))));

        Assert.Same(before.FilterChains[0], Assert.Single(_store.BuildSnapshot().Listeners).FilterChains[0]);
    }

    [Fact]
    public void Two_resources_of_one_name_in_a_response_are_both_refused()
    {
        IReadOnlyList<string> errors = Apply(Cds, ("a", StaticCluster("a")), ("a", StaticCluster("a")), ("b", StaticCluster("b")));

        Assert.Equal(["a: stands twice in one response"], errors);
        Assert.Equal(["b"], _store.BuildSnapshot().Clusters.Keys);
    }

    [Fact]
    public void A_wait_for_endpoints_ends_with_its_timeout_and_the_cluster_serves_without_any()
    {
        Apply(Cds, ("a", EdsCluster("a")));
        Assert.Empty(_store.BuildSnapshot().Clusters);

        _time.Now += TimeSpan.FromSeconds(15);

        Assert.Equal(_time.Now, _store.NextDeadline());
        Assert.True(_store.BuildSnapshot().Clusters.ContainsKey("a"));
    }

    [Fact]
    public void A_wait_without_a_timeout_does_not_end()
    {
        var source = new ConfigSource { Ads = new AggregatedConfigSource(), InitialFetchTimeout = new Duration() };
        var cluster = EdsCluster("a");
        cluster.EdsClusterConfig = new Envoy.Config.Cluster.V3.Cluster.Types.EdsClusterConfig { EdsConfig = source };
        Apply(Cds, ("a", cluster));
        _store.BuildSnapshot();

        _time.Now += TimeSpan.FromDays(1);

        Assert.Null(_store.NextDeadline());
        Assert.Empty(_store.BuildSnapshot().Clusters);
    }

    [Fact]
    public void A_resource_goes_with_its_time_to_live_and_a_heartbeat_keeps_it()
    {
        Send(Cds, new Resource { Name = "a", Version = "1", Resource_ = Any.Pack(StaticCluster("a")), Ttl = Seconds(10) });
        Assert.Single(_store.BuildSnapshot().Clusters);
        _time.Now += TimeSpan.FromSeconds(8);
        Send(Cds, new Resource { Name = "a", Ttl = Seconds(10) });
        _time.Now += TimeSpan.FromSeconds(8);
        Assert.Single(_store.BuildSnapshot().Clusters);

        _time.Now += TimeSpan.FromSeconds(2);

        Assert.Empty(_store.BuildSnapshot().Clusters);
    }

    [Fact]
    public void A_secret_is_read_and_stands_on_the_snapshot_by_its_name()
    {
        using var authority = new TestAuthority();
        TestCertificate leaf = authority.Issue("dns:a.test");
        var pair = new TlsCertificate { CertificateChain = Inline(leaf.ChainText), PrivateKey = Inline(leaf.KeyText) };
        var trust = new CertificateValidationContext { TrustedCa = Inline(Encoding.ASCII.GetString(authority.Pem)) };

        Apply(Sds, ("a", new Secret { Name = "a", TlsCertificate = pair }), ("b", new Secret { Name = "b", ValidationContext = trust }));
        FrozenDictionary<string, SecretConfig> secrets = _store.BuildSnapshot().Secrets;

        Assert.Equal(leaf.Chain, secrets["a"].Certificate?.CertificateChain);
        Assert.Equal(authority.Pem, secrets["b"].Validation?.TrustedCa);
    }

    [Fact]
    public void A_secret_without_a_key_is_refused_and_the_last_good_one_stays()
    {
        using var authority = new TestAuthority();
        TestCertificate leaf = authority.Issue("dns:a.test");
        var pair = new TlsCertificate { CertificateChain = Inline(leaf.ChainText), PrivateKey = Inline(leaf.KeyText) };
        Apply(Sds, ("a", new Secret { Name = "a", TlsCertificate = pair }));

        var half = new TlsCertificate { CertificateChain = Inline("other") };
        IReadOnlyList<string> errors = Apply(Sds, ("a", new Secret { Name = "a", TlsCertificate = half }));

        Assert.Equal(["a: Secret.tls_certificate: certificate_chain and private_key are required"], errors);
        Assert.Equal(leaf.Chain, _store.BuildSnapshot().Secrets["a"].Certificate?.CertificateChain);
    }

    [Fact]
    public void A_listener_waits_for_a_filter_whose_configuration_is_named_and_an_update_keeps_the_listener()
    {
        Apply(Lds, ("l", HttpListener("l", HttpChain("a", "r", Place("f")))));
        Apply(Rds, ("r", new RouteConfiguration { Name = "r" }));
        Assert.Equal(["f"], _store.Needed(TypeUrls.Extension));
        Assert.Empty(_store.BuildSnapshot().Listeners);

        Assert.Empty(Apply(Ecds, ("f", new TypedExtensionConfig { Name = "f", TypedConfig = Any.Pack(new StringValue()) })));
        ListenerConfig before = Assert.Single(_store.BuildSnapshot().Listeners);
        var place = Assert.IsType<DiscoveredFilterFactory>(Assert.Single(((HttpConnectionManagerConfig)before.FilterChains[0].Terminal).Filters));
        HttpFilterFactory? first = place.Current;
        Apply(Ecds, ("f", new TypedExtensionConfig { Name = "f", TypedConfig = Any.Pack(new StringValue { Value = "x" }) }));

        Assert.Same(before, Assert.Single(_store.BuildSnapshot().Listeners));
        Assert.NotNull(first);
        Assert.NotSame(first, place.Current);
    }

    [Fact]
    public void A_discovered_filter_of_a_type_that_the_listener_does_not_allow_is_refused()
    {
        Apply(Lds, ("l", HttpListener("l", HttpChain("a", "r", Place("f")))));

        IReadOnlyList<string> errors = Apply(Ecds, ("f", new TypedExtensionConfig { Name = "f", TypedConfig = Any.Pack(new BoolValue()) }));

        Assert.Contains("is not among the listener's type_urls (google.protobuf.StringValue)", Assert.Single(errors));
    }

    [Fact]
    public void A_default_configuration_may_serve_at_once()
    {
        HttpFilter place = Place("f");
        place.ConfigDiscovery.DefaultConfig = Any.Pack(new StringValue());
        place.ConfigDiscovery.ApplyDefaultConfigWithoutWarming = true;

        Apply(Lds, ("l", HttpListener("l", HttpChain("a", "r", place))));
        Apply(Rds, ("r", new RouteConfiguration { Name = "r" }));

        Assert.Single(_store.BuildSnapshot().Listeners);
    }

    [Fact]
    public void Unknown_fields_are_reported_once_with_the_resource_s_name()
    {
        byte[] bytes = [.. StaticCluster("a").ToByteArray(), 0xBA, 0x3E, 0x00];
        var any = new Any { TypeUrl = "type.googleapis.com/" + Cds, Value = ByteString.CopyFrom(bytes) };
        var response = new DeltaDiscoveryResponse { TypeUrl = any.TypeUrl, Resources = { new Resource { Name = "a", Resource_ = any } } };

        (IReadOnlyList<string> errors, IReadOnlyList<string> warnings) = _store.Apply(response);
        IReadOnlyList<string> again = _store.Apply(response).Warnings;

        Assert.Empty(errors);
        Assert.StartsWith("a: Cluster.Cluster field 999", Assert.Single(warnings));
        Assert.Empty(again);
    }

    private static Duration Seconds(int seconds) => new() { Seconds = seconds };

    private static DataSource Inline(string text) => new() { InlineString = text };

    private static FilterChain Chain(string name, uint port)
    {
        FilterChain chain = HttpChain(name, "r");
        chain.FilterChainMatch = new FilterChainMatch { DestinationPort = port };
        return chain;
    }

    private static HttpFilter Place(string name) => new()
    {
        Name = name,
        ConfigDiscovery = new ExtensionConfigSource
        {
            ConfigSource = new ConfigSource { Ads = new AggregatedConfigSource() },
            TypeUrls = { KnownFilter },
        },
    };

    private IReadOnlyList<string> Apply(string kind, params (string Name, IMessage Message)[] resources) =>
        Send(kind, [.. resources.Select(r => new Resource { Name = r.Name, Version = "1", Resource_ = Any.Pack(r.Message) })]);

    private IReadOnlyList<string> Send(string kind, params Resource[] resources) =>
        _store.Apply(new DeltaDiscoveryResponse { TypeUrl = "type.googleapis.com/" + kind, Resources = { resources } }).Errors;

    private sealed class NamedFactory(string name) : HttpFilterFactory
    {
        public override string Name => name;

        public override Proxy.Http.HttpFilter Create(FilterContext context) => new Nothing();
    }

    private sealed class Nothing : Proxy.Http.HttpFilter;

    private sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
