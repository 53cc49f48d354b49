namespace Lateen.Control.Validation;

using System.Globalization;
using System.Net;
using Lateen.Api.Names;
using Lateen.Api.Resources.Mesh;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Resources.Schemas;
using Lateen.Api.Text;

/// <summary>Istio's rules for a Sidecar.</summary>
internal static class SidecarRules
{
    private const string UnixPrefix = "unix://";

    private static readonly string[] _protocols =
        ["HTTP", "HTTP2", "GRPC", "GRPC-WEB", "HTTPS", "TLS", "TCP", "MONGO", "MYSQL", "REDIS"];

    // 127.0.0.1 is the application beside the sidecar, the others stand for the pod's own address.
    private static readonly string[] _endpoints = ["127.0.0.1", "0.0.0.0", "[::1]", "[::]"];

    public static void Check(SidecarSpec spec, Findings findings)
    {
        CommonRules.Labels(
            spec.WorkloadSelector?.Labels ?? ValueMap<string, string>.Empty, "spec.workloadSelector.labels", findings);
        CheckIngress(spec.Ingress, findings);
        CheckEgress(spec.Egress, findings);
        CheckPolicy(spec.OutboundTrafficPolicy, findings);
        if (spec.Ingress.IsEmpty && spec.Egress.IsEmpty
            && spec.OutboundTrafficPolicy is null && spec.InboundConnectionPool is null)
        {
            const string Message = "an empty Sidecar changes nothing: everything may be called, and every port is served";
            findings.Error(Codes.Required, "spec", Message, "add egress, ingress or outboundTrafficPolicy");
        }
    }

    private static void CheckIngress(ValueList<IngressListener> listeners, Findings findings)
    {
        var ports = new HashSet<int>();
        for (int i = 0; i < listeners.Count; i++)
        {
            IngressListener listener = listeners[i];
            string path = FieldPath.Item("spec.ingress", i);
            CheckPort(listener.Port, path + ".port", findings);
            CheckBind(listener.Bind, listener.Port, path + ".bind", findings);
            if (listener.Bind.Length > 0 && listener.CaptureMode is not CaptureMode.None)
            {
                const string Message = "bind needs captureMode NONE: redirected connections reach the sidecar by the pod's address";
                findings.Error(Codes.InvalidValue, path + ".bind", Message, "remove bind or set captureMode: NONE");
            }

            if (listener.Port is { Number: > 0 } port && !ports.Add(port.Number))
            {
                findings.Error(Codes.Duplicate, path + ".port.number", $"port {port.Number} is served twice", "remove one");
            }

            CheckEndpoint(listener.DefaultEndpoint, path + ".defaultEndpoint", findings);
        }
    }

    private static void CheckEgress(ValueList<EgressListener> listeners, Findings findings)
    {
        var seen = new HashSet<(int, string)>();
        for (int i = 0; i < listeners.Count; i++)
        {
            EgressListener listener = listeners[i];
            string path = FieldPath.Item("spec.egress", i);
            CheckPort(listener.Port, path + ".port", findings);
            CheckBind(listener.Bind, listener.Port, path + ".bind", findings);
            if (listener.Port is null && i < listeners.Count - 1)
            {
                const string Message = "a listener without port takes every call, so it must be the last one";
                findings.Error(Codes.NeverReached, path, Message, "move it to the end, or give it a port");
            }

            if (listener.CaptureMode is CaptureMode.None && listener.Port is null)
            {
                const string Message = "captureMode NONE needs a port: nothing else says where the application calls";
                findings.Error(Codes.Required, path + ".port", Message, "add port");
            }

            if (listener.Port is { Number: > 0 } port && !seen.Add((port.Number, listener.Bind)))
            {
                findings.Error(Codes.Duplicate, path + ".port", $"port {port.Number} is listed twice for one address", "merge them");
            }

            CheckHosts(listener.Hosts, path + ".hosts", findings);
        }
    }

