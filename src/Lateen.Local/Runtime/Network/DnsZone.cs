namespace Lateen.Local.Runtime.Network;

using System.Net;
using System.Text.Json.Nodes;
using Lateen.Local.Launcher;

/// <summary>What the zone knows about a name; <see cref="Forward"/> means it belongs to somebody else.</summary>
internal sealed record DnsResult(int Code, IReadOnlyList<DnsRecord> Records, bool Forward = false);

/// <summary>Answers names of cluster.local from Services, EndpointSlices and Pods, as Kubernetes' DNS specification 1.1 lays them out.</summary>
internal sealed class DnsZone(Func<IEnumerable<JsonObject>> services, Func<IEnumerable<JsonObject>> endpointSlices, ExternalNames external)
{
    internal const string Domain = "cluster.local";
    private static readonly DnsResult Missing = new(DnsMessage.NameError, []);

    internal DnsResult Lookup(string name, ushort type)
    {
        if (name == "host.lateen.internal")
        {
            return Addresses(name, type, [EgressPolicy.HostAddress.ToString()]);
        }

        if (external.AddressOf(name) is { } outside)
        {
            return Addresses(name, type, [outside.ToString()]);
        }

        if (name.EndsWith(".in-addr.arpa", StringComparison.Ordinal))
        {
            return Reverse(name, type);
        }

        if (name != Domain && !name.EndsWith("." + Domain, StringComparison.Ordinal))
        {
            return new DnsResult(DnsMessage.NoError, [], Forward: true);
        }

        string[] labels = name == Domain ? [] : name[..^(Domain.Length + 1)].Split('.');
        return labels switch
        {
            [] or ["svc"] or ["pod"] => new DnsResult(DnsMessage.NoError, []),
            [var service, var ns, "svc"] => Service(name, type, ns, service),
            [var port, var protocol, var service, var ns, "svc"] when port.StartsWith('_') =>
                Ports(name, type, port[1..], protocol[1..], ns, service),
            [var host, var service, var ns, "svc"] => Host(name, type, host, ns, service),
            [var dashed, _, "pod"] => IPAddress.TryParse(dashed.Replace('-', '.'), out IPAddress? pod) && dashed.Count(c => c == '-') == 3
                ? Addresses(name, type, [pod.ToString()]) : Missing,
            [var ns, "svc"] => services().Any(s => s.Namespace() == ns) ? new DnsResult(DnsMessage.NoError, []) : Missing,
            _ => Missing,
        };
    }

    private DnsResult Service(string name, ushort type, string ns, string service)
    {
        if (Find(ns, service) is not { } found)
        {
            return Missing;
        }

        if (found.Text("spec", "type") == "ExternalName")
        {
            return new DnsResult(DnsMessage.NoError, [new DnsRecord(name, DnsMessage.Cname, Target: found.Text("spec", "externalName"))]);
        }

        return found.Text("spec", "clusterIP") is { Length: > 0 } address and not "None"
            ? Addresses(name, type, [address])
            : Addresses(name, type, Endpoints(found).Select(static e => e.Address).Distinct());
    }

    private DnsResult Host(string name, ushort type, string host, string ns, string service)
    {
        if (Find(ns, service) is not { } found || found.Text("spec", "clusterIP") != "None")
        {
            return Missing;
        }

        List<string> addresses = [.. Endpoints(found).Where(e => e.HostName == host || e.Address.Replace('.', '-') == host).Select(e => e.Address)];
        return addresses.Count == 0 ? Missing : Addresses(name, type, addresses);
    }

    private DnsResult Ports(string name, ushort type, string port, string protocol, string ns, string service)
    {
        if (Find(ns, service) is not { } found)
        {
            return Missing;
        }

        JsonObject? match = found.Items("spec", "ports").FirstOrDefault(p => p.Text("name") == port
            && string.Equals(p.Text("protocol") ?? "TCP", protocol, StringComparison.OrdinalIgnoreCase));
        if (match.Number("port") is not { } number)
        {
            return Missing;
        }

        string target = $"{service}.{ns}.svc.{Domain}";
        return type is not (DnsMessage.Srv or DnsMessage.Any) ? new DnsResult(DnsMessage.NoError, [])
            : found.Text("spec", "clusterIP") != "None"
                ? new DnsResult(DnsMessage.NoError, [new DnsRecord(name, DnsMessage.Srv, Target: target, Port: (ushort)number)])
                : new DnsResult(DnsMessage.NoError, [.. Endpoints(found).Select(e => new DnsRecord(name, DnsMessage.Srv,
                    Target: $"{e.HostName ?? e.Address.Replace('.', '-')}.{target}", Port: (ushort)number))]);
    }

    private DnsResult Reverse(string name, ushort type)
    {
        string[] labels = name.Split('.');
        if (labels is not [_, _, _, "10", "in-addr", "arpa"])
        {
            return new DnsResult(DnsMessage.NoError, [], Forward: true);
        }

        string address = $"10.{labels[2]}.{labels[1]}.{labels[0]}";
        JsonObject? service = services().FirstOrDefault(s => s.Text("spec", "clusterIP") == address);
        return service is null ? Missing
            : new DnsResult(DnsMessage.NoError, type is DnsMessage.Ptr or DnsMessage.Any
                ? [new DnsRecord(name, DnsMessage.Ptr, Target: $"{service.Name()}.{service.Namespace()}.svc.{Domain}")] : []);
    }

    private JsonObject? Find(string ns, string service) =>
        services().FirstOrDefault(s => s.Name() == service && s.Namespace() == ns);

    private IEnumerable<(string Address, string? HostName)> Endpoints(JsonObject service)
    {
        bool publish = service.Flag("spec", "publishNotReadyAddresses");
        return from slice in endpointSlices()
               where slice.Namespace() == service.Namespace()
                   && slice.Text("metadata", "labels", "kubernetes.io/service-name") == service.Name()
               from endpoint in slice.Items("endpoints")
               where publish || endpoint.At("conditions", "ready") is null || endpoint.Flag("conditions", "ready")
               from address in endpoint.Texts("addresses")
               select (address, endpoint.Text("hostname"));
    }

    private static DnsResult Addresses(string name, ushort type, IEnumerable<string> addresses) =>
        new(DnsMessage.NoError, type is DnsMessage.A or DnsMessage.Any
            ? [.. addresses.Where(static a => IPAddress.TryParse(a, out _))
                .Select(a => new DnsRecord(name, DnsMessage.A, Address: IPAddress.Parse(a)))]
            : []);
}
