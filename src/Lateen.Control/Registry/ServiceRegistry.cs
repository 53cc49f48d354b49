namespace Lateen.Control.Registry;

using Lateen.Api.Names;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Snapshot;

/// <summary>
/// The objects that make up services and their endpoints. Not thread-safe: the config store, which owns it, holds its lock.
/// </summary>
internal sealed class ServiceRegistry
{
    private readonly Dictionary<ResourceKey, MeshService> services = [];
    private readonly Dictionary<ResourceKey, EndpointSlice> slices = [];
    private readonly Dictionary<(string Namespace, string Pod), Workload> pods = [];
    private readonly Dictionary<ResourceKey, Workload> entries = [];
    private readonly Dictionary<string, Locality> nodes = new(StringComparer.Ordinal);
    private readonly RuleTable<ServiceEntrySpec> serviceEntries = new();
    private readonly RuleTable<WorkloadEntrySpec> workloadEntries = new();
    private readonly Dictionary<ResourceKey, ServiceEntryRecord> records = [];
    private readonly AddressAllocator allocator = new();
    private List<MeshService> known = [];

    /// <summary>Takes an object in, or says that it is none of the registry's.</summary>
    public RegistryChange? Store(ResourceKey key, object resource, string domainSuffix)
    {
        switch (resource)
        {
            case Service service:
                return Put(services, key, ServiceReader.Read(service, domainSuffix)) ? RegistryChange.Services : RegistryChange.None;
            case EndpointSlice slice:
                return StoreSlice(key, slice) ? RegistryChange.Endpoints : RegistryChange.None;
            case Pod pod:
                return StorePod(key, pod) ? RegistryChange.Endpoints : RegistryChange.None;
            case Node node:
                return Put(nodes, key.Name, Locality.FromNodeLabels(node.Metadata.Labels))
                    ? RegistryChange.Endpoints
                    : RegistryChange.None;
            case ServiceEntry entry:
                return StoreServiceEntry(key, entry) ? RegistryChange.Services : RegistryChange.None;
            case WorkloadEntry entry:
                return StoreWorkloadEntry(key, entry) ? RegistryChange.Entries : RegistryChange.None;
            default:
                return null;
        }
    }

    public RegistryChange Forget(ResourceKey key) => key.Kind switch
    {
        "Service" => services.Remove(key) ? RegistryChange.Services : RegistryChange.None,
        "EndpointSlice" => slices.Remove(key) ? RegistryChange.Endpoints : RegistryChange.None,
        "Pod" => pods.Remove((key.Namespace, key.Name)) ? RegistryChange.Endpoints : RegistryChange.None,
        "Node" => nodes.Remove(key.Name) ? RegistryChange.Endpoints : RegistryChange.None,
        "ServiceEntry" => serviceEntries.Remove(key) | records.Remove(key) ? RegistryChange.Services : RegistryChange.None,
        "WorkloadEntry" => workloadEntries.Remove(key) | entries.Remove(key) ? RegistryChange.Entries : RegistryChange.None,
        _ => RegistryChange.None,
    };

    /// <summary>The registry's part of a snapshot; what did not change is taken from the one before.</summary>
    public MeshSnapshot Fill(MeshSnapshot next, MeshSnapshot last, RegistryChange changes)
    {
        string domain = next.Mesh.DomainSuffix;
        ServiceEntryIndex entryIndex = last.ServiceEntries;
        ServiceIndex serviceIndex = last.Services;
        if (changes.HasFlag(RegistryChange.Services))
        {
            List<ConfigObject<ServiceEntrySpec>> sorted = [.. serviceEntries.Take(next.Version)];
            sorted.Sort(ConfigObject<ServiceEntrySpec>.Compare);
            var allocated = allocator.Allocate(sorted, records);
            entryIndex = new ServiceEntryIndex(sorted, allocated);
            known = [.. services.Values, .. sorted.SelectMany(each => Read(each, allocated, domain))];
            serviceIndex = new ServiceIndex(known);
        }

        Dictionary<(string, string), Workload> podsNow = new(pods);
        Dictionary<string, Locality> nodesNow = new(nodes, StringComparer.Ordinal);
        EndpointReader reader = new(podsNow, entries.Values, nodesNow, next.Mesh.ClusterId);
        return next with
        {
            Services = serviceIndex,
            ServiceEntries = entryIndex,
            WorkloadEntries = changes.HasFlag(RegistryChange.Entries) ? workloadEntries.Take(next.Version) : last.WorkloadEntries,
            Workloads = new WorkloadIndex(podsNow, nodesNow),
            Endpoints = reader.Read(known, slices.Values, domain),
        };
    }

    private IEnumerable<MeshService> Read(
        ConfigObject<ServiceEntrySpec> entry,
        IReadOnlyDictionary<ResourceKey, IReadOnlyDictionary<string, string>> allocated,
        string domain)
    {
        TrafficDistribution distribution = records[entry.Key].Distribution;
        return ServiceEntryReader.Read(entry, AddressAllocator.Of(allocated, entry.Key), domain)
            .Select(each => each with { TrafficDistribution = distribution });
    }

    private bool StoreSlice(ResourceKey key, EndpointSlice slice)
    {
        bool same = slices.TryGetValue(key, out EndpointSlice? earlier)
            && earlier.Endpoints.Equals(slice.Endpoints)
            && earlier.Ports.Equals(slice.Ports)
            && earlier.Metadata.Labels.Equals(slice.Metadata.Labels);
        slices[key] = slice;
        return !same;
    }

    private bool StorePod(ResourceKey key, Pod pod)
    {
        Workload? workload = WorkloadReader.Read(pod);
        return workload is null
            ? pods.Remove((key.Namespace, key.Name))
            : Put(pods, (key.Namespace, key.Name), workload);
    }

    // The addresses in a status are what was allocated: that they appear there is no change.
    private bool StoreServiceEntry(ResourceKey key, ServiceEntry entry)
    {
        ServiceEntryRecord record = ServiceEntryRecord.Of(entry);
        bool same = records.TryGetValue(key, out ServiceEntryRecord? earlier)
            && earlier with { Addresses = record.Addresses } == record;
        records[key] = record;
        return serviceEntries.Store(key, entry.Metadata, entry.Spec) | !same;
    }

    private bool StoreWorkloadEntry(ResourceKey key, WorkloadEntry entry)
    {
        bool changed = workloadEntries.Store(key, entry.Metadata, entry.Spec);
        return WorkloadReader.Read(entry) is { } workload ? Put(entries, key, workload) | changed : entries.Remove(key) | changed;
    }

    private static bool Put<TKey, TValue>(Dictionary<TKey, TValue> table, TKey key, TValue value)
        where TKey : notnull
        where TValue : notnull
    {
        bool same = table.TryGetValue(key, out TValue? earlier) && EqualityComparer<TValue>.Default.Equals(earlier, value);
        table[key] = value;
        return !same;
    }
}
