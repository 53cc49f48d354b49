namespace Lateen.Control.GatewayApi;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Status;

/// <summary>Judges the gateways of our classes and their listeners.</summary>
internal static class GatewayReader
{
    private const string NoTls = "TLS is not terminated by this version; use protocol HTTP, or TLS with mode Passthrough";

    public static IEnumerable<GatewayState> Read(GatewayApiObjects objects, ServiceIndex services, MeshSettings mesh)
    {
        HashSet<string> classes =
        [
            GatewayNames.DefaultClass,
            .. objects.Classes.Where(each => each.Spec.ControllerName == GatewayNames.Controller).Select(each => each.Key.Name),
        ];
        foreach (ConfigObject<DeclaredGateway> gateway in objects.Gateways)
        {
            if (classes.Contains(gateway.Spec.Spec.GatewayClassName))
            {
                yield return Read(gateway, services, mesh);
            }
        }
    }

    private static GatewayState Read(ConfigObject<DeclaredGateway> gateway, ServiceIndex services, MeshSettings mesh)
    {
        List<ListenerState> listeners = [.. gateway.Spec.Spec.Listeners.Select(each => Read(gateway, each))];
        FindConflicts(listeners);
        GatewayAddress? manual = gateway.Spec.Spec.Addresses.FirstOrDefault(each => each.Type == "Hostname");
        (string Namespace, string Name) name = manual is null
            ? (gateway.Key.Namespace, GatewayNames.Deployment(gateway))
            : ServiceOf(manual.Value, gateway.Key.Namespace);
        MeshService? service = services.Find(HostName.Of(name.Name, name.Namespace, mesh.DomainSuffix).Value);
        GatewayState state = new(gateway)
        {
            Accepted = Accepted(gateway.Spec.Spec, listeners),
            ServiceName = name,
            Service = service,
            IsManaged = manual is null,
            Selector = manual is null
                ? ValueMap.Create((GatewayNames.GatewayLabel, gateway.Key.Name))
                : service?.Selector ?? ValueMap<string, string>.Empty,
        };
        state.Listeners.AddRange(listeners);
        return state;
    }

    // Istio: a short name is a Service beside the gateway, a longer one "name.namespace…".
    private static (string Namespace, string Name) ServiceOf(string host, string ns)
    {
        string[] labels = host.Split('.');
        return labels.Length > 1 ? (labels[1], labels[0]) : (ns, host);
    }

    private static ConditionStatus Accepted(KubeGatewaySpec spec, List<ListenerState> listeners)
    {
        string? unsupported = spec switch
        {
            { Tls: not null } => "spec.tls is not enforced by this version; remove it",
            { BackendTLS: not null } => "spec.backendTLS is not enforced by this version; remove it",
            { AllowedListeners: not null } => "spec.allowedListeners is not enforced by this version; remove it",
            { DefaultScope: not ("" or "None") } => "spec.defaultScope is not enforced by this version; remove it",
            { Infrastructure.ParametersRef: not null } =>
                "spec.infrastructure.parametersRef is not enforced by this version; remove it",
            _ => null,
        };
        if (unsupported is not null)
        {
            return new ConditionStatus("Accepted", false, "InvalidParameters", unsupported);
        }

        if (spec.Addresses.FirstOrDefault(each => each.Type is not (null or "" or "Hostname" or "IPAddress")) is { } address)
        {
            return new ConditionStatus(
                "Accepted", false, "UnsupportedAddress", $"addresses of type {address.Type} are not known; use Hostname or IPAddress");
        }

        List<string> refused = [.. listeners.Where(each => !each.Serves).Select(each => each.Listener.Name)];
        return refused.Count == 0
            ? new ConditionStatus("Accepted", true, "Accepted", "the gateway is valid")
            : new ConditionStatus(
                "Accepted",
                refused.Count < listeners.Count,
                "ListenersNotValid",
                "not served: " + string.Join(", ", refused) + "; see the listeners' conditions");
    }

    private static ListenerState Read(ConfigObject<DeclaredGateway> gateway, Listener listener)
    {
        IReadOnlyList<string> fitting = RouteKinds.Of(listener.Protocol);
        ValueList<RouteGroupKind> wanted = listener.AllowedRoutes?.Kinds ?? [];
        List<RouteGroupKind> wrong = [.. wanted.Where(each =>
            (each.Group ?? GatewayApiGroup.Name) != GatewayApiGroup.Name || !fitting.Contains(each.Kind))];
        return new ListenerState(gateway, listener)
        {
            Kinds = wanted.Count == 0 ? fitting : [.. fitting.Where(kind => wanted.Except(wrong).Any(each => each.Kind == kind))],
            Refusal = Refusal(listener),
            Unresolved = wrong.Count == 0
                ? null
                : ("InvalidRouteKinds", $"{wrong[0].Kind} does not fit protocol {listener.Protocol} (it takes {string.Join(", ", fitting)})"),
        };
    }

    private static (string Reason, string Message)? Refusal(Listener listener) => listener switch
    {
        { Protocol: "HTTP" or "TCP", Tls: null } => null,
        { Protocol: "HTTP" or "TCP" } => ("UnsupportedValue", $"protocol {listener.Protocol} has no TLS; remove tls"),
        { Protocol: "TLS", Tls.Mode: "Passthrough" } => null,
        { Protocol: "HTTPS" or "TLS" } => ("UnsupportedProtocol", NoTls),
        _ => ("UnsupportedProtocol", $"protocol {listener.Protocol} is not known; use HTTP, TLS or TCP"),
    };

    // The specification: of listeners that want the same, none may win by its place in the list.
    private static void FindConflicts(List<ListenerState> listeners)
    {
        foreach (ListenerState one in listeners)
        {
            foreach (ListenerState other in listeners.Where(each => each != one && each.Listener.Port == one.Listener.Port))
            {
                string port = one.Listener.Port.ToString(CultureInfo.InvariantCulture);
                if (other.Listener.Protocol != one.Listener.Protocol)
                {
                    string message = $"listener {other.Listener.Name} speaks {other.Listener.Protocol} on port {port}";
                    one.Conflict = ("ProtocolConflict", message);
                }
                else if (other.Host == one.Host)
                {
                    one.Conflict = ("HostnameConflict", $"listener {other.Listener.Name} has the same host on port {port}");
                }
            }
        }
    }
}
