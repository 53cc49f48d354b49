namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Cluster.V3;
using Envoy.Extensions.LoadBalancingPolicies.Common.V3;
using Envoy.Extensions.LoadBalancingPolicies.LeastRequest.V3;
using Envoy.Extensions.LoadBalancingPolicies.Maglev.V3;
using Envoy.Extensions.LoadBalancingPolicies.Random.V3;
using Envoy.Extensions.LoadBalancingPolicies.RingHash.V3;
using Envoy.Extensions.LoadBalancingPolicies.RoundRobin.V3;
using Envoy.Extensions.LoadBalancingPolicies.WrrLocality.V3;
using Google.Protobuf.WellKnownTypes;
using Types = Envoy.Config.Cluster.V3.Cluster.Types;

/// <summary>
/// Turns load_balancing_policy, a list of typed policies in order of preference, into the older fields, which say the same. The first
/// policy that is known is taken.
/// </summary>
internal static class LoadBalancingPolicyReader
{
    private const string Prefix = "envoy.extensions.load_balancing_policies.";

    // wrr_locality holds a list of its own; more than this is a mistake or an attack.
    private const int MaxDepth = 4;

    /// <summary>The cluster in the older fields; itself when it uses those.</summary>
    public static Cluster Translate(Cluster message, string path, ReadContext context)
    {
        if (message.LoadBalancingPolicy is not { } policy)
        {
            return message;
        }

        // What is set besides the policy does not count (cluster.proto), but for panic and what health has to say.
        Cluster translated = message.Clone();
        translated.LbPolicy = Types.LbPolicy.RoundRobin;
        translated.ClearLbConfig();
        translated.CommonLbConfig ??= new Types.CommonLbConfig();
        translated.CommonLbConfig.ClearLocalityConfigSpecifier();
        translated.CommonLbConfig.ConsistentHashingLbConfig = null;
        Apply(policy, translated, $"{path}.load_balancing_policy", context, 0);
        return translated;
    }

    private static void Apply(LoadBalancingPolicy policy, Cluster cluster, string path, ReadContext context, int depth)
    {
        var unknown = new List<string>();
        for (int i = 0; i < policy.Policies.Count && depth < MaxDepth; i++)
        {
            string policyPath = $"{path}.policies[{i}].typed_extension_config.typed_config";
            Any? any = policy.Policies[i].TypedExtensionConfig?.TypedConfig;
            if (any is not null && TryApply(any, cluster, policyPath, context, depth))
            {
                return;
            }

            unknown.Add(any?.TypeUrl ?? "nothing");
        }

        context.Error(
            $"{path}.policies", $"none is known ({string.Join(", ", unknown)}); "
            + "round_robin, least_request, random, ring_hash, maglev, wrr_locality and cluster_provided are");
    }

    private static bool TryApply(Any any, Cluster cluster, string path, ReadContext context, int depth)
    {
        switch (ReadContext.TypeName(any.TypeUrl))
        {
            case Prefix + "round_robin.v3.RoundRobin":
                if (context.TryUnpack(any, path, RoundRobin.Parser, out RoundRobin turns))
                {
                    cluster.RoundRobinLbConfig = new Types.RoundRobinLbConfig { SlowStartConfig = SlowStart(turns.SlowStartConfig) };
                    Locality(turns.LocalityLbConfig, cluster);
                }

                return true;
            case Prefix + "least_request.v3.LeastRequest":
                if (context.TryUnpack(any, path, LeastRequest.Parser, out LeastRequest least))
                {
                    ApplyLeast(least, cluster);
                }

                return true;
            case Prefix + "random.v3.Random":
                if (context.TryUnpack(any, path, Random.Parser, out Random random))
                {
                    cluster.LbPolicy = Types.LbPolicy.Random;
                    Locality(random.LocalityLbConfig, cluster);
                }

                return true;
            case Prefix + "ring_hash.v3.RingHash":
                if (context.TryUnpack(any, path, RingHash.Parser, out RingHash ring))
                {
                    ApplyRing(ring, cluster);
                }

                return true;
            case Prefix + "maglev.v3.Maglev":
                if (context.TryUnpack(any, path, Maglev.Parser, out Maglev maglev))
                {
                    cluster.LbPolicy = Types.LbPolicy.Maglev;
                    cluster.MaglevLbConfig = new Types.MaglevLbConfig { TableSize = maglev.TableSize };
                    Hashing(maglev.ConsistentHashingLbConfig, maglev.LocalityWeightedLbConfig is not null, cluster);
                }

                return true;
            case Prefix + "wrr_locality.v3.WrrLocality":
                if (context.TryUnpack(any, path, WrrLocality.Parser, out WrrLocality weighted))
                {
                    Apply(
                        weighted.EndpointPickingPolicy ?? new LoadBalancingPolicy(), cluster, $"{path}.endpoint_picking_policy", context, depth + 1);
                    cluster.CommonLbConfig.LocalityWeightedLbConfig = new Types.CommonLbConfig.Types.LocalityWeightedLbConfig();
                }

                return true;
            case Prefix + "cluster_provided.v3.ClusterProvided":
                cluster.LbPolicy = Types.LbPolicy.ClusterProvided;
                return true;
            default:
                return false;
        }
    }

