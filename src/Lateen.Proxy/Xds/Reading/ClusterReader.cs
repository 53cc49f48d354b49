namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Upstreams.Http.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;
using HttpOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

/// <summary>Reads a Cluster.</summary>
internal static class ClusterReader
{
    private const string HttpOptionsName = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions";

    public static ClusterConfig Read(Cluster message, string path, ReadContext context)
    {
        if (message.Name.Length == 0)
        {
            context.Error($"{path}.name", "is required");
        }

        ClusterType type = ReadType(message, path, context);
        NoteWithoutEffect(message, path, context);
        var config = new ClusterConfig
        {
            Name = message.Name,
            AltStatName = message.AltStatName,
            Type = type,
            LbPolicy = ReadPolicy(message, type, path, context),
            EdsServiceName = message.EdsClusterConfig?.ServiceName ?? "",
            InlineEndpoints = ReadInline(message, type, path, context),
            ConnectTimeout = context.Duration(message.ConnectTimeout, TimeSpan.FromSeconds(5), $"{path}.connect_timeout"),
            Breakers = ReadBreakers(message, RoutingPriority.Default),
            HighPriorityBreakers = ReadBreakers(message, RoutingPriority.High),
            MaxRequestsPerConnection = (int)(message.MaxRequestsPerConnection ?? 0),
            PanicThresholdPercent = message.CommonLbConfig?.HealthyPanicThreshold?.Value ?? 50,
            TransportSocket = TransportSocketReader.Read(message.TransportSocket, $"{path}.transport_socket", context),
            DnsRefreshRate = context.Duration(message.DnsRefreshRate, TimeSpan.FromSeconds(5), $"{path}.dns_refresh_rate"),
            LeastRequestChoices = (int)(message.LeastRequestLbConfig?.ChoiceCount ?? 2),
            BufferLimitBytes = (int)(message.PerConnectionBufferLimitBytes ?? 1024 * 1024),
            OriginalDstPort = (int)(message.OriginalDstLbConfig?.UpstreamPortOverride ?? 0),
            ConfigPath = MetadataReader.ConfigPath(message.Metadata),
            Services = MetadataReader.Services(message.Metadata),
            Protocol = message.Http2ProtocolOptions is null ? UpstreamProtocol.Http1 : UpstreamProtocol.Http2,
        };
        return ReadProtocolOptions(message, ReadBindAddress(message, config, path, context), path, context);
    }

    private static ClusterType ReadType(Cluster message, string path, ReadContext context)
    {
        switch (message.Type)
        {
            case Cluster.Types.DiscoveryType.Static: return ClusterType.Static;
            case Cluster.Types.DiscoveryType.StrictDns: return ClusterType.StrictDns;
            case Cluster.Types.DiscoveryType.LogicalDns: return ClusterType.LogicalDns;
            case Cluster.Types.DiscoveryType.Eds: return ClusterType.Eds;
            case Cluster.Types.DiscoveryType.OriginalDst: return ClusterType.OriginalDst;
            default:
                context.Error($"{path}.type", $"unknown discovery type {(int)message.Type}");
                return ClusterType.Static;
        }
    }

    private static LbPolicy ReadPolicy(Cluster message, ClusterType type, string path, ReadContext context)
    {
        if (type is ClusterType.OriginalDst)
        {
            return LbPolicy.ClusterProvided;
        }

        switch (message.LbPolicy)
        {
            case Cluster.Types.LbPolicy.RoundRobin: return LbPolicy.RoundRobin;
            case Cluster.Types.LbPolicy.LeastRequest: return LbPolicy.LeastRequest;
            case Cluster.Types.LbPolicy.Random: return LbPolicy.Random;
            default:
                context.Error($"{path}.lb_policy", $"{message.LbPolicy} is not supported; use ROUND_ROBIN, LEAST_REQUEST or RANDOM");
                return LbPolicy.RoundRobin;
        }
    }

    private static EndpointsConfig? ReadInline(Cluster message, ClusterType type, string path, ReadContext context)
    {
        if (message.LoadAssignment is null)
        {
            return type is ClusterType.StrictDns or ClusterType.LogicalDns or ClusterType.Static
                ? new EndpointsConfig { Name = message.Name }
                : null;
        }

        bool byName = type is ClusterType.StrictDns or ClusterType.LogicalDns;
        return EndpointsReader.Read(message.LoadAssignment, byName, $"{path}.load_assignment", context);
    }

