namespace Lateen.Control.Registry;

using System.Globalization;
using System.Net;
using Lateen.Api.Names;
using Lateen.Api.Resources.Core;
using Lateen.Control.Snapshot;

/// <summary>Joins Services, ServiceEntries, EndpointSlices, Pods, WorkloadEntries and Nodes to endpoints.</summary>
internal sealed class EndpointReader
{
    private const string ServiceNameLabel = "kubernetes.io/service-name";

    private readonly IReadOnlyDictionary<(string Namespace, string Pod), Workload> pods;
    private readonly ILookup<string, Workload> podsByNamespace;
    private readonly ILookup<string, Workload> entriesByNamespace;
    private readonly IReadOnlyDictionary<string, Locality> nodeLocalities;
    private readonly string clusterId;
    private readonly Dictionary<(string Host, string Namespace, int Port), SortedDictionary<string, ServiceEndpoint>> found = [];

    public EndpointReader(
        IReadOnlyDictionary<(string Namespace, string Pod), Workload> pods,
        IEnumerable<Workload> entries,
        IReadOnlyDictionary<string, Locality> nodeLocalities,
        string clusterId)
    {
        this.pods = pods;
        this.nodeLocalities = nodeLocalities;
        this.clusterId = clusterId;
        podsByNamespace = pods.Values.ToLookup(each => each.Namespace, StringComparer.Ordinal);
        entriesByNamespace = entries.ToLookup(each => each.Namespace, StringComparer.Ordinal);
    }

    public EndpointIndex Read(IReadOnlyCollection<MeshService> services, IEnumerable<EndpointSlice> slices, string domainSuffix)
    {
        Dictionary<string, MeshService> byHost = new(StringComparer.Ordinal);
        foreach (MeshService service in services.Where(each => each.Source is ServiceSource.Kubernetes))
        {
            byHost[service.Host] = service;
        }

        foreach (EndpointSlice slice in slices)
        {
            if (slice.AddressType is not "FQDN" && slice.Metadata.Labels.TryGetValue(ServiceNameLabel, out string? name)
                && byHost.TryGetValue(HostName.Of(name, slice.Metadata.Namespace, domainSuffix).Value, out MeshService? service))
            {
                AddSlice(service, slice);
            }
        }

        foreach (MeshService service in services)
        {
            AddStatic(service);
            AddSelected(service);
        }

        return new EndpointIndex(found.ToDictionary(pair => pair.Key, pair => pair.Value.Values.ToValueList()));
    }

    private void AddSlice(MeshService service, EndpointSlice slice)
    {
        foreach (ServicePort port in service.Ports)
        {
            if (slice.Ports.FirstOrDefault(each => each.Name == port.Name)?.Port is not { } target)
            {
                continue;
            }

            foreach (SliceEndpoint endpoint in slice.Endpoints.Where(each => Serves(each, service)))
            {
                foreach (string address in endpoint.Addresses)
                {
                    Add(service, port, FromSlice(address, target, slice.Metadata.Namespace, endpoint));
                }
            }
        }
    }

    // Kubernetes: an unset condition means ready. Who is not ready gets no calls, unless the service publishes it anyway.
    // Who is about to end gets none either (like istiod): "ready" of a published endpoint says nothing about that.
    private static bool Serves(SliceEndpoint endpoint, MeshService service) =>
        (endpoint.Conditions.Ready is not false || service.PublishNotReady) && endpoint.Conditions.Terminating is not true;

    private void AddStatic(MeshService service)
    {
        foreach (StaticEndpoint endpoint in service.StaticEndpoints)
        {
            if (!service.IsResolvedByName && !IPAddress.TryParse(endpoint.Address, out _))
            {
                // Stored without a webhook. Sent on, it would have the proxies refuse the good endpoints beside it.
                continue;
            }

            foreach (ServicePort port in service.Ports)
            {
                Add(service, port, new ServiceEndpoint
                {
                    Address = endpoint.Address,
                    Port = endpoint.Ports.TryGetValue(port.Name, out int own) ? own : TargetOf(port),
                    Labels = endpoint.Labels,
                    Region = endpoint.Locality.Region,
                    Zone = endpoint.Locality.Zone,
                    SubZone = endpoint.Locality.SubZone,
                    Network = endpoint.Network,
                    Weight = endpoint.Weight,
                });
            }
        }
    }

