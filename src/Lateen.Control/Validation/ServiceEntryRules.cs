namespace Lateen.Control.Validation;

using System.Net;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Resources.Schemas;
using Lateen.Api.Text;
using Lateen.Control.Registry;

/// <summary>Istio's rules for a ServiceEntry.</summary>
internal static class ServiceEntryRules
{
    public static void Check(ServiceEntrySpec spec, Findings findings)
    {
        CheckHosts(spec, findings);
        CheckAddresses(spec, findings);
        CheckPorts(spec, findings);
        CheckEndpoints(spec, findings);
        for (int i = 0; i < spec.ExportTo.Count; i++)
        {
            CheckExport(spec.ExportTo[i], FieldPath.Item("spec.exportTo", i), findings);
        }

        CommonRules.Labels(spec.WorkloadSelector?.Labels ?? ValueMap<string, string>.Empty, "spec.workloadSelector.labels", findings);
    }

    private static void CheckHosts(ServiceEntrySpec spec, Findings findings)
    {
        if (spec.Hosts.IsEmpty)
        {
            findings.Error(Codes.Required, "spec.hosts", "a service entry needs a host", "name the service, for example api.example.com");
        }

        HashSet<string> seen = new(StringComparer.OrdinalIgnoreCase);
        for (int i = 0; i < spec.Hosts.Count; i++)
        {
            string host = spec.Hosts[i];
            string path = FieldPath.Item("spec.hosts", i);
            if (host == "*")
            {
                findings.Error(Codes.InvalidHost, path, "\"*\" would take every call", "name hosts, or use a *. wildcard");
                continue;
            }

            CommonRules.Host(host, path, findings);
            bool lookedUp = spec.Resolution is ServiceEntryResolution.Dns or ServiceEntryResolution.DnsRoundRobin;
            if (host.StartsWith('*') && lookedUp && spec.Endpoints.IsEmpty && spec.WorkloadSelector is null)
            {
                findings.Error(
                    Codes.InvalidHost, path, $"\"{host}\" is a wildcard and cannot be looked up", "use resolution NONE or DYNAMIC_DNS");
            }

            if (!seen.Add(host))
            {
                findings.Error(Codes.Duplicate, path, $"\"{host}\" is listed twice", "remove one");
            }
        }
    }

    private static void CheckAddresses(ServiceEntrySpec spec, Findings findings)
    {
        for (int i = 0; i < spec.Addresses.Count; i++)
        {
            string address = spec.Addresses[i];
            string path = FieldPath.Item("spec.addresses", i);
            if (!IPAddress.TryParse(address, out _) && !IPNetwork.TryParse(address, out _))
            {
                findings.Error(Codes.InvalidValue, path, $"\"{address}\" is no IP address or prefix", "use 10.0.0.1 or 10.0.0.0/24");
            }
            else if (address.Contains('/', StringComparison.Ordinal) && spec.Resolution is not
                (ServiceEntryResolution.None or ServiceEntryResolution.Static))
            {
                const string Fix = "use single addresses, or resolution NONE or STATIC";
                findings.Error(Codes.InvalidValue, path, "a prefix cannot be the address of a service that is looked up", Fix);
            }
        }
    }

    private static void CheckPorts(ServiceEntrySpec spec, Findings findings)
    {
        if (spec.Ports.IsEmpty && spec.Addresses.IsEmpty)
        {
            findings.Warning(Codes.NoEffect, "spec.ports", "without ports no call is taken for the service", "add a port");
        }

        HashSet<int> numbers = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        for (int i = 0; i < spec.Ports.Count; i++)
        {
            string path = FieldPath.Item("spec.ports", i);
            CheckPort(spec.Ports[i], path, names, numbers, findings);
            CheckProtocol(spec.Ports[i], spec.Resolution, path, findings);
        }
    }

