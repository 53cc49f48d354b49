namespace Lateen.Control.Tests.Translation;

using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;
using Lateen.Control.Config;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>Meshes read from YAML, and the proxies in them.</summary>
internal static class MeshFiles
{
    public static string Root { get; } = FindRoot();

    public static readonly MeshSettings Settings = new() { AccessLogFile = "/dev/stdout" };

    public static MeshSnapshot Bookinfo(string rules = "") =>
        Load(Settings, File.ReadAllText(Path.Combine(Root, "bookinfo.yaml")), rules);

    public static MeshSnapshot Load(MeshSettings settings, params string[] texts)
    {
        ConfigStore store = new(settings);
        Apply(store, texts);
        store.MarkSynced();
        return store.TakeSnapshot().Snapshot;
    }

    public static void Apply(ConfigStore store, params string[] texts)
    {
        foreach (string text in texts.Where(text => text.Length > 0))
        {
            ReadResult read = StrictYaml.Read(text);
            Assert.Empty(read.Findings);
            foreach (JsonNode root in read.Documents.Select(document => document.Root).OfType<JsonNode>())
            {
                (ResourceKey key, object resource) = Parse(root);
                store.Apply(key, resource);
            }
        }
    }

    public static (ResourceKey Key, object Resource) Parse(JsonNode root)
    {
        string kind = root["kind"]!.GetValue<string>();
        string apiVersion = root["apiVersion"]!.GetValue<string>();
        string group = apiVersion.Contains('/') ? apiVersion[..apiVersion.IndexOf('/')] : "";
        ResourceKey key = new(
            group, kind, root["metadata"]!["namespace"]?.GetValue<string>() ?? "", root["metadata"]!["name"]!.GetValue<string>());
        object resource = kind switch
        {
            "Service" => ResourceJson.Read<Service>(root),
            "EndpointSlice" => ResourceJson.Read<EndpointSlice>(root),
            "Pod" => ResourceJson.Read<Pod>(root),
            "Node" => ResourceJson.Read<Node>(root),
            "ConfigMap" => ResourceJson.Read<ConfigMap>(root),
            "VirtualService" => ResourceJson.Read<VirtualService>(root),
            "DestinationRule" => ResourceJson.Read<DestinationRule>(root),
            "ServiceEntry" => ResourceJson.Read<ServiceEntry>(root),
            "WorkloadEntry" => ResourceJson.Read<WorkloadEntry>(root),
            "Gateway" => ResourceJson.Read<Gateway>(root),
            "Sidecar" => ResourceJson.Read<Sidecar>(root),
            _ => throw new InvalidOperationException("unknown kind " + kind),
        };
        return (key, resource);
    }

    public static ProxyNode Sidecar(string app, string version = "v1", string ns = "default") => new()
    {
        Id = $"{app}-{version}-x.{ns}",
        Type = ProxyType.Sidecar,
        IpAddress = "10.244.0.99",
        Pod = $"{app}-{version}-x",
        Namespace = ns,
        Labels = ValueMap.Create(("app", app), ("version", version)),
    };

    public static ProxyNode Ingress() => new()
    {
        Id = "istio-ingressgateway-x.istio-system",
        Type = ProxyType.Router,
        IpAddress = "10.244.0.30",
        Pod = "istio-ingressgateway-x",
        Namespace = "istio-system",
        Labels = ValueMap.Create(("istio", "ingressgateway")),
    };

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Lateen.slnx")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return Path.Combine(folder ?? ".", "tests", "golden", "translation");
    }
}