    private static void CheckPort(SidecarPort? port, string path, Findings findings)
    {
        if (port is null)
        {
            return;
        }

        if (port.Protocol.Length == 0)
        {
            findings.Error(Codes.Required, path + ".protocol", "protocol is required", "add protocol: HTTP or TCP");
        }
        else if (!_protocols.Contains(port.Protocol.ToUpperInvariant()))
        {
            string fix = $"use one of {string.Join(", ", _protocols)}";
            findings.Error(Codes.InvalidValue, path + ".protocol", $"\"{port.Protocol}\" is not a protocol", fix);
        }
    }

    private static void CheckBind(string bind, SidecarPort? port, string path, Findings findings)
    {
        if (bind.Length == 0)
        {
            return;
        }

        if (bind.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            RefuseSocket(path, findings);
        }
        else if (!IPAddress.TryParse(bind, out _))
        {
            findings.Error(Codes.InvalidValue, path, $"\"{bind}\" is not an address", "use an IP address");
        }
        else if (port is null)
        {
            findings.Error(Codes.Required, path, "bind needs a port", "add port");
        }
    }

    private static void CheckEndpoint(string endpoint, string path, Findings findings)
    {
        if (endpoint.Length == 0)
        {
            return;
        }

        if (endpoint.StartsWith(UnixPrefix, StringComparison.Ordinal))
        {
            RefuseSocket(path, findings);
            return;
        }

        int colon = endpoint.LastIndexOf(':');
        bool valid = colon > 0
            && _endpoints.Contains(endpoint[..colon])
            && int.TryParse(endpoint.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            && port is > 0 and <= 65535;
        if (!valid)
        {
            findings.Error(
                Codes.InvalidValue, path, $"\"{endpoint}\" is not an endpoint", "use 127.0.0.1:PORT or 0.0.0.0:PORT");
        }
    }

    private static void RefuseSocket(string path, Findings findings) => findings.Error(
        FieldChecker.NotYetEnforced,
        path,
        "Unix sockets are not supported: the sidecar does not share a file system with the application",
        "use an address and a port");

    private static void CheckHosts(ValueList<string> hosts, string path, Findings findings)
    {
        if (hosts.IsEmpty)
        {
            findings.Error(Codes.Required, path, "hosts is required", "add \"./*\" for the services of this namespace");
        }

        for (int i = 0; i < hosts.Count; i++)
        {
            string itemPath = FieldPath.Item(path, i);
            string[] parts = hosts[i].Split('/');
            if (parts.Length != 2)
            {
                string message = $"\"{hosts[i]}\" is not of the form namespace/host";
                findings.Error(Codes.InvalidHost, itemPath, message, $"write \"./{hosts[i]}\" or \"*/{hosts[i]}\"");
                continue;
            }

            if (parts[0] is not ("*" or "." or "~") && !CommonRules.IsDnsLabel(parts[0]))
            {
                findings.Error(
                    Codes.InvalidHost, itemPath, $"\"{parts[0]}\" is not a namespace", "use a name, \".\", \"*\" or \"~\"");
            }

            CommonRules.Host(parts[1], itemPath, findings);
            if (parts[1].Length > 0 && parts[1] != "*" && !parts[1].Contains('.'))
            {
                string message = $"\"{parts[1]}\" names no service: short names have no meaning here";
                findings.Warning(Codes.NoEffect, itemPath, message, $"write {parts[1]}.NAMESPACE.svc.cluster.local");
            }
        }
    }

    private static void CheckPolicy(SidecarOutboundPolicy? policy, Findings findings)
    {
        const string Path = "spec.outboundTrafficPolicy";
        if (policy?.EgressProxy is null)
        {
            return;
        }

        CommonRules.Destination(policy.EgressProxy, Path + ".egressProxy", findings);
        if (policy.Mode is not OutboundTrafficMode.AllowAny)
        {
            findings.Error(
                Codes.InvalidValue, Path + ".egressProxy", "egressProxy needs mode ALLOW_ANY", "set mode: ALLOW_ANY");
        }

        if (policy.EgressProxy.Port is null)
        {
            findings.Error(
                Codes.Required, Path + ".egressProxy.port", "port is required: calls come from any port", "add port.number");
        }
    }
}
