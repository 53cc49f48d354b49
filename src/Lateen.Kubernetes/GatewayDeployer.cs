namespace Lateen.Kubernetes;

using System.Text.Json.Nodes;
using Lateen.Control.GatewayApi;

/// <summary>
/// Makes what each gateway needs to run: ServiceAccount, Deployment and Service, owned by the gateway, so that they go with it.
/// </summary>
internal sealed class GatewayDeployer(KubeApi api, Action<string> log)
{
    private static readonly KubePath Deployments = new("apps", "v1", "deployments");
    private static readonly KubePath Accounts = new("", "v1", "serviceaccounts");

    private readonly Dictionary<string, GatewayDeployment> _applied = new(StringComparer.Ordinal);

    /// <summary>Applies what changed; everything when asked to, which mends what somebody deleted.</summary>
    public async Task ApplyAsync(IReadOnlyList<GatewayDeployment> wanted, bool everything, CancellationToken cancel)
    {
        foreach (GatewayDeployment each in wanted)
        {
            string name = each.Gateway.Namespace + "/" + each.Name;
            if (!everything && _applied.TryGetValue(name, out GatewayDeployment? before) && before == each)
            {
                continue;
            }

            try
            {
                if (await ApplyAsync(each, cancel).ConfigureAwait(false))
                {
                    _applied[name] = each;
                }
            }
            catch (Exception e) when (e is KubeApiException or HttpRequestException)
            {
                log($"{each.Gateway}: {e.Message}");
            }
        }
    }

    private async Task<bool> ApplyAsync(GatewayDeployment each, CancellationToken cancel)
    {
        string ns = each.Gateway.Namespace;
        (string Path, JsonObject Object)[] objects =
        [
            (Accounts.Named(ns, each.ServiceAccount), GatewayManifest.ServiceAccount(each)),
            (Deployments.Named(ns, each.Name), GatewayManifest.Deployment(each)),
            (KubePath.Services.Named(ns, each.Name), GatewayManifest.Service(each)),
        ];
        foreach ((string path, JsonObject manifest) in objects)
        {
            // An object of the same name that somebody else made stays theirs.
            JsonObject? present = await api.FindAsync(path, cancel).ConfigureAwait(false);
            if (present is not null && present["metadata"]?["labels"]?[GatewayManifest.ManagedLabel] is null)
            {
                // An account that is there already is the one the gateway shall use.
                if (manifest["kind"]?.ToString() == "ServiceAccount")
                {
                    continue;
                }

                log($"{each.Gateway}: {path} exists and was not made for a gateway; it is left alone");
                return false;
            }

            await api.ApplyAsync(path, manifest, "istio.io/gateway-controller", cancel).ConfigureAwait(false);
        }

        return true;
    }
}
