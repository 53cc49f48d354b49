namespace Lateen.Control.Registry;

using Lateen.Api.Names;
using Lateen.Api.Resources.Core;
using Lateen.Control.Snapshot;

/// <summary>Joins Services, EndpointSlices, Pods and Nodes to endpoints.</summary>
internal sealed class EndpointReader(
    IReadOnlyDictionary<(string Namespace, string Pod), Workload> workloads,
    IReadOnlyDictionary<string, Locality> nodeLocalities,
    string clusterId)
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";

    public EndpointIndex Read(ServiceIndex services, IEnumerable<EndpointSlice> slices, string domainSuffix)
    {
        Dictionary<(string Host, int Port), SortedDictionary<string, ServiceEndpoint>> found = [];
        foreach (EndpointSlice slice in slices)
        {
            if (slice.AddressType is "FQDN" || !slice.Metadata.Labels.TryGetValue(ServiceNameLabel, out string? name)
                || services.Find(HostName.Of(name, slice.Metadata.Namespace, domainSuffix).Value) is not { } service)
            {
                continue;
            }

            foreach (ServicePort port in service.Ports)
            {
                if (TargetOf(slice, port) is { } target)
                {
                    Add(found, service, port, slice, target);
                }
            }
        }

        return new EndpointIndex(found.ToDictionary(pair => pair.Key, pair => pair.Value.Values.ToValueList()));
    }

    private static int? TargetOf(EndpointSlice slice, ServicePort port)
    {
        foreach (EndpointPort candidate in slice.Ports)
        {
            if (candidate.Name == port.Name)
            {
                return candidate.Port;
            }
        }

        return null;
    }

    // Sorted by address: the order of slices and pods must not look like a change.
    private void Add(
        Dictionary<(string Host, int Port), SortedDictionary<string, ServiceEndpoint>> found,
        MeshService service,
        ServicePort port,
        EndpointSlice slice,
        int target)
    {
        if (!found.TryGetValue((service.Host, port.Number), out SortedDictionary<string, ServiceEndpoint>? endpoints))
        {
            found[(service.Host, port.Number)] = endpoints = new(StringComparer.Ordinal);
        }

        foreach (SliceEndpoint endpoint in slice.Endpoints)
        {
            // Kubernetes: an unset condition means ready. Who is not ready gets no calls, unless the service publishes it anyway.
            // Who is about to end gets none either: "ready" of a published endpoint says nothing about that.
            if ((endpoint.Conditions.Ready is false && !service.PublishNotReady) || endpoint.Conditions.Terminating is true)
            {
                continue;
            }

            foreach (string address in endpoint.Addresses)
            {
                endpoints.TryAdd(address, Join(address, target, slice.Metadata.Namespace, endpoint));
            }
        }
    }

    private ServiceEndpoint Join(string address, int port, string ns, SliceEndpoint endpoint)
    {
        Workload? workload = null;
        if (endpoint.TargetRef is { Kind: "Pod" } pod)
        {
            workloads.TryGetValue((pod.Namespace.Length > 0 ? pod.Namespace : ns, pod.Name), out workload);
        }

        Locality locality = nodeLocalities.GetValueOrDefault(endpoint.NodeName, Locality.None);
        return new ServiceEndpoint
        {
            Address = address,
            Port = port,
            Labels = workload?.Labels ?? ValueMap<string, string>.Empty,
            Region = locality.Region,
            Zone = locality.Zone.Length > 0 ? locality.Zone : endpoint.Zone,
            SubZone = locality.SubZone,
            WorkloadMetadata = workload?.ToMetadata(clusterId) ?? "",
        };
    }
}
