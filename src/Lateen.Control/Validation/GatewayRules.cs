namespace Lateen.Control.Validation;

using System.Net;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Istio's rules for a Gateway.</summary>
internal static class GatewayRules
{
    private static readonly string[] _http = ["HTTP", "HTTP2", "GRPC", "GRPC-WEB"];
    private static readonly string[] _tls = ["HTTPS", "TLS"];
    private static readonly string[] _tcp = ["TCP", "MONGO"];
    private static readonly string[] _all = [.. _http, .. _tls, .. _tcp];

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
            CheckTls(server, path + ".tls", findings);
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

        if (!_all.Contains(port.Protocol.ToUpperInvariant()))
        {
            string fix = $"use one of {string.Join(", ", _all)}";
            findings.Error(Codes.InvalidValue, path + ".protocol", $"\"{port.Protocol}\" is not a protocol", fix);
        }
    }

    private static void CheckTls(GatewayServer server, string path, Findings findings)
    {
        string protocol = server.Port?.Protocol.ToUpperInvariant() ?? "";
        if (_tls.Contains(protocol))
        {
            if (server.Tls is null)
            {
                findings.Error(Codes.Required, path, $"tls is required for {protocol}", "add tls with mode: PASSTHROUGH");
            }
            else if (server.Tls.HttpsRedirect)
            {
                findings.Error(
                    Codes.InvalidValue, path + ".httpsRedirect", "only an HTTP server can redirect to https", "remove it");
            }
        }

        if (server.Tls is { Mode: not ServerTlsMode.Passthrough })
        {
            CommonRules.NotYetEnforced(path + ".mode", "termination of TLS", findings);
        }
        else if (_tcp.Contains(protocol) && server.Tls is not null)
        {
            findings.Error(Codes.InvalidValue, path, $"a {protocol} server carries no TLS", "use protocol TLS, or remove tls");
        }
        else if (_http.Contains(protocol) && server.Tls is { HttpsRedirect: false })
        {
            string message = $"tls has no effect on a {protocol} server";
            findings.Warning(Codes.NoEffect, path, message, "use protocol HTTPS or TLS, or httpsRedirect: true");
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

    // HTTP servers of one port share a listener, and so do TLS servers; a raw TCP server cannot share.
    private static void CheckConflicts(GatewaySpec spec, Findings findings)
    {
        var first = new Dictionary<(int Port, string Bind), string[]>();
        for (int i = 0; i < spec.Servers.Count; i++)
        {
            if (spec.Servers[i].Port is not { Number: > 0 } port || KindOf(port.Protocol) is not { } kind)
            {
                continue;
            }

            if (first.TryGetValue((port.Number, spec.Servers[i].Bind), out string[]? other) && (other != kind || kind == _tcp))
            {
                string path = FieldPath.Item("spec.servers", i) + ".port";
                string message = $"port {port.Number} is used above with a protocol that cannot share it";
                findings.Error(Codes.Duplicate, path, message, "use another port");
            }

            first.TryAdd((port.Number, spec.Servers[i].Bind), kind);
        }
    }

    private static string[]? KindOf(string protocol)
    {
        string upper = protocol.ToUpperInvariant();
        return _http.Contains(upper) ? _http : _tls.Contains(upper) ? _tls : _tcp.Contains(upper) ? _tcp : null;
    }
}
