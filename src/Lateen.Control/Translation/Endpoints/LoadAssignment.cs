namespace Lateen.Control.Translation.Endpoints;

using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Lateen.Control.Registry;

/// <summary>The hosts of a cluster, grouped by locality.</summary>
internal static class LoadAssignment
{
    public static ClusterLoadAssignment Translate(LoadAssignmentInputs inputs)
    {
        ClusterLoadAssignment assignment = new() { ClusterName = inputs.Cluster };
        foreach (var group in inputs.Endpoints.GroupBy(each => (each.Region, each.Zone, each.SubZone)))
        {
            LocalityLbEndpoints locality = new()
            {
                Locality = new Envoy.Config.Core.V3.Locality
                {
                    Region = group.Key.Region,
                    Zone = group.Key.Zone,
                    SubZone = group.Key.SubZone,
                },
            };
            locality.LbEndpoints.AddRange(group.Select(Host));
            // A weight is needed by clients that ignore localities without one (gRPC); Istio weighs by number of hosts.
            locality.LoadBalancingWeight = (uint)locality.LbEndpoints.Count;
            assignment.Endpoints.Add(locality);
        }

        return assignment;
    }

    private static LbEndpoint Host(ServiceEndpoint endpoint) => new()
    {
        Endpoint = new Endpoint { Address = Sockets.Address(endpoint.Address, endpoint.Port) },
        HealthStatus = endpoint.Ready ? HealthStatus.Healthy : HealthStatus.Unhealthy,
        LoadBalancingWeight = 1,
        Metadata = endpoint.WorkloadMetadata.Length == 0 ? null : IstioMetadata.OfWorkload(endpoint.WorkloadMetadata),
    };
}
