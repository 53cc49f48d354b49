namespace Lateen.CommandLine.Cluster;

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
        await applier.ApplyAsync(await values.RenderAsync("base", "istio-base", cancel), Namespace, cancel);
        await applier.ApplyAsync(await values.RenderAsync("istiod", "istiod", cancel), Namespace, cancel);
        await progress.StepAsync("control plane", () => applier.WaitAvailableAsync(Namespace, "istiod", Patience, cancel));
        await applier.ApplyAsync(await values.RenderAsync("gateway", Gateway, cancel), Namespace, cancel);
        await progress.StepAsync("ingress gateway", () => applier.WaitAvailableAsync(Namespace, Gateway, Patience, cancel));
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
