namespace Lateen.Proxy.Tests.Xds;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.LoadBalancingPolicies.ClusterProvided.V3;
using Envoy.Extensions.LoadBalancingPolicies.Common.V3;
using Envoy.Extensions.LoadBalancingPolicies.LeastRequest.V3;
using Envoy.Extensions.LoadBalancingPolicies.Maglev.V3;
using Envoy.Extensions.LoadBalancingPolicies.RingHash.V3;
using Envoy.Extensions.LoadBalancingPolicies.WrrLocality.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;
using Lateen.Proxy.Xds.Reading;
using ClusterMessage = Envoy.Config.Cluster.V3.Cluster;
using RandomPolicy = Envoy.Extensions.LoadBalancingPolicies.Random.V3.Random;

public sealed class LoadBalancingPolicyReaderTests
{
    [Fact]
    public void The_first_policy_that_is_known_is_taken_and_the_older_fields_do_not_count()
    {
        ClusterMessage message = With(new Duration(), new RandomPolicy());
        message.LbPolicy = ClusterMessage.Types.LbPolicy.Maglev;

        Assert.Equal(LbPolicy.Random, Read(message).LbPolicy);
    }

    [Fact]
    public void When_no_policy_is_known_the_cluster_is_refused()
    {
        var context = new ReadContext(ExtensionCatalog.Empty);

        ClusterReader.Read(With(new Duration()), "Cluster", context);

        Assert.StartsWith(
            "Cluster.load_balancing_policy.policies: none is known (type.googleapis.com/google.protobuf.Duration)",
            Assert.Single(context.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Each_policy_keeps_its_settings()
    {
        ClusterConfig least = Read(With(new LeastRequest { ChoiceCount = 5, ActiveRequestBias = new RuntimeDouble { DefaultValue = 2 } }));
        ClusterConfig scan = Read(With(new LeastRequest { SelectionMethod = LeastRequest.Types.SelectionMethod.FullScan }));
        ClusterConfig ring = Read(With(new RingHash
        {
            MinimumRingSize = 64,
            ConsistentHashingLbConfig = new ConsistentHashingLbConfig { UseHostnameForHashing = true, HashBalanceFactor = 140 },
        }));
        ClusterConfig maglev = Read(With(new Maglev { TableSize = 251 }));

        Assert.Equal((LbPolicy.LeastRequest, 5, 2.0), (least.LbPolicy, least.LeastRequestChoices, least.ActiveRequestBias));
        Assert.Equal(int.MaxValue, scan.LeastRequestChoices);
        Assert.Equal((LbPolicy.RingHash, 64L, true, 140u), (ring.LbPolicy, ring.MinRingSize, ring.HashByHostname, ring.HashBalanceFactor));
        Assert.Equal((LbPolicy.Maglev, 251), (maglev.LbPolicy, maglev.MaglevTableSize));
    }

    [Fact]
    public void A_policy_may_be_zone_aware()
    {
        ClusterConfig plain = Read(With(new RandomPolicy
        {
            LocalityLbConfig = new LocalityLbConfig { ZoneAwareLbConfig = new LocalityLbConfig.Types.ZoneAwareLbConfig() },
        }));
        ClusterConfig set = Read(With(new LeastRequest
        {
            LocalityLbConfig = new LocalityLbConfig
            {
                ZoneAwareLbConfig = new LocalityLbConfig.Types.ZoneAwareLbConfig
                {
                    RoutingEnabled = new Envoy.Type.V3.Percent { Value = 25 }, MinClusterSize = 2, FailTrafficOnPanic = true,
                },
            },
        }));

        Assert.Equal(new ZoneAwareConfig { RoutingPercent = 100, MinClusterSize = 6 }, plain.ZoneAware);
        Assert.Equal(new ZoneAwareConfig { RoutingPercent = 25, MinClusterSize = 2, FailTrafficOnPanic = true }, set.ZoneAware);
    }

    [Fact]
    public void Localities_are_weighted_around_the_policy_that_picks_the_host()
    {
        ClusterConfig config = Read(With(new WrrLocality { EndpointPickingPolicy = With(new LeastRequest()).LoadBalancingPolicy }));

        Assert.Equal((LbPolicy.LeastRequest, true), (config.LbPolicy, config.LocalityWeighted));
    }

    [Fact]
    public void A_cluster_that_provides_its_hosts_says_so()
    {
        ClusterMessage message = With(new ClusterProvided());
        message.Type = ClusterMessage.Types.DiscoveryType.OriginalDst;

        Assert.Equal(LbPolicy.ClusterProvided, Read(message).LbPolicy);
    }

    private static ClusterMessage With(params IMessage[] policies)
    {
        var list = new LoadBalancingPolicy();
        list.Policies.AddRange(policies.Select(static p => new LoadBalancingPolicy.Types.Policy
        {
            TypedExtensionConfig = new TypedExtensionConfig { Name = "p", TypedConfig = Any.Pack(p) },
        }));
        return new ClusterMessage { Name = "a", LoadBalancingPolicy = list };
    }

    private static ClusterConfig Read(ClusterMessage message)
    {
        var context = new ReadContext(ExtensionCatalog.Empty);
        ClusterConfig config = ClusterReader.Read(message, "Cluster", context);
        Assert.Empty(context.Errors);
        return config;
    }
}
