namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Cluster.V3;
using Lateen.Proxy.Config;

/// <summary>Reads what a Cluster says of picking hosts.</summary>
internal static class LoadBalancingReader
{
    // Envoy's own bounds (cluster.proto): larger tables would take the memory of the process.
    private const ulong LargestRing = 8 * 1024 * 1024;
    private const ulong LargestMaglevTable = 5_000_011;

    public static ClusterConfig Read(Cluster message, ClusterConfig config, string path, ReadContext context)
    {
        config = config with
        {
            LbPolicy = ReadPolicy(message, config.Type, path, context),
            PanicThresholdPercent = message.CommonLbConfig?.HealthyPanicThreshold?.Value ?? 50,
            LocalityWeighted = message.CommonLbConfig?.LocalityWeightedLbConfig is not null,
            ZoneAware = message.CommonLbConfig?.ZoneAwareLbConfig is not { } zones ? null : new ZoneAwareConfig
            {
                RoutingPercent = zones.RoutingEnabled?.Value ?? 100,
                MinClusterSize = zones.MinClusterSize ?? 6,
                FailTrafficOnPanic = zones.FailTrafficOnPanic,
            },
            IgnoresNewHosts = message.CommonLbConfig?.IgnoreNewHostsUntilFirstHc ?? false,
            HashByHostname = message.CommonLbConfig?.ConsistentHashingLbConfig?.UseHostnameForHashing ?? false,
        };
        if (message.CommonLbConfig?.ConsistentHashingLbConfig?.HashBalanceFactor is { } factor)
        {
            config = config with { HashBalanceFactor = factor };
            if (factor < 100)
            {
                context.Error($"{path}.common_lb_config.consistent_hashing_lb_config.hash_balance_factor", "must be at least 100");
            }
        }

        return message.LbConfigCase switch
        {
            Cluster.LbConfigOneofCase.LeastRequestLbConfig => ReadLeastRequest(message.LeastRequestLbConfig, config, path, context),
            Cluster.LbConfigOneofCase.RoundRobinLbConfig => config with
            {
                SlowStart = ReadSlowStart(
                    message.RoundRobinLbConfig.SlowStartConfig, $"{path}.round_robin_lb_config.slow_start_config", context),
            },
            Cluster.LbConfigOneofCase.RingHashLbConfig => ReadRing(message.RingHashLbConfig, config, path, context),
            Cluster.LbConfigOneofCase.MaglevLbConfig => ReadMaglev(message.MaglevLbConfig, config, path, context),
            _ => config,
        };
    }

    private static LbPolicy ReadPolicy(Cluster message, ClusterType type, string path, ReadContext context)
    {
        if (type is ClusterType.OriginalDst or ClusterType.DynamicForward)
        {
            return LbPolicy.ClusterProvided;
        }

        switch (message.LbPolicy)
        {
            case Cluster.Types.LbPolicy.RoundRobin: return LbPolicy.RoundRobin;
            case Cluster.Types.LbPolicy.LeastRequest: return LbPolicy.LeastRequest;
            case Cluster.Types.LbPolicy.Random: return LbPolicy.Random;
            case Cluster.Types.LbPolicy.RingHash: return LbPolicy.RingHash;
            case Cluster.Types.LbPolicy.Maglev: return LbPolicy.Maglev;
            default:
                context.Error(
                    $"{path}.lb_policy",
                    $"{message.LbPolicy} is not supported; use ROUND_ROBIN, LEAST_REQUEST, RANDOM, RING_HASH or MAGLEV");
                return LbPolicy.RoundRobin;
        }
    }

    private static ClusterConfig ReadLeastRequest(
        Cluster.Types.LeastRequestLbConfig message, ClusterConfig config, string path, ReadContext context)
    {
        path = $"{path}.least_request_lb_config";
        if (message.ChoiceCount < 2)
        {
            context.Error($"{path}.choice_count", "must be at least 2");
        }

        double bias = message.ActiveRequestBias?.DefaultValue ?? 1;
        if (bias < 0)
        {
            context.Error($"{path}.active_request_bias", "must not be negative");
        }

        return config with
        {
            LeastRequestChoices = (int)Math.Min(message.ChoiceCount ?? 2, int.MaxValue),
            ActiveRequestBias = bias,
            SlowStart = ReadSlowStart(message.SlowStartConfig, $"{path}.slow_start_config", context),
        };
    }

    private static SlowStartConfig? ReadSlowStart(Cluster.Types.SlowStartConfig? message, string path, ReadContext context)
    {
        if (message is null)
        {
            return null;
        }

        double aggression = message.Aggression?.DefaultValue ?? 1;
        if (aggression <= 0)
        {
            context.Error($"{path}.aggression", "must be above 0");
        }

        TimeSpan window = context.Duration(message.SlowStartWindow, TimeSpan.Zero, $"{path}.slow_start_window");
        return window <= TimeSpan.Zero ? null : new SlowStartConfig
        {
            Window = window,
            Aggression = aggression,
            MinWeightPercent = message.MinWeightPercent?.Value ?? 10,
        };
    }

    private static ClusterConfig ReadRing(
        Cluster.Types.RingHashLbConfig message, ClusterConfig config, string path, ReadContext context)
    {
        path = $"{path}.ring_hash_lb_config";
        ulong min = message.MinimumRingSize ?? 1024;
        ulong max = message.MaximumRingSize ?? LargestRing;
        if (min > LargestRing || max > LargestRing || min > max)
        {
            context.Error(path, $"sizes must be at most {LargestRing}, and the minimum not above the maximum");
        }

        if (message.HashFunction is not Cluster.Types.RingHashLbConfig.Types.HashFunction.XxHash)
        {
            context.Error($"{path}.hash_function", "only XX_HASH is supported");
        }

        return config with { MinRingSize = (long)min, MaxRingSize = (long)max };
    }

    private static ClusterConfig ReadMaglev(
        Cluster.Types.MaglevLbConfig message, ClusterConfig config, string path, ReadContext context)
    {
        ulong size = message.TableSize ?? 65_537;
        if (size > LargestMaglevTable || !IsPrime(size))
        {
            context.Error($"{path}.maglev_lb_config.table_size", $"must be a prime number of at most {LargestMaglevTable}");
            return config;
        }

        return config with { MaglevTableSize = (int)size };
    }

    private static bool IsPrime(ulong number)
    {
        for (ulong divisor = 2; divisor * divisor <= number; divisor++)
        {
            if (number % divisor == 0)
            {
                return false;
            }
        }

        return number > 2;
    }
}
