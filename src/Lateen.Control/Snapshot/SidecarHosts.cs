namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Registry;

/// <summary>The hosts of an egress listener: "namespace/name", where the namespace may be "." (its own), "*" or "~".</summary>
internal sealed class SidecarHosts
{
    private const string AnyNamespace = "*";

    private readonly Dictionary<string, List<HostName>> byNamespace = new(StringComparer.Ordinal);

    public SidecarHosts(ValueList<string> hosts, string proxyNamespace)
    {
        foreach (string text in hosts)
        {
            int slash = text.IndexOf('/', StringComparison.Ordinal);
            string ns = slash < 0 ? AnyNamespace : text[..slash];
            if (ns == "~")
            {
                continue;
            }

            ns = ns == "." ? proxyNamespace : ns;
            if (!byNamespace.TryGetValue(ns, out List<HostName>? names))
            {
                byNamespace[ns] = names = [];
            }

            names.Add(new HostName(text[(slash + 1)..]));
        }
    }

    public bool Imports(MeshService service) =>
        NamesFor(service.Namespace).Any(name => new HostName(service.Host).IsSubsetOf(name));

    /// <summary>A virtual service is imported when any of its hosts is, whatever its other hosts.</summary>
    public bool Imports(ConfigObject<VirtualServiceSpec> rule, IEnumerable<HostName> hosts) =>
        hosts.Any(host => NamesFor(rule.Key.Namespace).Any(name => name.Matches(host)));

    private IEnumerable<HostName> NamesFor(string ns)
    {
        IEnumerable<HostName> own = byNamespace.GetValueOrDefault(ns) ?? [];
        return own.Concat(byNamespace.GetValueOrDefault(AnyNamespace) ?? []);
    }
}
