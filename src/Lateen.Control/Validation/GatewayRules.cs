namespace Lateen.Control.Validation;

using System.Net;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Istio's rules for a Gateway.</summary>
internal static class GatewayRules
{
    private static readonly string[] _enforced = ["HTTP", "HTTP2", "GRPC", "TCP"];
    private static readonly string[] _later = ["HTTPS", "GRPC-WEB", "MONGO", "MYSQL", "REDIS", "TLS", "UDP"];

    public static void Check(GatewaySpec spec, Findings findings)
    {
        CommonRules.Labels(spec.Selector, "spec.selector", findings);
        if (spec.Selector.IsEmpty)
        {
            const string Fix = "add the labels of the gateway's pods, for example istio: ingressgateway";
            findings.Warning(Codes.NoEffect, "spec.selector", "without a selector every gateway opens these ports", Fix);
        }

        if (spec.Servers.IsEmpty)
        {
            findings.Error(Codes.Required, "spec.servers", "servers is required", "add a server with port and hosts");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var portNames = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < spec.Servers.Count; i++)
        {
            GatewayServer server = spec.Servers[i];
            string path = FieldPath.Item("spec.servers", i);
            CheckPort(server.Port, path + ".port", findings);
            CheckHosts(server, path + ".hosts", findings);
            CheckUnique(names, server.Name, path + ".name", findings);
            CheckUnique(portNames, server.Port?.Name ?? "", path + ".port.name", findings);
            if (server.Bind.Length > 0 && !IPAddress.TryParse(server.Bind, out _))
            {
                findings.Error(Codes.InvalidValue, path + ".bind", $"\"{server.Bind}\" is not an address", "use an IP address");
            }
        }

        CheckConflicts(spec, findings);
    }

    private static void CheckUnique(HashSet<string> seen, string name, string path, Findings findings)
    {
        if (name.Length > 0 && !seen.Add(name))
        {
            findings.Error(Codes.Duplicate, path, $"the name \"{name}\" is used twice", "rename one");
        }
    }

    private static void CheckPort(GatewayPort? port, string path, Findings findings)
    {
        if (port is null || port.Protocol.Length == 0)
        {
            return;
        }

        string protocol = port.Protocol.ToUpperInvariant();
        if (_later.Contains(protocol))
        {
            CommonRules.NotYetEnforced(path + ".protocol", $"protocol {port.Protocol}", findings);
        }
        else if (!_enforced.Contains(protocol))
        {
            string fix = $"use one of {string.Join(", ", _enforced)}";
            findings.Error(Codes.InvalidValue, path + ".protocol", $"\"{port.Protocol}\" is not a protocol", fix);
        }
    }

    private static void CheckHosts(GatewayServer server, string path, Findings findings)
    {
        if (server.Hosts.IsEmpty)
        {
            findings.Error(Codes.Required, path, "hosts is required", "name at least one host, or \"*\"");
        }

        for (int i = 0; i < server.Hosts.Count; i++)
        {
            string itemPath = FieldPath.Item(path, i);
            string[] parts = server.Hosts[i].Split('/');
            if (parts.Length > 2)
            {
                findings.Error(Codes.InvalidHost, itemPath, $"\"{server.Hosts[i]}\" has too many /", "use namespace/host");
                continue;
            }

            if (parts.Length == 2 && parts[0] is not ("*" or ".") && !CommonRules.IsDnsLabel(parts[0]))
            {
                findings.Error(Codes.InvalidHost, itemPath, $"\"{parts[0]}\" is not a namespace", "use a name, \".\" or \"*\"");
            }

            CommonRules.Host(parts[^1], itemPath, findings);
        }
    }

    // HTTP servers of one port share a listener; a raw TCP server cannot join them.
    private static void CheckConflicts(GatewaySpec spec, Findings findings)
    {
        var isTcpByPort = new Dictionary<int, bool>();
        for (int i = 0; i < spec.Servers.Count; i++)
        {
            if (spec.Servers[i].Port is not { Number: > 0 } port)
            {
                continue;
            }

            bool isTcp = string.Equals(port.Protocol, "TCP", StringComparison.OrdinalIgnoreCase);
            if (isTcpByPort.TryGetValue(port.Number, out bool other) && (other || isTcp))
            {
                string path = FieldPath.Item("spec.servers", i) + ".port";
                string message = $"port {port.Number} is used above with a protocol that cannot share it";
                findings.Error(Codes.Duplicate, path, message, "use another port");
            }

            isTcpByPort[port.Number] = isTcp;
        }
    }
}
