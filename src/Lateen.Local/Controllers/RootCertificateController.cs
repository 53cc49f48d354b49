namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>Puts the cluster's CA into ConfigMap `kube-root-ca.crt` of every namespace, where pods' tokens are mounted with it.</summary>
internal sealed class RootCertificateController(ControllerContext context) : IController
{
    private const string MapName = "kube-root-ca.crt";
    private const string Entry = "ca.crt";

    private readonly Informer _namespaces = context.Informers.For(KubeTypes.Namespaces);
    private readonly Informer _maps = context.Informers.For(KubeTypes.ConfigMaps);

    public string Name => "root-ca-cert-publisher";

    public void Start(WorkQueue queue) => NamespaceDefault.Watch(queue, _namespaces, _maps, MapName);

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (!NamespaceDefault.IsActive(_namespaces.Get(key)))
        {
            return;
        }

        string pem = context.Options.ClusterCaPem;
        JsonObject? map = _maps.Get(new ObjectKey(key.Name, MapName));
        if (map is null)
        {
            await NamespaceDefault.CreateAsync(context, KubeTypes.ConfigMaps, key.Name, new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ConfigMap",
                ["metadata"] = new JsonObject
                {
                    ["name"] = MapName,
                    ["namespace"] = key.Name,
                    ["annotations"] = new JsonObject
                    {
                        ["kubernetes.io/description"] = "Contains the CA with which the API server can be verified.",
                    },
                },
                ["data"] = new JsonObject { [Entry] = pem },
            }, cancel);
        }
        else if (map.Text("data", Entry) != pem)
        {
            JsonObject patch = new() { ["data"] = new JsonObject { [Entry] = pem } };
            await context.PatchAsync(KubeTypes.ConfigMaps, map, patch, cancel);
        }
    }
}