    // A service entry's selector picks pods and WorkloadEntries; a Service's picks WorkloadEntries beside the pods of its slices.
    private void AddSelected(MeshService service)
    {
        if (service.Selector.IsEmpty || service.StaticEndpoints.Count > 0)
        {
            return;
        }

        IEnumerable<Workload> candidates = entriesByNamespace[service.Namespace];
        if (service.Source is ServiceSource.External)
        {
            candidates = candidates.Concat(podsByNamespace[service.Namespace]);
        }

        foreach (Workload workload in candidates)
        {
            bool usable = workload.Ready && (service.IsResolvedByName || IPAddress.TryParse(workload.Address, out _));
            if (!usable || !service.Selects(workload.Labels))
            {
                continue;
            }

            foreach (ServicePort port in service.Ports)
            {
                if (TargetOf(port, workload) is { } target)
                {
                    Add(service, port, FromWorkload(workload, target));
                }
            }
        }
    }

    // Istio: a WorkloadEntry's port of that name, else the service's target port, else the same number.
    private static int? TargetOf(ServicePort port, Workload workload)
    {
        if (!workload.IsPod && workload.Ports.TryGetValue(port.Name, out int own))
        {
            return own;
        }

        bool isName = port.TargetPort.Length > 0 && !char.IsAsciiDigit(port.TargetPort[0]);
        return !isName ? TargetOf(port) : workload.Ports.TryGetValue(port.TargetPort, out int named) ? named : null;
    }

    private static int TargetOf(ServicePort port) =>
        int.TryParse(port.TargetPort, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : port.Number;

    private ServiceEndpoint FromSlice(string address, int port, string ns, SliceEndpoint endpoint)
    {
        Workload? workload = null;
        if (endpoint.TargetRef is { Kind: "Pod" } pod)
        {
            pods.TryGetValue((pod.Namespace.Length > 0 ? pod.Namespace : ns, pod.Name), out workload);
        }

        Locality locality = workload is { OwnLocality.IsEmpty: false }
            ? workload.OwnLocality
            : nodeLocalities.GetValueOrDefault(endpoint.NodeName, Locality.None);
        bool zoneKnown = locality.Zone.Length > 0 || workload is { OwnLocality.IsEmpty: false };
        return new ServiceEndpoint
        {
            Address = address,
            Port = port,
            Labels = workload?.Labels ?? ValueMap<string, string>.Empty,
            Region = locality.Region,
            Zone = zoneKnown ? locality.Zone : endpoint.Zone,
            SubZone = locality.SubZone,
            Network = workload?.Network ?? "",
            Node = endpoint.NodeName,
            PodHostname = endpoint.Hostname,
            WorkloadMetadata = workload?.ToMetadata(clusterId) ?? "",
        };
    }

    private ServiceEndpoint FromWorkload(Workload workload, int port)
    {
        Locality locality = workload.OwnLocality.IsEmpty
            ? nodeLocalities.GetValueOrDefault(workload.Node, Locality.None)
            : workload.OwnLocality;
        return new ServiceEndpoint
        {
            Address = workload.Address,
            Port = port,
            Labels = workload.Labels,
            Region = locality.Region,
            Zone = locality.Zone,
            SubZone = locality.SubZone,
            Network = workload.Network,
            Node = workload.Node,
            Weight = workload.Weight,
            WorkloadMetadata = workload.ToMetadata(clusterId),
        };
    }

    // Sorted by address: the order of slices and pods must not look like a change.
    private void Add(MeshService service, ServicePort port, ServiceEndpoint endpoint)
    {
        var key = (service.Host, service.Namespace, port.Number);
        if (!found.TryGetValue(key, out SortedDictionary<string, ServiceEndpoint>? endpoints))
        {
            found[key] = endpoints = new(StringComparer.Ordinal);
        }

        endpoints.TryAdd(endpoint.Address + ":" + endpoint.Port.ToString(CultureInfo.InvariantCulture), endpoint);
    }
}
