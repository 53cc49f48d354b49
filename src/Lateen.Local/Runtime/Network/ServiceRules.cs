namespace Lateen.Local.Runtime.Network;

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

/// <summary>
/// Writes the router's whole rule set from Services and EndpointSlices as one text for iptables-restore, which puts it in force at
/// once. A port without ready endpoints gets no rule: the service range is local to the router, which answers with a reset.
/// </summary>
internal static class ServiceRules
{
    internal static string Write(IEnumerable<JsonObject> services, IEnumerable<JsonObject> endpointSlices)
    {
        ILookup<string, JsonObject> slices = endpointSlices.ToLookup(static slice =>
            $"{slice.Namespace()}/{slice.Text("metadata", "labels", "kubernetes.io/service-name")}", StringComparer.Ordinal);
        StringBuilder rules = new();
        SortedSet<string> addresses = new(StringComparer.Ordinal);
        rules.Append("*nat\n:PREROUTING ACCEPT [0:0]\n:INPUT ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\n:POSTROUTING ACCEPT [0:0]\n")
            .Append(":SERVICES - [0:0]\n-A PREROUTING -j SERVICES\n-A OUTPUT -j SERVICES\n");
        rules.Append(CultureInfo.InvariantCulture, $"-A SERVICES -d {ClusterAddresses.KubernetesService}/32 -p tcp -m tcp --dport 443 ")
            .Append(CultureInfo.InvariantCulture, $"-j DNAT --to-destination {ClusterAddresses.Node}:{ClusterAddresses.ApiPort}\n");
        foreach (JsonObject service in services.OrderBy(static s => s.Namespace() + "/" + s.Name(), StringComparer.Ordinal))
        {
            WriteService(rules, service, slices[$"{service.Namespace()}/{service.Name()}"], addresses);
        }

        // Everything that leaves a pod for neither pods, Services nor the router itself goes to the relay, which asks the launcher.
        rules.Append(CultureInfo.InvariantCulture, $"-A PREROUTING -d {ClusterAddresses.PodRange} -j RETURN\n")
            .Append(CultureInfo.InvariantCulture, $"-A PREROUTING -d {ClusterAddresses.ServiceRange} -j RETURN\n")
            .Append(CultureInfo.InvariantCulture, $"-A PREROUTING -d {ClusterAddresses.Gateway}/32 -j RETURN\n")
            .Append(CultureInfo.InvariantCulture, $"-A PREROUTING -i p+ -p tcp -j REDIRECT --to-ports {ClusterAddresses.EgressPort}\n");
        foreach (string address in addresses)
        {
            // A pod that reaches itself through a Service must see the answer come back through the router (hairpin).
            rules.Append(CultureInfo.InvariantCulture, $"-A POSTROUTING -s {address}/32 -d {address}/32 -j MASQUERADE\n");
        }

        return rules.Append("COMMIT\n").ToString();
    }

    private static void WriteService(StringBuilder rules, JsonObject service, IEnumerable<JsonObject> slices, SortedSet<string> addresses)
    {
        string? clusterIp = service.Text("spec", "clusterIP");
        if (string.IsNullOrEmpty(clusterIp) || clusterIp == "None" || clusterIp == ClusterAddresses.KubernetesService.ToString()
            || clusterIp == ClusterAddresses.DnsService.ToString() || !System.Net.IPAddress.TryParse(clusterIp, out _))
        {
            return;
        }

        List<JsonObject> own = [.. slices];
        bool sticky = service.Text("spec", "sessionAffinity") == "ClientIP";
        foreach (JsonObject port in service.Items("spec", "ports"))
        {
            string protocol = (port.Text("protocol") ?? "TCP").ToLowerInvariant();
            if (protocol is not ("tcp" or "udp"))
            {
                continue;
            }

            List<(string Address, long Port)> endpoints = Endpoints(own, port.Text("name") ?? "", port.Text("protocol") ?? "TCP");
            for (int i = 0; i < endpoints.Count; i++)
            {
                rules.Append(CultureInfo.InvariantCulture, $"-A SERVICES -d {clusterIp}/32 -p {protocol} -m {protocol} ")
                    .Append(CultureInfo.InvariantCulture, $"--dport {port.Number("port")} ");
                int left = endpoints.Count - i;
                if (left > 1 && !sticky)
                {
                    rules.Append(CultureInfo.InvariantCulture, $"-m statistic --mode random --probability {1.0 / left:F10} ");
                }

                rules.Append(CultureInfo.InvariantCulture, $"-j DNAT --to-destination {endpoints[i].Address}:{endpoints[i].Port}\n");
                addresses.Add(endpoints[i].Address);
            }
        }
    }

    private static List<(string Address, long Port)> Endpoints(List<JsonObject> slices, string portName, string protocol)
    {
        List<(string, long)> endpoints = [];
        foreach (JsonObject slice in slices.Where(static slice => slice.Text("addressType") is null or "IPv4"))
        {
            JsonObject? port = slice.Items("ports").FirstOrDefault(port =>
                (port.Text("name") ?? "") == portName && (port.Text("protocol") ?? "TCP") == protocol);
            if (port.Number("port") is not { } number)
            {
                continue;
            }

            foreach (JsonObject endpoint in slice.Items("endpoints"))
            {
                // discovery.k8s.io/v1: an absent ready condition means ready.
                if (endpoint.At("conditions", "ready") is null || endpoint.Flag("conditions", "ready"))
                {
                    endpoints.AddRange(endpoint.Texts("addresses").Where(static a => System.Net.IPAddress.TryParse(a, out _))
                        .Take(1).Select(address => (address, number)));
                }
            }
        }

        endpoints.Sort();
        return endpoints;
    }
}
