namespace Lateen.Control.Translation.Routes;

using System.Globalization;
using Lateen.Control.Registry;

/// <summary>Every way a client may write a service's host.</summary>
internal static class Domains
{
    /// <summary>Full name, its absolute form, the shorter names that resolve from the proxy's namespace, and addresses.</summary>
    public static IEnumerable<string> Of(MeshService service, int port, string proxyNamespace, string domainSuffix)
    {
        List<string> names = [service.Host, service.Host + "."];
        string suffix = "." + service.Namespace + ".svc." + domainSuffix;
        if (service.Host.EndsWith(suffix, StringComparison.Ordinal))
        {
            if (service.Namespace == proxyNamespace)
            {
                names.Add(service.Name);
            }

            names.Add(service.Name + "." + service.Namespace);
            names.Add(service.Name + "." + service.Namespace + ".svc");
        }

        names.AddRange(service.Addresses);
        if (service.Resolution is Resolution.Passthrough)
        {
            // Pods of a headless service have names under it.
            names.AddRange(names.Where(name => !name.EndsWith('.')).Select(name => "*." + name).ToList());
        }

        return names.SelectMany(name => WithPort(name, port));
    }

    public static IEnumerable<string> WithPort(string name, int port) =>
        name == "*" ? ["*"] : [name, name + ":" + port.ToString(CultureInfo.InvariantCulture)];
}
