namespace Lateen.Control.Validation;

using System.Globalization;
using System.Net;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Istio's rules for the tcp and tls rules of a VirtualService.</summary>
internal static class StreamRouteRules
{
    public static void CheckTcp(TcpRoute route, string path, Findings findings)
    {
        for (int i = 0; i < route.Match.Count; i++)
        {
            CheckConditions(route.Match[i], FieldPath.Item(path + ".match", i), findings);
        }

        CheckDestinations(route.Route, path, findings);
    }

    public static void CheckTls(TlsRoute route, VirtualServiceSpec spec, string path, Findings findings)
    {
        if (route.Match.IsEmpty)
        {
            findings.Error(Codes.Required, path + ".match", "match is required", "add match with sniHosts");
        }

        for (int i = 0; i < route.Match.Count; i++)
        {
            TlsMatchAttributes match = route.Match[i];
            string matchPath = FieldPath.Item(path + ".match", i);
            CheckServerNames(match.SniHosts, spec.Hosts, matchPath + ".sniHosts", findings);
            CheckConditions(match, matchPath, findings);
        }

        CheckDestinations(route.Route, path, findings);
    }

    private static void CheckServerNames(
        ValueList<string> names, ValueList<string> hosts, string path, Findings findings)
    {
        if (names.IsEmpty)
        {
            findings.Error(Codes.Required, path, "sniHosts is required", "add the server names that clients ask for");
        }

        for (int i = 0; i < names.Count; i++)
        {
            string itemPath = FieldPath.Item(path, i);
            CommonRules.Host(names[i], itemPath, findings);
            if (!hosts.Any(host => new HostName(names[i]).IsSubsetOf(new HostName(host))))
            {
                string message = $"\"{names[i]}\" is not within spec.hosts";
                findings.Error(Codes.InvalidHost, itemPath, message, "add it to spec.hosts, or use one of these");
            }
        }
    }

    private static void CheckConditions(L4MatchAttributes match, string path, Findings findings)
    {
        for (int i = 0; i < match.DestinationSubnets.Count; i++)
        {
            CheckSubnet(match.DestinationSubnets[i], FieldPath.Item(path + ".destinationSubnets", i), findings);
        }

        CommonRules.Labels(match.SourceLabels, path + ".sourceLabels", findings);
        if (match.SourceNamespace.Length > 0 && !CommonRules.IsDnsLabel(match.SourceNamespace))
        {
            findings.Error(Codes.InvalidName, path + ".sourceNamespace", $"\"{match.SourceNamespace}\" is not a namespace");
        }
    }

    private static void CheckSubnet(string subnet, string path, Findings findings)
    {
        int slash = subnet.IndexOf('/', StringComparison.Ordinal);
        string address = slash < 0 ? subnet : subnet[..slash];
        bool valid = IPAddress.TryParse(address, out IPAddress? parsed)
            && (slash < 0 || (int.TryParse(subnet.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int bits)
                && bits <= parsed.GetAddressBytes().Length * 8));
        if (!valid)
        {
            findings.Error(Codes.InvalidValue, path, $"\"{subnet}\" is not a subnet", "use an address or a prefix such as 10.1.0.0/16");
        }
    }

    private static void CheckDestinations(ValueList<RouteDestination> destinations, string path, Findings findings)
    {
        if (destinations.IsEmpty)
        {
            findings.Error(Codes.Required, path + ".route", "route is required", "add a destination");
        }

        for (int i = 0; i < destinations.Count; i++)
        {
            string destinationPath = FieldPath.Item(path + ".route", i) + ".destination";
            CommonRules.Destination(destinations[i].Destination, destinationPath, findings);
        }

        CommonRules.Weights([.. destinations.Select(destination => destination.Weight)], path + ".route", findings);
    }
}
