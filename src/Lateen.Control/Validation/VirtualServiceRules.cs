namespace Lateen.Control.Validation;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Istio's rules for a VirtualService.</summary>
internal static class VirtualServiceRules
{
    private const string Mesh = "mesh";

    public static void Check(VirtualServiceSpec spec, Findings findings)
    {
        if (spec.Hosts.IsEmpty)
        {
            CheckDelegate(spec, findings);
        }
        else
        {
            CheckHosts(spec, findings);
        }

        for (int i = 0; i < spec.Gateways.Count; i++)
        {
            CommonRules.GatewayName(spec.Gateways[i], FieldPath.Item("spec.gateways", i), findings);
        }

        if (spec.Http.IsEmpty && spec.Tcp.IsEmpty && spec.Tls.IsEmpty)
        {
            findings.Error(Codes.Required, "spec", "a virtual service needs http, tls or tcp rules", "add spec.http with a route");
        }

        for (int i = 0; i < spec.Http.Count; i++)
        {
            string path = FieldPath.Item("spec.http", i);
            HttpRouteRules.Check(spec.Http[i], path, findings);
            CheckMatchGateways(spec.Http[i].Match.Select(match => match.Gateways), spec, path, findings);
        }

        HttpMatchRules.CheckReach(spec.Http, findings);
        for (int i = 0; i < spec.Tcp.Count; i++)
        {
            string path = FieldPath.Item("spec.tcp", i);
            StreamRouteRules.CheckTcp(spec.Tcp[i], path, findings);
            CheckMatchGateways(spec.Tcp[i].Match.Select(match => match.Gateways), spec, path, findings);
        }

        for (int i = 0; i < spec.Tls.Count; i++)
        {
            string path = FieldPath.Item("spec.tls", i);
            StreamRouteRules.CheckTls(spec.Tls[i], spec, path, findings);
            CheckMatchGateways(spec.Tls[i].Match.Select(match => match.Gateways), spec, path, findings);
        }

        ExportRules.Check(spec.ExportTo, mayHide: false, findings);
    }

    // Without hosts it is a delegate: other virtual services lend it theirs, with their gateways.
    private static void CheckDelegate(VirtualServiceSpec spec, Findings findings)
    {
        if (!spec.Gateways.IsEmpty || !spec.Tcp.IsEmpty || spec.Http.IsEmpty)
        {
            const string Fix = "name at least one host; only a delegate, which has http rules and nothing else, goes without";
            findings.Error(Codes.Required, "spec.hosts", "hosts is required", Fix);
        }

        for (int i = 0; i < spec.Http.Count; i++)
        {
            if (spec.Http[i].Delegate is not null)
            {
                string path = FieldPath.Item("spec.http", i) + ".delegate";
                findings.Error(Codes.InvalidValue, path, "a delegate cannot delegate further", "put the rules here");
            }
        }
    }

    private static void CheckHosts(VirtualServiceSpec spec, Findings findings)
    {
        bool servesSidecars = spec.Gateways.IsEmpty || spec.Gateways.Contains(Mesh);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < spec.Hosts.Count; i++)
        {
            string path = FieldPath.Item("spec.hosts", i);
            string host = spec.Hosts[i];
            CommonRules.Host(host, path, findings);
            if (!seen.Add(host))
            {
                findings.Error(Codes.Duplicate, path, $"the host \"{host}\" is named twice", "remove one");
            }

            if (host == "*" && servesSidecars)
            {
                findings.Error(Codes.InvalidHost, path, "\"*\" is not allowed for sidecars", "name a gateway in spec.gateways");
            }
        }
    }

    private static void CheckMatchGateways(
        IEnumerable<ValueList<string>> matches, VirtualServiceSpec spec, string path, Findings findings)
    {
        int i = 0;
        foreach (ValueList<string> gateways in matches)
        {
            string matchPath = FieldPath.Item(path + ".match", i++) + ".gateways";
            for (int g = 0; g < gateways.Count; g++)
            {
                bool known = spec.Hosts.IsEmpty || spec.Gateways.Contains(gateways[g]) || (spec.Gateways.IsEmpty && gateways[g] == Mesh);
                if (!known)
                {
                    string message = $"\"{gateways[g]}\" is not among spec.gateways, so this condition never holds there";
                    findings.Warning(Codes.UnknownGateway, FieldPath.Item(matchPath, g), message, "add it to spec.gateways");
                }
            }
        }
    }
}
