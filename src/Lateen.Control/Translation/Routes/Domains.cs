namespace Lateen.Control.Translation.Routes;

using System.Globalization;
using Lateen.Control.Registry;

/// <summary>Every way a client may write a service's host.</summary>
internal static class Domains
{
    /// <summary>
    /// Full name, its absolute form, the shorter names that resolve from the proxy's namespace, addresses, and the names of
    /// aliases (Services of type ExternalName that point here).
    /// </summary>
    public static IEnumerable<string> Of(MeshService service, int port, ProxyNode node, string domainSuffix)
    {
        List<string> names = [.. NamesOf(service.Host, service.Name, service.Namespace, node.Namespace, domainSuffix)];
        // A prefix is no host that a caller could write.
        names.AddRange(service.AddressesFor(node).Where(address => !address.Contains('/', StringComparison.Ordinal)));
        if (service.IsHeadless)
        {
            // Pods of a headless service have names under it.
            names.AddRange(names.Where(name => !name.EndsWith('.')).Select(name => "*." + name).ToList());
        }

        foreach (ServiceAlias alias in service.Aliases)
        {
            names.AddRange(NamesOf(alias.Host, alias.Name, alias.Namespace, node.Namespace, domainSuffix));
        }

        return names.SelectMany(name => WithPort(name, port));
    }

    private static IEnumerable<string> NamesOf(string host, string name, string ns, string proxyNamespace, string domainSuffix)
    {
        yield return host;
        if (host.StartsWith('*'))
        {
            yield break;
        }

        yield return host + ".";
        if (!host.EndsWith("." + ns + ".svc." + domainSuffix, StringComparison.Ordinal))
        {
            yield break;
        }

        if (ns == proxyNamespace)
        {
            yield return name;
        }

        yield return name + "." + ns;
        yield return name + "." + ns + ".svc";
    }

    public static IEnumerable<string> WithPort(string name, int port) =>
        name == "*" ? ["*"] : [name, name + ":" + port.ToString(CultureInfo.InvariantCulture)];
}
