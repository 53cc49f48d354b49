namespace Lateen.Control.Translation.Endpoints;

using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Lateen.Api.Names;
using Lateen.Control.Registry;

/// <summary>The hosts of a cluster, grouped by locality.</summary>
internal static class LoadAssignment
{
    public static ClusterLoadAssignment Translate(LoadAssignmentInputs inputs)
    {
        ClusterLoadAssignment assignment = new() { ClusterName = inputs.Cluster };
        List<LocalityGroup> groups = [.. inputs.Endpoints
            .GroupBy(each => each.Locality)
            .Select(group => new LocalityGroup(group.Key, group.ToValueList()))];
        foreach (LocalityGroup group in LocalityOrder.Apply(groups, inputs.Preference))
        {
            LocalityLbEndpoints locality = new()
            {
                Locality = new Envoy.Config.Core.V3.Locality
                {
                    Region = group.Locality.Region,
                    Zone = group.Locality.Zone,
                    SubZone = group.Locality.SubZone,
                },
                Priority = (uint)group.Priority,
                // A weight is needed by clients that ignore localities without one (gRPC).
                LoadBalancingWeight = group.Weight,
            };
            locality.LbEndpoints.AddRange(group.Endpoints.Select(Host));
            assignment.Endpoints.Add(locality);
        }

        return assignment;
    }

    private static LbEndpoint Host(ServiceEndpoint endpoint) => new()
    {
        Endpoint = new Endpoint { Address = Sockets.Address(endpoint.Address, endpoint.Port) },
        HealthStatus = endpoint.Ready ? HealthStatus.Healthy : HealthStatus.Unhealthy,
        LoadBalancingWeight = (uint)endpoint.Weight,
        Metadata = endpoint.WorkloadMetadata.Length == 0 ? null : IstioMetadata.OfWorkload(endpoint.WorkloadMetadata),
    };
}