    private static CircuitBreakerThresholds ReadBreakers(Cluster message, RoutingPriority priority)
    {
        // The first entry of a priority wins (circuit_breaker.proto).
        CircuitBreakers.Types.Thresholds? limits = message.CircuitBreakers?.Thresholds.FirstOrDefault(t => t.Priority == priority);
        CircuitBreakerThresholds defaults = CircuitBreakerThresholds.Default;
        return limits is null ? defaults : new CircuitBreakerThresholds
        {
            MaxConnections = limits.MaxConnections ?? defaults.MaxConnections,
            MaxPendingRequests = limits.MaxPendingRequests ?? defaults.MaxPendingRequests,
            MaxRequests = limits.MaxRequests ?? defaults.MaxRequests,
            MaxRetries = limits.MaxRetries ?? defaults.MaxRetries,
            RetryBudgetPercent = limits.RetryBudget is null ? 0 : limits.RetryBudget.BudgetPercent?.Value ?? 20,
            MinRetryConcurrency = limits.RetryBudget?.MinRetryConcurrency ?? defaults.MinRetryConcurrency,
            TrackRemaining = limits.TrackRemaining,
        };
    }

    private static ClusterConfig ReadBindAddress(Cluster message, ClusterConfig config, string path, ReadContext context)
    {
        if (message.UpstreamBindConfig?.SourceAddress is not { } source)
        {
            return config;
        }

        var address = AddressReader.Read(source, $"{path}.upstream_bind_config.source_address", context);
        return address.IsV4 ? config with { BindAddressV4 = address } : config with { BindAddressV6 = address };
    }

    private static ClusterConfig ReadProtocolOptions(Cluster message, ClusterConfig config, string path, ReadContext context)
    {
        foreach ((string name, Any any) in message.TypedExtensionProtocolOptions)
        {
            string optionsPath = $"{path}.typed_extension_protocol_options[{name}]";
            if (name != HttpOptionsName)
            {
                context.Error(optionsPath, $"unknown extension type URL {any.TypeUrl}");
                continue;
            }

            if (context.TryUnpack(any, optionsPath, HttpOptions.Parser, out HttpOptions options))
            {
                config = Apply(options, config, optionsPath, context);
            }
        }

        return config;
    }

    private static ClusterConfig Apply(HttpOptions options, ClusterConfig config, string path, ReadContext context)
    {
        Envoy.Config.Core.V3.HttpProtocolOptions? common = options.CommonHttpProtocolOptions;
        string commonPath = $"{path}.common_http_protocol_options";
        context.NoEffect(options.HttpFilters.Count > 0, $"{path}.http_filters");
        context.NoEffect(common?.MaxConnectionDuration is not null, $"{commonPath}.max_connection_duration");
        return config with
        {
            IdleTimeout = context.Duration(common?.IdleTimeout, config.IdleTimeout, $"{commonPath}.idle_timeout"),
            MaxRequestsPerConnection = (int)(common?.MaxRequestsPerConnection ?? (uint)config.MaxRequestsPerConnection),
            Protocol = options.UpstreamProtocolOptionsCase switch
            {
                HttpOptions.UpstreamProtocolOptionsOneofCase.UseDownstreamProtocolConfig => UpstreamProtocol.UseDownstream,
                HttpOptions.UpstreamProtocolOptionsOneofCase.ExplicitHttpConfig
                    when options.ExplicitHttpConfig.Http2ProtocolOptions is not null => UpstreamProtocol.Http2,
                _ => UpstreamProtocol.Http1,
            },
        };
    }

    private static void NoteWithoutEffect(Cluster message, string path, ReadContext context)
    {
        if (message.LoadBalancingPolicy is not null)
        {
            context.Error($"{path}.load_balancing_policy", "is not supported; use lb_policy");
        }

        if (message.TransportSocketMatches.Count > 0)
        {
            context.Error($"{path}.transport_socket_matches", "TLS towards hosts is not supported yet");
        }

        context.NoEffect(message.OutlierDetection is not null, $"{path}.outlier_detection");
        context.NoEffect(message.HealthChecks.Count > 0, $"{path}.health_checks");
        context.NoEffect(message.UpstreamConnectionOptions is not null, $"{path}.upstream_connection_options");
        context.NoEffect(message.CircuitBreakers?.PerHostThresholds.Count > 0, $"{path}.circuit_breakers.per_host_thresholds");
        context.NoEffect(message.CommonLbConfig?.LocalityWeightedLbConfig is not null, $"{path}.common_lb_config.locality_weighted_lb_config");
    }
}
