namespace Lateen.Control.Injection;

using System.Text.Json.Nodes;

/// <summary>Reads the few things of a pod that injection asks for.</summary>
internal sealed class PodView
{
    private readonly JsonObject _pod;

    public PodView(JsonObject pod)
    {
        _pod = pod;
        Labels = Map(Metadata?["labels"]);
        Annotations = Map(Metadata?["annotations"]);
    }

    public IReadOnlyDictionary<string, string> Labels { get; }

    public IReadOnlyDictionary<string, string> Annotations { get; }

    public bool HostNetwork => Spec?["hostNetwork"]?.GetValue<bool>() ?? false;

    public JsonObject? Spec => _pod["spec"] as JsonObject;

    public IEnumerable<JsonObject> Containers => (Spec?["containers"] as JsonArray ?? []).OfType<JsonObject>();

    /// <summary>Name of the Deployment, StatefulSet, Job … that owns the pod; the pod's own name when nothing does.</summary>
    public string WorkloadName
    {
        get
        {
            (string kind, string name) = Controller();
            // A ReplicaSet of a Deployment is called after it and the template's hash.
            string? hash = Labels.GetValueOrDefault("pod-template-hash");
            return kind == "ReplicaSet" && hash is not null && name.EndsWith("-" + hash, StringComparison.Ordinal)
                ? name[..^(hash.Length + 1)]
                : name;
        }
    }

    /// <summary>Istio's owner reference, for example kubernetes://apis/apps/v1/namespaces/default/deployments/reviews-v1.</summary>
    public string Owner(string ns)
    {
        (string kind, string name) = Controller();
        string workload = WorkloadName;
        return kind switch
        {
            "ReplicaSet" when workload != name => $"kubernetes://apis/apps/v1/namespaces/{ns}/deployments/{workload}",
            "ReplicaSet" => $"kubernetes://apis/apps/v1/namespaces/{ns}/replicasets/{name}",
            // A template that is injected before any ReplicaSet exists.
            "Deployment" => $"kubernetes://apis/apps/v1/namespaces/{ns}/deployments/{name}",
            "StatefulSet" => $"kubernetes://apis/apps/v1/namespaces/{ns}/statefulsets/{name}",
            "DaemonSet" => $"kubernetes://apis/apps/v1/namespaces/{ns}/daemonsets/{name}",
            "Job" => $"kubernetes://apis/batch/v1/namespaces/{ns}/jobs/{name}",
            _ => $"kubernetes://apis/v1/namespaces/{ns}/pods/{name}",
        };
    }

    private JsonObject? Metadata => _pod["metadata"] as JsonObject;

    private (string Kind, string Name) Controller()
    {
        var owner = (Metadata?["ownerReferences"] as JsonArray ?? []).OfType<JsonObject>()
            .FirstOrDefault(o => o["controller"]?.GetValue<bool>() ?? false);
        string ownName = Metadata?["name"]?.ToString() ?? Metadata?["generateName"]?.ToString().TrimEnd('-') ?? "";
        return owner is null ? ("Pod", ownName) : (owner["kind"]?.ToString() ?? "", owner["name"]?.ToString() ?? "");
    }

    private static Dictionary<string, string> Map(JsonNode? node) =>
        node is JsonObject map ? map.ToDictionary(p => p.Key, p => p.Value?.ToString() ?? "") : [];
}
