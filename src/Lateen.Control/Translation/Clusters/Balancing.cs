namespace Lateen.Control.Translation.Clusters;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Resources.Networking;
using SlowStart = Envoy.Config.Cluster.V3.Cluster.Types.SlowStartConfig;
using WirePercent = Envoy.Type.V3.Percent;
using WirePolicy = Envoy.Config.Cluster.V3.Cluster.Types.LbPolicy;

/// <summary>How a host is chosen: the algorithm, its parameters, and whether localities have weights.</summary>
internal static class Balancing
{
    // Istio's defaults; Envoy's own least ring has 1024 points too.
    private const long DefaultRingSize = 1024;
    private const double DefaultWarmupPercent = 10;
    private const double DefaultWarmupAggression = 1;

    public static void Apply(Cluster cluster, LoadBalancerSettings? settings, bool weighsLocalities)
    {
        if (weighsLocalities)
        {
            // Shares of localities come with their endpoints; without this they would mean nothing.
            Common(cluster).LocalityWeightedLbConfig = new Cluster.Types.CommonLbConfig.Types.LocalityWeightedLbConfig();
        }

        if (cluster.ClusterType is not null || cluster.Type is Cluster.Types.DiscoveryType.OriginalDst)
        {
            cluster.LbPolicy = WirePolicy.ClusterProvided;
            return;
        }

        if (settings?.ConsistentHash is { } hash)
        {
            ApplyHash(cluster, hash);
            return;
        }

        cluster.LbPolicy = settings?.Simple switch
        {
            SimpleLoadBalancer.RoundRobin => WirePolicy.RoundRobin,
            SimpleLoadBalancer.Random => WirePolicy.Random,
            _ => WirePolicy.LeastRequest,
        };
        ApplyWarmup(cluster, settings);
    }

    public static Cluster.Types.CommonLbConfig Common(Cluster cluster) => cluster.CommonLbConfig ??= new Cluster.Types.CommonLbConfig();

    private static void ApplyHash(Cluster cluster, ConsistentHash hash)
    {
        if (hash.Maglev is { } maglev)
        {
            cluster.LbPolicy = WirePolicy.Maglev;
            if (maglev.TableSize is > 0 and { } size)
            {
                cluster.MaglevLbConfig = new Cluster.Types.MaglevLbConfig { TableSize = (ulong)size };
            }

            return;
        }

        long ring = hash.RingHash?.MinimumRingSize ?? hash.MinimumRingSize ?? DefaultRingSize;
        cluster.LbPolicy = WirePolicy.RingHash;
        cluster.RingHashLbConfig = new Cluster.Types.RingHashLbConfig { MinimumRingSize = (ulong)ring };
    }

    private static void ApplyWarmup(Cluster cluster, LoadBalancerSettings? settings)
    {
        WarmupConfiguration? warmup = settings?.Warmup;
        if ((warmup?.Duration ?? settings?.WarmupDurationSecs) is not { } duration)
        {
            return;
        }

        SlowStart slowStart = new()
        {
            SlowStartWindow = Duration.FromTimeSpan(duration),
            Aggression = new RuntimeDouble { DefaultValue = warmup?.Aggression ?? DefaultWarmupAggression },
            MinWeightPercent = new WirePercent { Value = warmup?.MinimumPercent ?? DefaultWarmupPercent },
        };
        if (cluster.LbPolicy is WirePolicy.RoundRobin)
        {
            cluster.RoundRobinLbConfig = new Cluster.Types.RoundRobinLbConfig { SlowStartConfig = slowStart };
        }
        else if (cluster.LbPolicy is WirePolicy.LeastRequest)
        {
            cluster.LeastRequestLbConfig = new Cluster.Types.LeastRequestLbConfig { SlowStartConfig = slowStart };
        }
    }
}
