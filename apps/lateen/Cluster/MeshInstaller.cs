namespace Lateen.CommandLine.Cluster;

using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Kubernetes;

/// <summary>Installs the mesh the way helm would: base, istiod, and the gateway once istiod can inject it.</summary>
internal sealed class MeshInstaller(KubeApi api, ChartValues values, Progress progress)
{
    public const string Namespace = "istio-system";
    public const string Gateway = "istio-ingressgateway";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task InstallAsync(CancellationToken cancel)
    {
        var applier = new Applier(api);
        await applier.ApplyAsync(NamespaceObject(Namespace), Namespace, cancel);
        await InstallAsync(applier, "base", "istio-base", cancel);
        await InstallAsync(applier, "istiod", "istiod", cancel);
        await progress.StepAsync("control plane", () => applier.WaitAvailableAsync(Namespace, "istiod", Patience, cancel));
        await InstallAsync(applier, "gateway", Gateway, cancel);
        await progress.StepAsync("ingress gateway", () => applier.WaitAvailableAsync(Namespace, Gateway, Patience, cancel));
    }

    // What is installed already is left alone: the control plane and the user have written to these objects since.
    private async Task InstallAsync(Applier applier, string chart, string release, CancellationToken cancel)
    {
        string manifest = await values.RenderAsync(chart, release, cancel);
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(manifest)));
        string record = $"lateen-installed-{chart}";
        JsonObject? installed = await api.FindAsync(KubePath.ConfigMaps.Named(Namespace, record), cancel);
        if (installed?["data"]?["manifest"]?.ToString() == hash)
        {
            return;
        }

        await applier.ApplyAsync(manifest, Namespace, cancel);
        await applier.ApplyAsync(new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject { ["name"] = record, ["namespace"] = Namespace },
            ["data"] = new JsonObject { ["manifest"] = hash },
        }, Namespace, cancel);
    }

    /// <summary>The address of the ingress gateway on this machine.</summary>
    public async Task<Uri?> IngressAsync(CancellationToken cancel)
    {
        JsonObject? service = await api.FindAsync(KubePath.Services.Named(Namespace, Gateway), cancel);
        string? host = service?["status"]?["loadBalancer"]?["ingress"]?[0]?["ip"]?.ToString();
        string? port = (service?["spec"]?["ports"] as JsonArray ?? []).FirstOrDefault(p => p?["name"]?.ToString() == "http2")?["port"]?.ToString();
        return host is null || port is null ? null : new Uri(port == "80" ? $"http://{host}/" : $"http://{host}:{port}/");
    }

    private static JsonObject NamespaceObject(string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Namespace",
        ["metadata"] = new JsonObject { ["name"] = name },
    };
}
