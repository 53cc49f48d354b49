namespace Lateen.Control.Validation;

using System.Net;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Istio's rules for a WorkloadEntry, alone or as an endpoint of a ServiceEntry.</summary>
internal static class WorkloadEntryRules
{
    public static void Check(WorkloadEntrySpec spec, Findings findings) => Check(spec, "spec", nameAllowed: true, findings);

    public static void Check(WorkloadEntrySpec spec, string path, bool nameAllowed, Findings findings)
    {
        CheckAddress(spec.Address, path + ".address", nameAllowed, findings);
        foreach ((string name, int port) in spec.Ports)
        {
            string portPath = FieldPath.Field(path + ".ports", name);
            if (port is < 1 or > 65535)
            {
                findings.Error(Codes.InvalidValue, portPath, $"{port} is no port", "give a port between 1 and 65535");
            }

            if (!CommonRules.IsDnsLabel(name))
            {
                findings.Error(Codes.InvalidName, portPath, $"\"{name}\" is no port name", "use the name of the service's port");
            }
        }

        CommonRules.Labels(spec.Labels, path + ".labels", findings);
        CheckLocality(spec.Locality, path + ".locality", findings);
        if (spec.ServiceAccount.Length > 0)
        {
            const string Message = "identities are checked from the release on that has mutual TLS; until then this has no effect";
            findings.Warning(Codes.NoEffect, path + ".serviceAccount", Message);
        }
    }

    private static void CheckLocality(string locality, string path, Findings findings)
    {
        string[] parts = locality.Split('/');
        bool valid = parts.Length <= 3 && parts.All(part => part.Length > 0) && !locality.Contains('*', StringComparison.Ordinal);
        if (locality.Length > 0 && !valid)
        {
            findings.Error(Codes.InvalidValue, path, $"\"{locality}\" is no locality", "use region/zone/subzone");
        }
    }

    private static void CheckAddress(string address, string path, bool nameAllowed, Findings findings)
    {
        if (address.Length == 0)
        {
            findings.Error(Codes.Required, path, "an address is required", "give the IP address of the workload");
        }
        else if (address.StartsWith("unix://", StringComparison.Ordinal))
        {
            findings.Error(Codes.InvalidValue, path, "Unix sockets of other containers are not reachable", "use an IP address");
        }
        else if (!IPAddress.TryParse(address, out _))
        {
            if (!nameAllowed)
            {
                findings.Error(Codes.InvalidValue, path, $"\"{address}\" is no IP address", "use resolution DNS for names");
            }
            else if (address.Contains('*', StringComparison.Ordinal))
            {
                findings.Error(Codes.InvalidHost, path, "a wildcard cannot be looked up", "name one host");
            }
            else
            {
                CommonRules.Host(address, path, findings);
            }
        }
    }
}
