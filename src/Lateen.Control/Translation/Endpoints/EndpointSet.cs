namespace Lateen.Control.Translation.Endpoints;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>Gathers the endpoints of one cluster.</summary>
internal static class EndpointSet
{
    /// <summary>Null when there is no such cluster for this proxy.</summary>
    public static EncodedResource? Of(string cluster, ProxyScope scope, TranslationCache cache) =>
        Gather(cluster, scope) is { } inputs ? cache.Get(inputs, cluster, LoadAssignment.Translate) : null;

    private static LoadAssignmentInputs? Gather(string cluster, ProxyScope scope)
    {
        if (!ClusterName.TryParse(cluster, out ClusterName name) || name.Direction is not ClusterDirection.Outbound)
        {
            return null;
        }

        MeshService? service = scope.FindDestination(name.Host);
        if (service?.Port(name.Port) is null)
        {
            return null;
        }

        ValueList<ServiceEndpoint> endpoints = scope.EndpointsOf(name.Host, name.Port);
        if (name.Subset.Length == 0)
        {
            return new LoadAssignmentInputs(cluster, endpoints);
        }

        Subset? subset = scope.PolicyOf(service)?.FindSubset(name.Subset);
        return subset is null
            ? null
            : new LoadAssignmentInputs(
                cluster, endpoints.Where(each => LabelSelector.Matches(subset.Labels, each.Labels)).ToValueList());
    }
}
