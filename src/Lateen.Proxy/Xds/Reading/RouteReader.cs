namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Route.V3;
using Google.Protobuf.Collections;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;
using ConfigVirtualHost = Lateen.Proxy.Config.VirtualHost;
using RouteMatch = Envoy.Config.Route.V3.RouteMatch;
using VirtualHost = Envoy.Config.Route.V3.VirtualHost;

/// <summary>Reads a RouteConfiguration.</summary>
internal static class RouteReader
{
    private const string FilterConfigName = "envoy.config.route.v3.FilterConfig";

    public static RouteTable Read(RouteConfiguration message, string path, ReadContext context)
    {
        var hosts = new List<ConfigVirtualHost>(message.VirtualHosts.Count);
        var domains = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < message.VirtualHosts.Count; i++)
        {
            string hostPath = $"{path}.virtual_hosts[{i}]";
            hosts.Add(ReadVirtualHost(message.VirtualHosts[i], hostPath, context));
            foreach (string domain in message.VirtualHosts[i].Domains)
            {
                if (!domains.TryAdd(domain, hostPath))
                {
                    context.Error($"{hostPath}.domains", $"'{domain}' stands in {domains[domain]} already");
                }
            }
        }

        return new RouteTable
        {
            Name = message.Name,
            VirtualHosts = hosts,
            RequestHeaders = HeaderMutationReader.Read(
                message.RequestHeadersToAdd, message.RequestHeadersToRemove, $"{path}.request_headers_to_add", context),
            ResponseHeaders = HeaderMutationReader.Read(
                message.ResponseHeadersToAdd, message.ResponseHeadersToRemove, $"{path}.response_headers_to_add", context),
            MostSpecificHeaderMutationsWin = message.MostSpecificHeaderMutationsWins,
            IgnorePortInHostMatching = message.IgnorePortInHostMatching,
            Mirrors = RoutePolicyReader.ReadMirrors(message.RequestMirrorPolicies, $"{path}.request_mirror_policies", context),
            FilterConfigs = ReadFilterConfigs(message.TypedPerFilterConfig, $"{path}.typed_per_filter_config", context),
        };
    }

    /// <summary>Per-filter configuration of a route, virtual host, table or weighted cluster.</summary>
    public static IReadOnlyList<PerFilterConfig> ReadFilterConfigs(MapField<string, Any> messages, string path, ReadContext context)
    {
        if (messages.Count == 0)
        {
            return [];
        }

        var configs = new List<PerFilterConfig>(messages.Count);
        foreach ((string filter, Any any) in messages)
        {
            PerFilterConfig? config = ReadFilterConfig(filter, any, $"{path}[{filter}]", context);
            if (config is not null)
            {
                configs.Add(config);
            }
        }

        return configs;
    }

    private static PerFilterConfig? ReadFilterConfig(string filter, Any any, string path, ReadContext context)
    {
        if (ReadContext.TypeName(any.TypeUrl) != FilterConfigName)
        {
            object? direct = ReadRouteFilter(any, path, context);
            return direct is null ? null : new PerFilterConfig { FilterName = filter, Config = direct };
        }

        if (!context.TryUnpack(any, path, FilterConfig.Parser, out FilterConfig wrapper))
        {
            return null;
        }

        object? wrapped = wrapper.Config is null ? null : ReadRouteFilter(wrapper.Config, $"{path}.config", context);
        return new PerFilterConfig { FilterName = filter, Config = wrapped, Disabled = wrapper.Disabled };
    }

    private static object? ReadRouteFilter(Any any, string path, ReadContext context)
    {
        if (context.Extensions.RouteFilters.TryGetValue(ReadContext.TypeName(any.TypeUrl), out RouteFilterReader? reader))
        {
            return reader(any, path, context);
        }

        context.Error(path, $"unknown extension type URL {any.TypeUrl}");
        return null;
    }

    private static ConfigVirtualHost ReadVirtualHost(VirtualHost message, string path, ReadContext context)
    {
        if (message.Domains.Count == 0)
        {
            context.Error($"{path}.domains", "at least one is required");
        }

        var routes = new List<RouteEntry>(message.Routes.Count);
        for (int i = 0; i < message.Routes.Count; i++)
        {
            routes.Add(ReadRoute(message.Routes[i], $"{path}.routes[{i}]", context));
        }

        return new ConfigVirtualHost
        {
            Name = message.Name,
            Domains = [.. message.Domains],
            Routes = routes,
            RequestHeaders = HeaderMutationReader.Read(
                message.RequestHeadersToAdd, message.RequestHeadersToRemove, $"{path}.request_headers_to_add", context),
            ResponseHeaders = HeaderMutationReader.Read(
                message.ResponseHeadersToAdd, message.ResponseHeadersToRemove, $"{path}.response_headers_to_add", context),
            RetryPolicy = RetryPolicyReader.Read(message.RetryPolicy, $"{path}.retry_policy", context),
            IncludeRequestAttemptCount = message.IncludeRequestAttemptCount,
            IncludeAttemptCountInResponse = message.IncludeAttemptCountInResponse,
            RequireTls = message.RequireTls switch
            {
                VirtualHost.Types.TlsRequirementType.All => TlsRequirement.All,
                VirtualHost.Types.TlsRequirementType.ExternalOnly => TlsRequirement.ExternalOnly,
                _ => TlsRequirement.None,
            },
            Mirrors = RoutePolicyReader.ReadMirrors(message.RequestMirrorPolicies, $"{path}.request_mirror_policies", context),
            FilterConfigs = ReadFilterConfigs(message.TypedPerFilterConfig, $"{path}.typed_per_filter_config", context),
        };
    }

    private static RouteEntry ReadRoute(Route message, string path, ReadContext context) => new()
    {
        Name = message.Name,
        Match = ReadMatch(message.Match, $"{path}.match", context),
        Action = RouteActionReader.Read(message, path, context),
        RequestHeaders = HeaderMutationReader.Read(
            message.RequestHeadersToAdd, message.RequestHeadersToRemove, $"{path}.request_headers_to_add", context),
        ResponseHeaders = HeaderMutationReader.Read(
            message.ResponseHeadersToAdd, message.ResponseHeadersToRemove, $"{path}.response_headers_to_add", context),
        FilterConfigs = ReadFilterConfigs(message.TypedPerFilterConfig, $"{path}.typed_per_filter_config", context),
        DecoratorOperation = message.Decorator?.Operation ?? "",
        ConfigPath = MetadataReader.ConfigPath(message.Metadata),
    };

    private static Config.RouteMatch ReadMatch(RouteMatch? message, string path, ReadContext context)
    {
        if (message is null)
        {
            context.Error(path, "is required");
            return new Config.RouteMatch();
        }

        var match = new Config.RouteMatch
        {
            IgnoreCase = message.CaseSensitive is false,
            Headers = MatcherReader.ReadHeaders(message.Headers, $"{path}.headers", context),
            QueryParameters = MatcherReader.ReadQuery(message.QueryParameters, $"{path}.query_parameters", context),
            Share = MatcherReader.ReadShare(message.RuntimeFraction, $"{path}.runtime_fraction", context),
            GrpcOnly = message.Grpc is not null,
        };
        switch (message.PathSpecifierCase)
        {
            case RouteMatch.PathSpecifierOneofCase.Prefix:
                return match with { PathKind = PathMatchKind.Prefix, Path = message.Prefix };
            case RouteMatch.PathSpecifierOneofCase.Path:
                return match with { PathKind = PathMatchKind.Exact, Path = message.Path };
            case RouteMatch.PathSpecifierOneofCase.PathSeparatedPrefix:
                return match with { PathKind = PathMatchKind.PathSeparatedPrefix, Path = message.PathSeparatedPrefix };
            case RouteMatch.PathSpecifierOneofCase.SafeRegex:
                RegexPattern? regex = MatcherReader.ReadRegex(message.SafeRegex, $"{path}.safe_regex", context);
                return match with { PathKind = PathMatchKind.Regex, PathRegex = regex };
            case RouteMatch.PathSpecifierOneofCase.ConnectMatcher:
                return match with { PathKind = PathMatchKind.Connect };
            default:
                context.Error(path, "one of prefix, path, safe_regex, path_separated_prefix and connect_matcher is required");
                return match;
        }
    }
}
