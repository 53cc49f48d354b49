namespace Lateen.CommandLine.Cluster;

using System.Net;
using System.Text.Json.Nodes;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;
using Lateen.Api.Text;
using Lateen.Control.Analysis;
using Lateen.Control.Config;
using Lateen.Control.Injection;
using Lateen.Kubernetes;

/// <summary>Reads what analysis looks at from a cluster.</summary>
internal sealed class ClusterObjects(KubeApi api, string istioNamespace)
{
    private static readonly (KubePath Path, string Kind)[] Kinds =
    [
        (KubePath.Namespaces, "Namespace"), (KubePath.Services, "Service"), (KubePath.Pods, "Pod"),
        (new("apps", "v1", "deployments"), "Deployment"), (new("apps", "v1", "statefulsets"), "StatefulSet"),
        (new("apps", "v1", "daemonsets"), "DaemonSet"),
        (new("networking.istio.io", "v1", "virtualservices"), "VirtualService"),
        (new("networking.istio.io", "v1", "destinationrules"), "DestinationRule"),
        (new("networking.istio.io", "v1", "gateways"), "Gateway"),
        (new("networking.istio.io", "v1", "serviceentries"), "ServiceEntry"),
        (new("networking.istio.io", "v1", "workloadentries"), "WorkloadEntry"),
        (new("networking.istio.io", "v1", "sidecars"), "Sidecar"),
        (new("networking.istio.io", "v1alpha3", "envoyfilters"), "EnvoyFilter"),
        (new("security.istio.io", "v1", "authorizationpolicies"), "AuthorizationPolicy"),
        (new("security.istio.io", "v1", "peerauthentications"), "PeerAuthentication"),
        (new("security.istio.io", "v1", "requestauthentications"), "RequestAuthentication"),
        (new("telemetry.istio.io", "v1", "telemetries"), "Telemetry"),
        (new("gateway.networking.k8s.io", "v1", "gateways"), "Gateway"),
        (new("gateway.networking.k8s.io", "v1", "gatewayclasses"), "GatewayClass"),
        (new("gateway.networking.k8s.io", "v1", "httproutes"), "HTTPRoute"),
    ];

    public async Task<IReadOnlyList<AnalysisObject>> ReadAsync(CancellationToken cancel)
    {
        IReadOnlyList<AnalysisObject>[] lists = await Task.WhenAll(Kinds.Select(k => ListAsync(k.Path, k.Kind, cancel)));
        return [.. lists.SelectMany(static l => l)];
    }

    /// <summary>What meshConfig says; the default where the ConfigMap is missing.</summary>
    public async Task<MeshSettings> MeshAsync(CancellationToken cancel)
    {
        JsonObject? map = await api.FindAsync(KubePath.ConfigMaps.Named(istioNamespace, ConfigStore.MeshConfigMap), cancel);
        return map is null ? MeshSettings.Default : Mesh(map);
    }

    /// <summary>The injector's configuration; null where it is not installed.</summary>
    public async Task<InjectionConfig?> InjectionAsync(string revision, CancellationToken cancel)
    {
        string name = "istio-sidecar-injector" + (revision.Length == 0 ? "" : "-" + revision);
        JsonObject? map = await api.FindAsync(KubePath.ConfigMaps.Named(istioNamespace, name), cancel);
        return map is null ? null : Injection(map);
    }

    public static MeshSettings Mesh(JsonObject map) =>
        ResourceJson.TryRead(map, out ConfigMap? typed, out string error)
            && MeshSettingsReader.TryRead(typed, MeshSettings.Default, out MeshSettings settings, out error)
            ? settings
            : throw new CommandFailure($"ConfigMap {map.TextAt("metadata", "name")}, key mesh: {error}", CommandTree.DataError);

    public static InjectionConfig Injection(JsonObject map) =>
        InjectionConfig.From(Yaml(map.TextAt("data", "config")), Yaml(map.TextAt("data", "values")));

    public static JsonObject? Yaml(string text) => StrictYaml.Read(text).Documents.FirstOrDefault()?.Root as JsonObject;

    private async Task<IReadOnlyList<AnalysisObject>> ListAsync(KubePath path, string kind, CancellationToken cancel)
    {
        try
        {
            JsonObject list = await api.GetAsync(path.All, cancel);
            return [.. list.ObjectsAt("items").Select(item => With(item, path, kind))];
        }
        catch (KubeApiException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Forbidden)
        {
            // Kinds that are not installed, or that we may not see, are as if there were none.
            return [];
        }
    }

    // Items of a list carry no kind of their own.
    private static AnalysisObject With(JsonObject item, KubePath path, string kind)
    {
        item["apiVersion"] = path.Group.Length == 0 ? path.Version : $"{path.Group}/{path.Version}";
        item["kind"] = kind;
        return new AnalysisObject(item);
    }
}
