namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Text;
using Lateen.Control.Config;

/// <summary>Finds the listeners that a route attaches to, or why it does not.</summary>
internal sealed class Attachment(IReadOnlyList<GatewayState> gateways, GatewayApiObjects objects)
{
    // Where another controller has gateways, an unknown one may be its.
    private readonly bool onlyUs = objects.Classes.All(each => each.Spec.ControllerName == GatewayNames.Controller);

    /// <summary>Whether a gateway of ours is meant; a parent of another controller is not ours to judge.</summary>
    public bool IsOurs(ConfigObject<DeclaredRoute> route, ParentReference parent) =>
        Find(route, parent) is not null
        || (onlyUs && !objects.Gateways.Any(each => IsNamed(each.Key, route, parent)));

    public (string Reason, string Message)? TryAttach(
        ConfigObject<DeclaredRoute> route, ParentReference parent, List<AttachedListener> attached)
    {
        if (Find(route, parent) is not { } gateway)
        {
            string ns = NamespaceOf(route, parent);
            string? near = NearestName.Find(parent.Name, gateways.Where(each => each.Key.Namespace == ns).Select(each => each.Key.Name));
            return ("NoMatchingParent", $"unknown Gateway {ns}/{parent.Name}" + (near is null ? "" : $"; did you mean {near}?"));
        }

        if (!gateway.Accepted.IsTrue)
        {
            return ("NoMatchingParent", $"Gateway {parent.Name} is not accepted: {gateway.Accepted.Message}");
        }

        List<ListenerState> named = [.. gateway.Listeners.Where(each =>
            (parent.SectionName.Length == 0 || each.Listener.Name == parent.SectionName)
            && (parent.Port is null || each.Listener.Port == parent.Port))];
        if (named.Count == 0)
        {
            string known = string.Join(", ", gateway.Listeners.Select(each => $"{each.Listener.Name} on {each.Listener.Port}"));
            return ("NoMatchingParent", $"Gateway {parent.Name} has no such listener (it has {known})");
        }

        List<ListenerState> allowed = [.. named.Where(each =>
            each.Serves && each.Kinds.Contains(route.Key.Kind) && TakesNamespace(each, route.Key.Namespace))];
        if (allowed.Count == 0)
        {
            return ("NotAllowedByListeners", Disallowed(route, named));
        }

        foreach (ListenerState listener in allowed)
        {
            if (HostsAt(listener, gateway, route.Spec.Hostnames) is { Count: > 0 } hosts)
            {
                attached.Add(new AttachedListener(listener, hosts));
            }
        }

        return attached.Count > 0
            ? null
            : ("NoMatchingListenerHostname", $"no listener takes {string.Join(", ", route.Spec.Hostnames)} "
                + $"(they take {string.Join(", ", allowed.Select(each => each.Host.Value))})");
    }

    private static string Disallowed(ConfigObject<DeclaredRoute> route, List<ListenerState> named)
    {
        if (named.TrueForAll(each => !each.Serves))
        {
            return $"listener {named[0].Listener.Name} is not served: {(named[0].Refusal ?? named[0].Conflict)?.Message}";
        }

        return named.Exists(each => each.Kinds.Contains(route.Key.Kind))
            ? $"listener {named[0].Listener.Name} takes no routes from namespace {route.Key.Namespace}; see allowedRoutes"
            : $"listener {named[0].Listener.Name} takes {string.Join(", ", named[0].Kinds)}, not {route.Key.Kind}";
    }

    /// <summary>
    /// Hosts that both name; of two wildcards the narrower one. A host that a more specific listener of the port names is that
    /// listener's alone.
    /// </summary>
    private static List<string> HostsAt(ListenerState listener, GatewayState gateway, ValueList<string> hostnames)
    {
        List<HostName> hosts = [];
        foreach (HostName wanted in hostnames.Count > 0 ? hostnames.Select(each => new HostName(each)) : [new HostName("*")])
        {
            if (wanted.IsSubsetOf(listener.Host))
            {
                hosts.Add(wanted);
            }
            else if (listener.Host.IsSubsetOf(wanted))
            {
                hosts.Add(listener.Host);
            }
        }

        List<HostName> others = [.. gateway.Listeners
            .Where(each => each != listener && each.Serves && each.Listener.Port == listener.Listener.Port
                && each.Host.IsSubsetOf(listener.Host))
            .Select(each => each.Host)];
        return [.. hosts.Where(host => !others.Exists(host.IsSubsetOf)).Select(host => host.Value).Distinct(StringComparer.Ordinal)];
    }

    private bool TakesNamespace(ListenerState listener, string ns)
    {
        RouteNamespaces? allowed = listener.Listener.AllowedRoutes?.Namespaces;
        return allowed?.From switch
        {
            "All" => true,
            "None" => false,
            "Selector" => objects.Namespaces.TryGetValue(ns, out ValueMap<string, string>? labels)
                && NamespaceSelection.Matches(allowed.Selector, labels),
            _ => ns == listener.Gateway.Key.Namespace,
        };
    }

    private GatewayState? Find(ConfigObject<DeclaredRoute> route, ParentReference parent) =>
        gateways.FirstOrDefault(each => IsNamed(each.Key, route, parent));

    private static bool IsNamed(ResourceKey gateway, ConfigObject<DeclaredRoute> route, ParentReference parent) =>
        gateway.Name == parent.Name && gateway.Namespace == NamespaceOf(route, parent);

    private static string NamespaceOf(ConfigObject<DeclaredRoute> route, ParentReference parent) =>
        parent.Namespace.Length > 0 ? parent.Namespace : route.Key.Namespace;
}