    private static void ApplyLeast(LeastRequest message, Cluster cluster)
    {
        cluster.LbPolicy = Types.LbPolicy.LeastRequest;
        cluster.LeastRequestLbConfig = new Types.LeastRequestLbConfig
        {
            // A scan of all hosts is a choice of the best of all.
            ChoiceCount = message.SelectionMethod is LeastRequest.Types.SelectionMethod.FullScan ? uint.MaxValue : message.ChoiceCount,
            ActiveRequestBias = message.ActiveRequestBias,
            SlowStartConfig = SlowStart(message.SlowStartConfig),
        };
        Locality(message.LocalityLbConfig, cluster);
    }

    private static void ApplyRing(RingHash message, Cluster cluster)
    {
        cluster.LbPolicy = Types.LbPolicy.RingHash;
        cluster.RingHashLbConfig = new Types.RingHashLbConfig
        {
            MinimumRingSize = message.MinimumRingSize,
            MaximumRingSize = message.MaximumRingSize,
            HashFunction = message.HashFunction is RingHash.Types.HashFunction.MurmurHash2
                ? Types.RingHashLbConfig.Types.HashFunction.MurmurHash2
                : Types.RingHashLbConfig.Types.HashFunction.XxHash,
        };
        var older = new ConsistentHashingLbConfig
        {
            UseHostnameForHashing = message.UseHostnameForHashing, HashBalanceFactor = message.HashBalanceFactor,
        };
        Hashing(message.ConsistentHashingLbConfig ?? older, message.LocalityWeightedLbConfig is not null, cluster);
    }

    private static void Hashing(ConsistentHashingLbConfig? message, bool byLocality, Cluster cluster)
    {
        if (byLocality)
        {
            cluster.CommonLbConfig.LocalityWeightedLbConfig = new Types.CommonLbConfig.Types.LocalityWeightedLbConfig();
        }

        cluster.CommonLbConfig.ConsistentHashingLbConfig = message is null
            ? null
            : new Types.CommonLbConfig.Types.ConsistentHashingLbConfig
            {
                UseHostnameForHashing = message.UseHostnameForHashing, HashBalanceFactor = message.HashBalanceFactor,
            };
    }

    private static void Locality(LocalityLbConfig? message, Cluster cluster)
    {
        if (message?.LocalityWeightedLbConfig is not null)
        {
            cluster.CommonLbConfig.LocalityWeightedLbConfig = new Types.CommonLbConfig.Types.LocalityWeightedLbConfig();
        }
        else if (message?.ZoneAwareLbConfig is { } zones)
        {
            cluster.CommonLbConfig.ZoneAwareLbConfig = new Types.CommonLbConfig.Types.ZoneAwareLbConfig
            {
                RoutingEnabled = zones.RoutingEnabled,
                MinClusterSize = zones.MinClusterSize,
                FailTrafficOnPanic = zones.FailTrafficOnPanic,
            };
        }
    }

    private static Types.SlowStartConfig? SlowStart(SlowStartConfig? message) => message is null ? null : new Types.SlowStartConfig
    {
        SlowStartWindow = message.SlowStartWindow,
        Aggression = message.Aggression,
        MinWeightPercent = message.MinWeightPercent,
    };
}
