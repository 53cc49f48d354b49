namespace Lateen.Control.Translation;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;
using Lateen.Control.Snapshot;

/// <summary>Decides which hosts of a virtual service a gateway's server serves.</summary>
internal static class GatewayHosts
{
    /// <summary>A host is served when both name it; of two wildcards the narrower one counts.</summary>
    public static HashSet<string> Served(BoundServer server, ConfigObject<VirtualServiceSpec> owner, ProxyScope scope)
    {
        HashSet<string> served = new(StringComparer.OrdinalIgnoreCase);
        foreach (HostName wanted in scope.HostsOf(owner))
        {
            foreach (string text in server.Server.Hosts)
            {
                if (Admits(text, owner.Key.Namespace, server.Gateway.Key.Namespace) && HostOf(text) is var offered
                    && offered.Matches(wanted))
                {
                    served.Add(wanted.IsSubsetOf(offered) ? wanted.Value : offered.Value);
                }
            }
        }

        return served;
    }

    /// <summary>The host of "namespace/host".</summary>
    public static HostName HostOf(string text) => new(text[(text.IndexOf('/', StringComparison.Ordinal) + 1)..]);

    // "ns/dns": which namespaces' virtual services may bind; "." is the gateway's own.
    private static bool Admits(string text, string ownerNamespace, string gatewayNamespace)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        string ns = slash < 0 ? "*" : text[..slash];
        return ns == "*" || ownerNamespace == (ns == "." ? gatewayNamespace : ns);
    }
}
