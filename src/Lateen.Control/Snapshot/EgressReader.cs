namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;

/// <summary>Reads the egress listeners of a Sidecar against what is exported to the namespace of its proxies.</summary>
internal sealed class EgressReader(string ns, ServiceIndex exported, VirtualServiceIndex rules)
{
    public EgressScope Read(EgressListener listener)
    {
        SidecarHosts hosts = new(listener.Hosts, ns);
        IEnumerable<MeshService> services = exported.All.Where(hosts.Imports);
        if (listener.Port is { Number: > 0 } port)
        {
            services = services.Where(each => each.Port(port.Number) is not null).Select(each => OnlyPort(each, port.Number));
        }

        VirtualServiceIndex imported = rules.Where(each => hosts.Imports(each, rules.HostsOf(each)));
        return new EgressScope(listener.Port, listener.Bind, listener.CaptureMode, new ServiceIndex(services), imported);
    }

    /// <summary>Services of all listeners; one that several list with different ports has the ports of all.</summary>
    public static ServiceIndex Union(IReadOnlyList<EgressScope> listeners)
    {
        Dictionary<string, MeshService> byHost = new(StringComparer.Ordinal);
        foreach (MeshService service in listeners.SelectMany(each => each.Services.All))
        {
            byHost[service.Host] = byHost.TryGetValue(service.Host, out MeshService? other)
                ? WithPortsOf(other, service)
                : service;
        }

        return new ServiceIndex(byHost.Values);
    }

    /// <summary>
    /// Services that nobody imported but imported virtual services send calls to: without clusters the calls would fail (Istio
    /// imports these too).
    /// </summary>
    public IEnumerable<MeshService> Inferred(IReadOnlyList<EgressScope> listeners, ServiceIndex imported, string domain)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        foreach (ConfigObject<VirtualServiceSpec> rule in listeners.SelectMany(each => each.Rules.All))
        {
            foreach (Destination destination in RuleDestinations.Of(rule.Spec))
            {
                string host = HostName.Expand(destination.Host, rule.Key.Namespace, domain).Value;
                if (imported.Find(host) is null && exported.Find(host) is { } service && seen.Add(host))
                {
                    yield return service;
                }
            }
        }
    }

    private static MeshService WithPortsOf(MeshService one, MeshService other) => one with
    {
        Ports = one.Ports.Concat(other.Ports.Where(port => one.Port(port.Number) is null)).ToValueList(),
    };

    private static MeshService OnlyPort(MeshService service, int number) =>
        service with { Ports = service.Ports.Where(port => port.Number == number).ToValueList() };
}
