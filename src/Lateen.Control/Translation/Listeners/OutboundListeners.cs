namespace Lateen.Control.Translation.Listeners;

using System.Globalization;
using System.Net;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>
/// Gathers the listeners for what a sidecar's application may call: one for HTTP on each port, whatever the address, and one for
/// each address and port of other protocols. A listener that a Sidecar made for a port is not added to by those for all ports.
/// </summary>
internal sealed class OutboundListeners(ProxyScope scope, ProxyNode node)
{
    private const string Loopback = "127.0.0.1";

    private readonly Dictionary<(string Address, int Port), ListenerDraft> drafts = [];
    private readonly HashSet<(string Address, int Port)> closed = [];

    /// <summary>HTTP listeners by port, then the others in order of services.</summary>
    public static IEnumerable<OutboundListenerInputs> Gather(
        ProxyScope scope, ProxyNode node, string rest, AccessLogSettings log)
    {
        OutboundListeners gathered = new(scope, node);
        foreach (EgressScope egress in scope.Egress)
        {
            gathered.Add(egress);
        }

        return gathered.drafts.Values
            .Where(draft => !draft.IsEmpty)
            .OrderBy(draft => draft.Address == Sockets.AnyAddress && draft.HttpRoutes.Length > 0 ? draft.Port : int.MaxValue)
            .Select(draft => draft.ToInputs(draft.Address == Sockets.AnyAddress ? rest : "", log) with
            {
                ForwardsByName = scope.Services.HasHostsOfRequests,
            });
    }

    private void Add(EgressScope egress)
    {
        List<(string, int)> made = [];
        foreach (MeshService service in egress.Services.All)
        {
            foreach (ServicePort port in service.Ports)
            {
                if (port.Protocol is ServiceProtocol.Udp || service.Resolution is Resolution.Alias)
                {
                    continue;
                }

                foreach ((string address, int number, ValueList<string> subnets) in PlacesOf(service, port, egress))
                {
                    if (closed.Contains((address, number)))
                    {
                        continue;
                    }

                    AddTo(Draft(address, number, egress), service, port, subnets, egress);
                    made.Add((address, number));
                }
            }
        }

        closed.UnionWith(made);
    }

    private void AddTo(
        ListenerDraft draft, MeshService service, ServicePort port, ValueList<string> subnets, EgressScope egress)
    {
        if (port.Protocol.IsHttp())
        {
            draft.AddHttp(Text(port.Number), port.Protocol is ServiceProtocol.GrpcWeb);
            return;
        }

        foreach (StreamChain chain in ChainsOf(draft, service, port, subnets, egress))
        {
            draft.TryAdd(chain);
        }

        if (port.Protocol is ServiceProtocol.Auto)
        {
            // Where the address tells the service, its routes are its own; else the Host header has to tell.
            draft.AddHttp(draft.Address == Sockets.AnyAddress ? Text(port.Number) : service.Host + ":" + Text(port.Number));
        }
    }

    private IEnumerable<StreamChain> ChainsOf(
        ListenerDraft draft, MeshService service, ServicePort port, ValueList<string> subnets, EgressScope egress)
    {
        StreamRules rules = new(scope, node, VirtualServiceIndex.MeshGateway, port.Number);
        ConfigObject<VirtualServiceSpec>? owner = egress.OwnerInMesh(new HostName(service.Host));
        bool tls = port.Protocol is ServiceProtocol.Tls or ServiceProtocol.Https;
        List<StreamChain> chains = owner is null ? [] : [.. tls ? rules.Tls(owner, subnets) : rules.Tcp(owner, subnets)];
        bool decided = tls ? chains.Count > 0 : chains.Exists(chain => chain.Subnets.Equals(subnets));
        if (!decided)
        {
            // Where several services share an address, only the server name tells them apart.
            ValueList<string> names = tls && draft.Address == Sockets.AnyAddress ? [service.Host] : [];
            ValueList<WeightedTarget> targets = [new(ClusterName.Outbound(port.Number, service.Host).ToString(), 1)];
            chains.Add(new StreamChain(names, subnets, targets, StreamPolicies.Of(targets, scope)));
        }

        return chains;
    }

    // Addresses, ports and prefixes at which a service port is called.
    private IEnumerable<(string Address, int Port, ValueList<string> Subnets)> PlacesOf(
        MeshService service, ServicePort port, EgressScope egress)
    {
        int number = egress.Port?.Number ?? port.Number;
        if (egress.Bind.Length > 0 || egress.CaptureMode is CaptureMode.None)
        {
            return [(egress.Bind.Length > 0 ? egress.Bind : Loopback, number, [])];
        }

        if (port.Protocol.IsHttp())
        {
            return [(Sockets.AnyAddress, number, [])];
        }

        if (service.IsHeadless)
        {
            return PodsOf(service, port);
        }

        ValueList<string> addresses = service.AddressesFor(node);
        if (addresses.Count == 0)
        {
            return [(Sockets.AnyAddress, number, [])];
        }

        ValueList<string> prefixes = addresses.Where(each => each.Contains('/', StringComparison.Ordinal)).ToValueList();
        IEnumerable<(string, int, ValueList<string>)> single = addresses
            .Where(each => IPAddress.TryParse(each, out _))
            .Select(each => (each, number, ValueList<string>.Empty));
        return prefixes.Count == 0 ? single : single.Append((Sockets.AnyAddress, number, prefixes));
    }

    // Clients of a headless service call its pods. A call to oneself needs no listener: it never leaves the pod.
    private IEnumerable<(string Address, int Port, ValueList<string> Subnets)> PodsOf(MeshService service, ServicePort port)
    {
        ValueList<ServiceEndpoint> endpoints = scope.EndpointsOf(service, port.Number);
        return endpoints.Count == 0
            ? [(Sockets.AnyAddress, port.Number, [])]
            : endpoints.Where(each => each.Address != node.IpAddress)
                .Select(each => (each.Address, each.Port, ValueList<string>.Empty));
    }

    private ListenerDraft Draft(string address, int port, EgressScope egress)
    {
        if (!drafts.TryGetValue((address, port), out ListenerDraft? draft))
        {
            drafts[(address, port)] = draft = new ListenerDraft(address, port, egress.CaptureMode is CaptureMode.None);
        }

        return draft;
    }

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
