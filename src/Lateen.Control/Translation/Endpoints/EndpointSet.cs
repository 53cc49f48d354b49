namespace Lateen.Control.Translation.Endpoints;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation.Clusters;

/// <summary>Gathers the endpoints of one cluster.</summary>
internal static class EndpointSet
{
    /// <summary>Null when there is no such cluster for this proxy.</summary>
    public static EncodedResource? Of(string cluster, ProxyScope scope, ProxyNode node, TranslationCache cache)
    {
        SharedTranslations shared = SharedTranslations.Of(scope, node);
        if (shared.Endpoints.TryGetValue(cluster, out EncodedResource? known))
        {
            return known;
        }

        LoadAssignmentInputs? inputs = Gather(cluster, scope, node, out bool alike);
        EncodedResource? found = inputs is null ? null : cache.Get(inputs, cluster, LoadAssignment.Translate);
        if (alike)
        {
            shared.Endpoints[cluster] = found;
        }

        return found;
    }

    /// <summary>The endpoints that a cluster itself carries, where the proxy looks names up.</summary>
    public static LoadAssignmentInputs Inline(
        string cluster, MeshService service, int port, Subset? subset, ClusterPolicy policy, ProxyScope scope, ProxyNode node)
    {
        ValueList<ServiceEndpoint> endpoints = service.ExternalName.Length > 0
            ? [new ServiceEndpoint { Address = service.ExternalName.TrimEnd('.'), Port = port }]
            : Select(scope.EndpointsOf(service, port), subset);
        return new LoadAssignmentInputs(cluster, endpoints, LocalityRules.For(scope, node, service, policy));
    }

    private static LoadAssignmentInputs? Gather(string cluster, ProxyScope scope, ProxyNode node, out bool alike)
    {
        alike = true;
        if (!ClusterName.TryParse(cluster, out ClusterName name) || name.Direction is not ClusterDirection.Outbound)
        {
            return null;
        }

        MeshService? service = scope.FindDestination(name.Host);
        if (service?.Port(name.Port) is null)
        {
            return null;
        }

        DestinationPolicy? rule = scope.PolicyOf(service);
        Subset? subset = name.Subset.Length == 0 ? null : rule?.FindSubset(name.Subset);
        if (name.Subset.Length > 0 && subset is null)
        {
            return null;
        }

        ClusterPolicy policy = ClusterPolicies.Resolve(rule, name.Port, subset, scope.Mesh);
        alike = !LocalityRules.Distinguish(scope.Mesh, service, policy);
        return new LoadAssignmentInputs(
            cluster, Select(scope.EndpointsOf(service, name.Port), subset), LocalityRules.For(scope, node, service, policy));
    }

    private static ValueList<ServiceEndpoint> Select(ValueList<ServiceEndpoint> endpoints, Subset? subset) => subset is null
        ? endpoints
        : endpoints.Where(each => each.Matches(subset.Labels)).ToValueList();
}
