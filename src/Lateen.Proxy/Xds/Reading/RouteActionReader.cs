namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;
using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;
using Code = Envoy.Config.Route.V3.RedirectAction.Types.RedirectResponseCode;
using ConfigAction = Lateen.Proxy.Config.RouteAction;
using ConfigDirect = Lateen.Proxy.Config.DirectResponseAction;
using ConfigRedirect = Lateen.Proxy.Config.RedirectAction;
using ConfigWeighted = Lateen.Proxy.Config.WeightedCluster;
using Message = Envoy.Config.Route.V3.RouteAction;
using NotFound = Envoy.Config.Route.V3.RouteAction.Types.ClusterNotFoundResponseCode;
using Redirect = Envoy.Config.Route.V3.RedirectAction;
using WeightedCluster = Envoy.Config.Route.V3.WeightedCluster;

/// <summary>Reads what a route does.</summary>
internal static class RouteActionReader
{
    public static ConfigAction Read(Route message, string path, ReadContext context)
    {
        switch (message.ActionCase)
        {
            case Route.ActionOneofCase.Route_:
                return ReadForward(message.Route_, $"{path}.route", context);
            case Route.ActionOneofCase.Redirect:
                return ReadRedirect(message.Redirect, $"{path}.redirect", context);
            case Route.ActionOneofCase.DirectResponse:
                return ReadDirect(message, $"{path}.direct_response", context);
            default:
                context.Error(path, "one of route, redirect and direct_response is required");
                return new ConfigDirect(404);
        }
    }

    private static ForwardAction ReadForward(Message message, string path, ReadContext context)
    {
        NoteWithoutEffect(message, path, context);
        return new ForwardAction
        {
            Clusters = ReadClusters(message, path, context),
            ClusterHeader = message.ClusterHeader,
            Subset = SubsetReader.ReadCriteria(message.MetadataMatch),
            Timeout = context.Duration(message.Timeout, TimeSpan.FromSeconds(15), $"{path}.timeout"),
            IdleTimeout = message.IdleTimeout is null ? null : context.Duration(message.IdleTimeout, default, $"{path}.idle_timeout"),
            MaxStreamDuration = message.MaxStreamDuration?.MaxStreamDuration_ is { } duration
                ? context.Duration(duration, default, $"{path}.max_stream_duration.max_stream_duration")
                : null,
            MaxGrpcTimeout = Optional(message.MaxGrpcTimeout, $"{path}.max_grpc_timeout", context),
            GrpcTimeoutOffset = context.Duration(message.GrpcTimeoutOffset, default, $"{path}.grpc_timeout_offset"),
            GrpcTimeoutHeaderMax = Optional(
                message.MaxStreamDuration?.GrpcTimeoutHeaderMax, $"{path}.max_stream_duration.grpc_timeout_header_max", context),
            GrpcTimeoutHeaderOffset = context.Duration(
                message.MaxStreamDuration?.GrpcTimeoutHeaderOffset, default, $"{path}.max_stream_duration.grpc_timeout_header_offset"),
            RetryPolicy = RetryPolicyReader.Read(message.RetryPolicy, $"{path}.retry_policy", context),
            HostRewriteLiteral = message.HostRewriteLiteral,
            HostRewriteHeader = message.HostRewriteHeader,
            HostRewriteRegex = message.HostRewritePathRegex is null
                ? null
                : MatcherReader.ReadRegex(message.HostRewritePathRegex.Pattern, $"{path}.host_rewrite_path_regex.pattern", context),
            HostRewriteSubstitution = MatcherReader.ReadSubstitution(message.HostRewritePathRegex),
            AutoHostRewrite = message.AutoHostRewrite ?? false,
            AppendXForwardedHost = message.AppendXForwardedHost,
            PrefixRewrite = message.PrefixRewrite.Length == 0 ? null : message.PrefixRewrite,
            RewriteRegex = message.RegexRewrite is null
                ? null
                : MatcherReader.ReadRegex(message.RegexRewrite.Pattern, $"{path}.regex_rewrite.pattern", context),
            RewriteSubstitution = MatcherReader.ReadSubstitution(message.RegexRewrite),
            Upgrades = message.UpgradeConfigs.ToDictionary(
                static u => u.UpgradeType.ToLowerInvariant(), static u => u.Enabled ?? true, StringComparer.Ordinal),
            TerminatesConnect = message.UpgradeConfigs.Any(static u =>
                u.ConnectConfig is not null && u.UpgradeType.Equals("CONNECT", StringComparison.OrdinalIgnoreCase)),
            ClusterNotFoundStatus = message.ClusterNotFoundResponseCode switch
            {
                NotFound.NotFound => 404,
                NotFound.InternalServerError => 500,
                _ => 503,
            },
            HighPriority = message.Priority is RoutingPriority.High,
            Mirrors = RoutePolicyReader.ReadMirrors(message.RequestMirrorPolicies, $"{path}.request_mirror_policies", context),
            HashPolicies = RoutePolicyReader.ReadHashPolicies(message.HashPolicy, $"{path}.hash_policy", context),
        };
    }

    private static TimeSpan? Optional(Duration? message, string path, ReadContext context) =>
        message is null ? null : context.Duration(message, default, path);

