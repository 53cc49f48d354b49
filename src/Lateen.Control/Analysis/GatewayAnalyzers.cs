namespace Lateen.Control.Analysis;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Whether a gateway has pods, its ports a Service, and its hosts no second owner.</summary>
internal static class GatewayAnalyzers
{
    public static IEnumerable<AnalysisMessage> Ports(AnalysisSet set)
    {
        foreach ((AnalysisObject gateway, GatewaySpec spec) in Gateways(set))
        {
            if (spec.Selector.Count == 0)
            {
                continue;
            }

            IReadOnlyDictionary<string, string> selector = gateway.Map("spec", "selector");
            List<AnalysisObject> pods = [.. set.Selected(selector, null)];
            if (pods.Count == 0)
            {
                // Installed by default under this label; files alone seldom have it.
                if (!(selector.Count == 1 && selector.GetValueOrDefault("istio") == "ingressgateway" && !set.Pods.Any()))
                {
                    yield return new(MessageTypes.ReferencedResourceNotFound, gateway, "spec.selector",
                        $"Referenced selector not found: \"{string.Join(",", selector.Select(static l => $"{l.Key}={l.Value}"))}\"");
                }

                continue;
            }

            HashSet<int> served = [.. pods.SelectMany(pod => ServedBy(pod, set))];
            for (int i = 0; served.Count > 0 && i < spec.Servers.Count; i++)
            {
                if (spec.Servers[i].Port is { Number: var port } && !served.Contains(port))
                {
                    yield return new(MessageTypes.GatewayPortNotOnService, gateway, FieldPath.Item("spec.servers", i)
                        + ".port.number",
                        string.Create(CultureInfo.InvariantCulture,
                            $"No Service of the gateway's pods has port {port}, so nobody can call it"));
                }
            }
        }
    }

    public static IEnumerable<AnalysisMessage> Conflicts(AnalysisSet set)
    {
        List<(AnalysisObject Object, GatewaySpec Spec)> all = [.. Gateways(set)];
        foreach ((AnalysisObject gateway, GatewaySpec spec) in all)
        {
            for (int i = 0; i < spec.Servers.Count; i++)
            {
                GatewayServer server = spec.Servers[i];
                List<string> rivals =
                [
                    .. all.Where(o => o.Object != gateway && o.Spec.Selector.Equals(spec.Selector)
                            && o.Spec.Servers.Any(s => Conflict(server, s)))
                        .Select(static o => $"{o.Object.Namespace}/{o.Object.Name}"),
                ];
                if (rivals.Count > 0)
                {
                    yield return new(MessageTypes.ConflictingGateways, gateway, FieldPath.Item("spec.servers", i),
                        string.Create(CultureInfo.InvariantCulture,
                            $"Port {server.Port?.Number} with these hosts is defined by {string.Join(", ", rivals)} for the same pods too"));
                }
            }
        }
    }

    private static IEnumerable<(AnalysisObject Object, GatewaySpec Spec)> Gateways(AnalysisSet set)
    {
        foreach (AnalysisObject gateway in set.Istio("Gateway"))
        {
            if (gateway.TrySpec(out GatewaySpec? spec))
            {
                yield return (gateway, spec);
            }
        }
    }

    private static bool Conflict(GatewayServer a, GatewayServer b) =>
        a.Port?.Number == b.Port?.Number && a.Bind == b.Bind && a.Hosts.Any(x => b.Hosts.Any(y => Overlap(x, y)));

    // The wildcard beside a name is no conflict: the closer one wins. The same host twice is.
    private static bool Overlap(string a, string b)
    {
        (string nsA, string hostA) = Split(a);
        (string nsB, string hostB) = Split(b);
        return (nsA == "*" || nsB == "*" || nsA == nsB) && string.Equals(hostA, hostB, StringComparison.OrdinalIgnoreCase);
    }

    private static (string Namespace, string Host) Split(string host)
    {
        int slash = host.IndexOf('/');
        return slash < 0 ? ("*", host) : (host[..slash], host[(slash + 1)..]);
    }

    // A gateway may name the Service's port or the one that its pods open: a Service that has either leads there.
    private static IEnumerable<int> ServedBy(AnalysisObject pod, AnalysisSet set) =>
        from service in set.Services
        where service.Namespace == pod.Namespace
            && AnalysisSet.Selects(service.Map("spec", "selector"), AnalysisSet.PodLabels(pod))
        from port in service.Root.ObjectsAt("spec", "ports")
        from number in new[] { port.NumberAt("port"), port.NumberAt("targetPort") }
        select number;
}