    private static void CheckPort(
        ServiceEntryPort port, string path, HashSet<string> names, HashSet<int> numbers, Findings findings)
    {
        if (port.Name.Length == 0)
        {
            findings.Error(Codes.Required, path + ".name", "a port needs a name", "for example http");
        }
        else if (!CommonRules.IsDnsLabel(port.Name))
        {
            findings.Error(Codes.InvalidName, path + ".name", $"\"{port.Name}\" is no port name", "use letters, digits and hyphens");
        }
        else if (!names.Add(port.Name))
        {
            findings.Error(Codes.Duplicate, path + ".name", $"two ports are named \"{port.Name}\"", "rename one");
        }

        if (port.Number > 0 && !numbers.Add(port.Number))
        {
            findings.Error(Codes.Duplicate, path + ".number", $"port {port.Number} is listed twice", "remove one");
        }
    }

    private static void CheckProtocol(ServiceEntryPort port, ServiceEntryResolution resolution, string path, Findings findings)
    {
        ServiceProtocol? protocol = ProtocolSelection.Parse(port.Number, port.Protocol);
        if (protocol is null)
        {
            const string Fix = "use HTTP, HTTP2, HTTPS, GRPC, GRPC-WEB, TCP, TLS, MONGO, MYSQL, REDIS or UDP";
            findings.Error(Codes.InvalidValue, path + ".protocol", $"\"{port.Protocol}\" is no protocol", Fix);
        }
        else if (resolution is ServiceEntryResolution.DynamicDns && !protocol.Value.IsHttp())
        {
            const string Message = "DYNAMIC_DNS resolves the host that an HTTP request names; this protocol names none";
            findings.Error(Codes.InvalidValue, path + ".protocol", Message, "use HTTP, or another resolution");
        }

        if (port.TargetPort > 0 && resolution is ServiceEntryResolution.None)
        {
            const string Message = "without resolution the call goes to the port it was made to";
            findings.Warning(Codes.NoEffect, path + ".targetPort", Message, "remove it, or use resolution STATIC or DNS");
        }
    }

    private static void CheckEndpoints(ServiceEntrySpec spec, Findings findings)
    {
        if (spec.WorkloadSelector is { } selector)
        {
            if (spec.Endpoints.Count > 0)
            {
                findings.Error(
                    FieldChecker.OnlyOne, "spec", "endpoints and workloadSelector exclude each other", "keep one of them");
            }

            if (selector.Labels.IsEmpty)
            {
                findings.Error(Codes.Required, "spec.workloadSelector.labels", "a selector needs labels", "add labels");
            }
        }

        bool without = spec.Resolution is ServiceEntryResolution.None or ServiceEntryResolution.DynamicDns;
        if (without && spec.Endpoints.Count > 0)
        {
            string name = spec.Resolution is ServiceEntryResolution.None ? "NONE" : "DYNAMIC_DNS";
            findings.Error(
                Codes.InvalidValue, "spec.endpoints", $"with resolution {name} endpoints are not used", "remove them, or use STATIC or DNS");
        }

        if (spec.Resolution is ServiceEntryResolution.DnsRoundRobin && spec.Endpoints.Count > 1)
        {
            findings.Error(
                Codes.InvalidValue, "spec.endpoints", "DNS_ROUND_ROBIN looks up one name", "keep one endpoint, or use DNS");
        }

        bool byName = spec.Resolution is ServiceEntryResolution.Dns or ServiceEntryResolution.DnsRoundRobin;
        for (int i = 0; i < spec.Endpoints.Count; i++)
        {
            WorkloadEntryRules.Check(spec.Endpoints[i], FieldPath.Item("spec.endpoints", i), byName, findings);
        }
    }

    private static void CheckExport(string target, string path, Findings findings)
    {
        if (target is not ("." or "*" or "~") && !CommonRules.IsDnsLabel(target))
        {
            findings.Error(Codes.InvalidName, path, $"\"{target}\" is no namespace", "use ., *, ~ or the name of a namespace");
        }
    }
}