    private static void NoteWithoutEffect(Message message, string path, ReadContext context)
    {
        context.NoEffect(message.InternalRedirectPolicy is not null, $"{path}.internal_redirect_policy");
        foreach (Message.Types.UpgradeConfig upgrade in message.UpgradeConfigs)
        {
            string connect = $"{path}.upgrade_configs({upgrade.UpgradeType}).connect_config";
            context.NoEffect(upgrade.ConnectConfig is { AllowPost: true }, connect + ".allow_post");
        }

        context.NoEffect(message.HedgePolicy is not null, $"{path}.hedge_policy");
    }

    private static IReadOnlyList<ConfigWeighted> ReadClusters(Message message, string path, ReadContext context)
    {
        switch (message.ClusterSpecifierCase)
        {
            case Message.ClusterSpecifierOneofCase.Cluster:
                return [new ConfigWeighted(message.Cluster) { Subset = SubsetReader.ReadCriteria(message.MetadataMatch) }];
            case Message.ClusterSpecifierOneofCase.ClusterHeader:
                return [];
            case Message.ClusterSpecifierOneofCase.WeightedClusters:
                return ReadWeighted(message, $"{path}.weighted_clusters", context);
            default:
                context.Error(path, "one of cluster, cluster_header and weighted_clusters is required");
                return [];
        }
    }

    private static List<ConfigWeighted> ReadWeighted(Message action, string path, ReadContext context)
    {
        WeightedCluster message = action.WeightedClusters;
        SubsetCriteria? subset = SubsetReader.ReadCriteria(action.MetadataMatch);
        var clusters = new List<ConfigWeighted>(message.Clusters.Count);
        ulong total = 0;
        for (int i = 0; i < message.Clusters.Count; i++)
        {
            WeightedCluster.Types.ClusterWeight cluster = message.Clusters[i];
            string clusterPath = $"{path}.clusters[{i}]";
            if (cluster.Name.Length == 0)
            {
                context.Error($"{clusterPath}.name", "is required");
            }

            total += cluster.Weight ?? 0;
            clusters.Add(new ConfigWeighted(cluster.Name, cluster.Weight ?? 0)
            {
                Subset = SubsetReader.ReadCriteria(cluster.MetadataMatch)?.Over(subset) ?? subset,
                RequestHeaders = HeaderMutationReader.Read(
                    cluster.RequestHeadersToAdd, cluster.RequestHeadersToRemove, $"{clusterPath}.request_headers_to_add", context),
                ResponseHeaders = HeaderMutationReader.Read(
                    cluster.ResponseHeadersToAdd, cluster.ResponseHeadersToRemove, $"{clusterPath}.response_headers_to_add", context),
                HostRewriteLiteral = cluster.HostRewriteLiteral,
                FilterConfigs = RouteReader.ReadFilterConfigs(
                    cluster.TypedPerFilterConfig, $"{clusterPath}.typed_per_filter_config", context),
            });
        }

        if (total is 0 or > uint.MaxValue)
        {
            context.Error(path, $"the weights sum to {total}; it must be from 1 to {uint.MaxValue}");
        }

        return clusters;
    }

    private static ConfigRedirect ReadRedirect(Redirect message, string path, ReadContext context)
    {
        if (message.PortRedirect > ushort.MaxValue)
        {
            context.Error($"{path}.port_redirect", $"{message.PortRedirect} is not a port");
        }

        return new ConfigRedirect
        {
            Status = message.ResponseCode switch
            {
                Code.Found => 302,
                Code.SeeOther => 303,
                Code.TemporaryRedirect => 307,
                Code.PermanentRedirect => 308,
                _ => 301,
            },
            Scheme = message.HttpsRedirect ? "https" : message.SchemeRedirect,
            Host = message.HostRedirect,
            Port = (int)Math.Min(message.PortRedirect, ushort.MaxValue),
            Path = message.PathRedirect,
            PrefixRewrite = message.PrefixRewrite.Length == 0 ? null : message.PrefixRewrite,
            RewriteRegex = message.RegexRewrite is null
                ? null
                : MatcherReader.ReadRegex(message.RegexRewrite.Pattern, $"{path}.regex_rewrite.pattern", context),
            RewriteSubstitution = MatcherReader.ReadSubstitution(message.RegexRewrite),
            StripQuery = message.StripQuery,
        };
    }

    private static ConfigDirect ReadDirect(Route message, string path, ReadContext context)
    {
        uint status = message.DirectResponse.Status;
        if (status is < 200 or > 599)
        {
            context.Error($"{path}.status", $"{status} is not a status from 200 to 599");
        }

        DataSource? body = message.DirectResponse.Body;
        switch (body?.SpecifierCase)
        {
            case null or DataSource.SpecifierOneofCase.None: return new ConfigDirect((int)status);
            case DataSource.SpecifierOneofCase.InlineString: return new ConfigDirect((int)status, body.InlineString);
            case DataSource.SpecifierOneofCase.InlineBytes: return new ConfigDirect((int)status, body.InlineBytes.Memory);
            default:
                context.Error($"{path}.body", "only inline_string and inline_bytes are supported");
                return new ConfigDirect((int)status);
        }
    }
}
