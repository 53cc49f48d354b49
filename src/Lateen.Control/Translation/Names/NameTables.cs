namespace Lateen.Control.Translation.Names;

using System.Net;
using Istio.Networking.Nds.V1;
using Lateen.Api.Names;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>Gathers the names that the agent's DNS proxy answers, as istiod does.</summary>
internal static class NameTables
{
    private const string Name = "nametable";

    public static EncodedResource Of(ProxyScope scope, ProxyNode node, TranslationCache cache) =>
        cache.Get(Gather(scope, node), Name, Translate);

    private static NameTable Translate(NameTableInputs inputs)
    {
        NameTable table = new();
        foreach (NameEntry entry in inputs.Entries)
        {
            NameTable.Types.NameInfo info = new()
            {
                Registry = entry.Registry,
                Shortname = entry.ShortName,
                Namespace = entry.Namespace,
            };
            info.Ips.AddRange(entry.Addresses);
            table.Table[entry.Host] = info;
        }

        return table;
    }

    private static NameTableInputs Gather(ProxyScope scope, ProxyNode node)
    {
        SortedDictionary<string, NameEntry> entries = new(StringComparer.Ordinal);
        foreach (MeshService service in scope.Services.All)
        {
            if (service.IsHeadless)
            {
                AddHeadless(service, scope, entries);
            }
            else
            {
                Add(service, AddressesOf(service, node), entries);
            }
        }

        return new NameTableInputs(entries.Values.ToValueList());
    }

    // A prefix is no address that a name could have.
    private static ValueList<string> AddressesOf(MeshService service, ProxyNode node) =>
        service.AddressesFor(node).Where(each => IPAddress.TryParse(each, out _)).ToValueList();

    // Kubernetes: a headless service has the addresses of its pods, and each pod of a StatefulSet a name under it.
    private static void AddHeadless(MeshService service, ProxyScope scope, SortedDictionary<string, NameEntry> entries)
    {
        if (service.Ports.IsEmpty)
        {
            return;
        }

        ValueList<ServiceEndpoint> endpoints = scope.EndpointsOf(service, service.Ports[0].Number);
        Add(service, endpoints.Select(each => each.Address).Distinct(StringComparer.Ordinal).ToValueList(), entries);
        string domain = service.Host[(service.Host.IndexOf('.', StringComparison.Ordinal) + 1)..];
        foreach (IGrouping<string, ServiceEndpoint> pod in endpoints.GroupBy(each => each.PodHostname).Where(each => each.Key.Length > 0))
        {
            string shortName = pod.Key + "." + service.Name;
            string host = shortName + "." + domain;
            entries[host] = new NameEntry(
                host, pod.Select(each => each.Address).ToValueList(), "Kubernetes", shortName, service.Namespace);
        }
    }

    private static void Add(MeshService service, ValueList<string> addresses, SortedDictionary<string, NameEntry> entries)
    {
        if (addresses.IsEmpty)
        {
            return;
        }

        // The agent makes "a", "a.ns" and "a.ns.svc" itself, for services of Kubernetes.
        bool isKubernetes = service.Source is ServiceSource.Kubernetes;
        entries[service.Host] = new NameEntry(
            service.Host, addresses, service.Source.ToString(), isKubernetes ? service.Name : "", isKubernetes ? service.Namespace : "");
        foreach (ServiceAlias alias in service.Aliases)
        {
            entries[alias.Host] = new NameEntry(alias.Host, addresses, "Kubernetes", alias.Name, alias.Namespace);
        }
    }
}
