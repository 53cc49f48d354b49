namespace Lateen.Control.Translation.Routes;

using Envoy.Config.Route.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation.Clusters;
using WireHash = Envoy.Config.Route.V3.RouteAction.Types.HashPolicy;

/// <summary>What of a request is hashed, where a destination rule asks for affinity.</summary>
internal static class HashPolicies
{
    /// <summary>The affinity that destination rules ask for at these clusters, each kind once.</summary>
    public static ValueList<ConsistentHash> Of(IEnumerable<ClusterName> clusters, ProxyScope scope) =>
        clusters.Select(cluster => Of(cluster, scope)).OfType<ConsistentHash>().Distinct().ToValueList();

    public static void Apply(ValueList<ConsistentHash> hashes, RouteAction action)
    {
        foreach (ConsistentHash hash in hashes)
        {
            if (Translate(hash) is { } policy)
            {
                action.HashPolicy.Add(policy);
            }
        }
    }

    private static ConsistentHash? Of(ClusterName cluster, ProxyScope scope)
    {
        if (scope.FindDestination(cluster.Host) is not { } service || scope.PolicyOf(service) is not { } rule)
        {
            return null;
        }

        Subset? subset = cluster.Subset.Length == 0 ? null : rule.FindSubset(cluster.Subset);
        return ClusterPolicies.Resolve(rule, cluster.Port, subset, scope.Mesh).LoadBalancer?.ConsistentHash;
    }

    private static WireHash? Translate(ConsistentHash hash)
    {
        if (hash.HttpHeaderName.Length > 0)
        {
            return new WireHash { Header = new WireHash.Types.Header { HeaderName = hash.HttpHeaderName } };
        }

        if (hash.HttpQueryParameterName.Length > 0)
        {
            return new WireHash { QueryParameter = new WireHash.Types.QueryParameter { Name = hash.HttpQueryParameterName } };
        }

        if (hash.HttpCookie is { } cookie)
        {
            return new WireHash { Cookie = Translate(cookie) };
        }

        return hash.UseSourceIp
            ? new WireHash { ConnectionProperties = new WireHash.Types.ConnectionProperties { SourceIp = true } }
            : null;
    }

    private static WireHash.Types.Cookie Translate(HttpCookie cookie)
    {
        WireHash.Types.Cookie result = new()
        {
            Name = cookie.Name,
            Path = cookie.Path,
            Ttl = cookie.Ttl is { } ttl ? Duration.FromTimeSpan(ttl) : null,
        };
        result.Attributes.AddRange(cookie.Attributes.Select(
            each => new WireHash.Types.CookieAttribute { Name = each.Name, Value = each.Value }));
        return result;
    }
}
