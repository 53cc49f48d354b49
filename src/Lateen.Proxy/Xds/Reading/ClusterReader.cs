namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.Upstreams.Http.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Engine.Http2;
using Lateen.Proxy.Config;
using Lateen.Proxy.Tls;
using HttpOptions = Envoy.Extensions.Upstreams.Http.V3.HttpProtocolOptions;

/// <summary>Reads a Cluster.</summary>
internal static class ClusterReader
{
    private const string DynamicForwardName = "envoy.clusters.dynamic_forward_proxy";
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
            EdsServiceName = message.EdsClusterConfig?.ServiceName ?? "",
            EndpointsFetchTimeout = ConfigSourceReader.ReadFetchTimeout(
                message.EdsClusterConfig?.EdsConfig, $"{path}.eds_cluster_config.eds_config", context),
            InlineEndpoints = ReadInline(message, type, path, context),
            ConnectTimeout = context.Duration(message.ConnectTimeout, TimeSpan.FromSeconds(5), $"{path}.connect_timeout"),
            Breakers = ReadBreakers(message, RoutingPriority.Default),
            HighPriorityBreakers = ReadBreakers(message, RoutingPriority.High),
            MaxRequestsPerConnection = (int)(message.MaxRequestsPerConnection ?? 0),
            TransportSocket = TransportSocketReader.ReadUpstream(message.TransportSocket, $"{path}.transport_socket", context),
            TransportSocketMatches = ReadMatches(message, path, context),
            DynamicForward = DynamicForwardReader.Read(message.ClusterType, $"{path}.cluster_type", context),
            MaxConnectionsPerHost = message.CircuitBreakers?.PerHostThresholds
                .FirstOrDefault(static t => t.Priority == RoutingPriority.Default)?.MaxConnections ?? uint.MaxValue,
            OutlierDetection = OutlierDetectionReader.Read(message.OutlierDetection, $"{path}.outlier_detection", context),
            Subsets = SubsetReader.Read(message.LbSubsetConfig, $"{path}.lb_subset_config", context),
            HealthCheck = HealthCheckReader.Read(message.HealthChecks, $"{path}.health_checks", context),
            DrainsOnHostSetChange = message.CommonLbConfig?.CloseConnectionsOnHostSetChange ?? false,
            IgnoreHealthOnHostRemoval = message.IgnoreHealthOnHostRemoval,
            KeepAlive = ReadKeepAlive(message.UpstreamConnectionOptions?.TcpKeepalive),
            BufferLimitBytes = (int)(message.PerConnectionBufferLimitBytes ?? 1024 * 1024),
            OriginalDstPort = (int)(message.OriginalDstLbConfig?.UpstreamPortOverride ?? 0),
            OriginalDstHeader = message.OriginalDstLbConfig is not { UseHttpHeader: true } header
                ? null
                : header.HttpHeaderName.Length > 0
                    ? System.Text.Encoding.ASCII.GetBytes(header.HttpHeaderName.ToLowerInvariant())
                    : "x-envoy-original-dst-host"u8.ToArray(),
            ConfigPath = MetadataReader.ConfigPath(message.Metadata),
            Metadata = MetadataReader.Json(message.Metadata),
            Services = MetadataReader.Services(message.Metadata),
            IsExternal = MetadataReader.IsExternal(message.Metadata),
            Protocol = message.Http2ProtocolOptions is null ? UpstreamProtocol.Http1 : UpstreamProtocol.Http2,
            Http2 = Http2OptionsReader.Read(message.Http2ProtocolOptions, Http2Options.Default, $"{path}.http2_protocol_options", context),
        };
        config = LoadBalancingReader.Read(LoadBalancingPolicyReader.Translate(message, path, context), config, path, context);
        config = ReadDns(message, config, path, context);
        return ReadProtocolOptions(message, ReadBindAddress(message, config, path, context), path, context);
    }

    private static ClusterType ReadType(Cluster message, string path, ReadContext context)
    {
        if (message.ClusterType is { } custom)
        {
            if (custom.Name != DynamicForwardName)
            {
                context.Error($"{path}.cluster_type", $"'{custom.Name}' is not known; use {DynamicForwardName}");
            }

            return ClusterType.DynamicForward;
        }

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

    private static List<TransportSocketMatch> ReadMatches(Cluster message, string path, ReadContext context)
    {
        var matches = new List<TransportSocketMatch>(message.TransportSocketMatches.Count);
        for (int i = 0; i < message.TransportSocketMatches.Count; i++)
        {
            Cluster.Types.TransportSocketMatch match = message.TransportSocketMatches[i];
            string matchPath = $"{path}.transport_socket_matches[{i}]({match.Name})";
            matches.Add(new TransportSocketMatch
            {
                Name = match.Name,
                Criteria = MetadataReader.Texts(match.Match, $"{matchPath}.match", context),
                TransportSocket = TransportSocketReader.ReadUpstream(match.TransportSocket, $"{matchPath}.transport_socket", context),
            });
        }

        return matches;
    }

    private static ClusterConfig ReadDns(Cluster message, ClusterConfig config, string path, ReadContext context)
    {
        string failurePath = $"{path}.dns_failure_refresh_rate";
        TimeSpan refresh = context.Duration(message.DnsRefreshRate, config.DnsRefreshRate, $"{path}.dns_refresh_rate");
        if (refresh < TimeSpan.FromMilliseconds(1))
        {
            context.Error($"{path}.dns_refresh_rate", "must be at least 1 ms");
        }

        TimeSpan baseInterval = context.Duration(
            message.DnsFailureRefreshRate?.BaseInterval, TimeSpan.Zero, $"{failurePath}.base_interval");
        if (message.DnsFailureRefreshRate is not null && baseInterval < TimeSpan.FromMilliseconds(1))
        {
            context.Error($"{failurePath}.base_interval", "must be at least 1 ms");
        }

        return config with
        {
            DnsRefreshRate = refresh,
            RespectDnsTtl = message.RespectDnsTtl,
            DnsFailureBaseInterval = baseInterval,
            DnsFailureMaxInterval = context.Duration(
                message.DnsFailureRefreshRate?.MaxInterval, baseInterval * 10, $"{failurePath}.max_interval"),
            DnsLookupFamily = FamilyOf(message.DnsLookupFamily),
        };
    }

    internal static DnsLookupFamily FamilyOf(Cluster.Types.DnsLookupFamily family) => family switch
    {
        Cluster.Types.DnsLookupFamily.V4Only => DnsLookupFamily.V4Only,
        Cluster.Types.DnsLookupFamily.V6Only => DnsLookupFamily.V6Only,
        Cluster.Types.DnsLookupFamily.V4Preferred => DnsLookupFamily.V4Preferred,
        Cluster.Types.DnsLookupFamily.All => DnsLookupFamily.All,
        _ => DnsLookupFamily.Auto,
    };

    private static KeepAliveConfig? ReadKeepAlive(TcpKeepalive? message) => message is null
        ? null
        : new KeepAliveConfig(
            (int)Math.Min(message.KeepaliveTime ?? 0, short.MaxValue),
            (int)Math.Min(message.KeepaliveInterval ?? 0, short.MaxValue),
            (int)Math.Min(message.KeepaliveProbes ?? 0, sbyte.MaxValue));

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
            RetryBudgetPercent = limits.RetryBudget is null ? null : limits.RetryBudget.BudgetPercent?.Value ?? 20,
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
        context.NoEffect(
            options.UpstreamHttpProtocolOptions?.OverrideAutoSniHeader.Length > 0,
            $"{path}.upstream_http_protocol_options.override_auto_sni_header");
        return config with
        {
            OutlierErrors = options.OutlierDetection?.ErrorMatcher is { } matcher
                ? ResponseMatcherReader.Read(matcher, $"{path}.outlier_detection.error_matcher", context)
                : null,
            AutoServerName = options.UpstreamHttpProtocolOptions?.AutoSni ?? false,
            AutoSanValidation = options.UpstreamHttpProtocolOptions?.AutoSanValidation ?? false,
            MaxConnectionDuration = context.Duration(
                common?.MaxConnectionDuration, TimeSpan.Zero, $"{commonPath}.max_connection_duration"),
            IdleTimeout = context.Duration(common?.IdleTimeout, config.IdleTimeout, $"{commonPath}.idle_timeout"),
            MaxRequestsPerConnection = (int)(common?.MaxRequestsPerConnection ?? (uint)config.MaxRequestsPerConnection),
            Protocol = options.UpstreamProtocolOptionsCase switch
            {
                HttpOptions.UpstreamProtocolOptionsOneofCase.UseDownstreamProtocolConfig => UpstreamProtocol.UseDownstream,
                HttpOptions.UpstreamProtocolOptionsOneofCase.AutoConfig => UpstreamProtocol.Auto,
                HttpOptions.UpstreamProtocolOptionsOneofCase.ExplicitHttpConfig
                    when options.ExplicitHttpConfig.Http2ProtocolOptions is not null => UpstreamProtocol.Http2,
                _ => UpstreamProtocol.Http1,
            },
            Http1Trailers = (options.ExplicitHttpConfig?.HttpProtocolOptions ?? options.UseDownstreamProtocolConfig?.HttpProtocolOptions
                ?? options.AutoConfig?.HttpProtocolOptions)?.EnableTrailers ?? false,
            Http2 = ReadHttp2(options, config.Http2, path, context),
        };
    }

    private static Http2Options ReadHttp2(HttpOptions options, Http2Options http2, string path, ReadContext context)
    {
        Http2ProtocolOptions? message = options.ExplicitHttpConfig?.Http2ProtocolOptions
            ?? options.UseDownstreamProtocolConfig?.Http2ProtocolOptions ?? options.AutoConfig?.Http2ProtocolOptions;
        return Http2OptionsReader.Read(message, http2, $"{path}.http2_protocol_options", context);
    }

    private static void NoteWithoutEffect(Cluster message, string path, ReadContext context)
    {
        if (message.PreconnectPolicy is { } preconnect
            && (preconnect.PerUpstreamPreconnectRatio > 1 || preconnect.PredictivePreconnectRatio > 0))
        {
            context.Error($"{path}.preconnect_policy", "is not supported; connections are opened when a request needs one");
        }

        context.NoEffect(message.TrackClusterStats is not null, $"{path}.track_cluster_stats");
        context.NoEffect(
            message.CircuitBreakers?.Thresholds.Any(static t => t.MaxConnectionPools is not null) is true,
            $"{path}.circuit_breakers.thresholds.max_connection_pools");
        context.NoEffect(message.CloseConnectionsOnHostHealthFailure, $"{path}.close_connections_on_host_health_failure");
    }
}
