namespace Lateen.CommandLine.Cluster;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Control.Injection;

/// <summary>Adds the proxy to the pods of manifests, as the webhook would when they are created. What makes no pods stays as it is.</summary>
internal sealed class ManifestInjector(InjectionConfig injection, JsonObject mesh, bool nativeSidecars)
{
    /// <summary>The object with the proxy in it, and what the injector warns of.</summary>
    public (JsonObject Object, IReadOnlyList<string> Warnings) Inject(JsonObject original, string defaultNamespace)
    {
        var copy = (JsonObject)original.DeepClone();
        List<string> warnings = [];
        if (copy.TextAt("kind") == "List")
        {
            var items = new JsonArray([.. copy.ObjectsAt("items").Select(item => Into(item, defaultNamespace, warnings))]);
            copy["items"] = items;
            return (copy, warnings);
        }

        return (Into(copy, defaultNamespace, warnings), warnings);
    }

    private JsonObject Into(JsonObject manifest, string defaultNamespace, List<string> warnings)
    {
        JsonObject? pod = manifest.TextAt("kind") switch
        {
            "Pod" => manifest,
            "CronJob" => manifest.At("spec", "jobTemplate", "spec", "template") as JsonObject,
            _ => manifest.At("spec", "template") as JsonObject,
        };
        if (pod?["spec"] is not JsonObject { } spec || spec["containers"] is not JsonArray)
        {
            return (JsonObject)manifest.DeepClone();
        }

        string ns = manifest.TextAt("metadata", "namespace") is { Length: > 0 } given ? given : defaultNamespace;
        InjectionResult result = Injector.Inject(Request(WithOwner(pod, manifest), ns));
        if (result.Refusal is { } refusal)
        {
            throw new CommandFailure($"{manifest.TextAt("kind")} {ns}/{manifest.TextAt("metadata", "name")}: {refusal}",
                CommandTree.DataError);
        }

        warnings.AddRange(result.Warnings);
        foreach (JsonObject change in (result.Patch ?? []).OfType<JsonObject>())
        {
            Apply(pod, change.TextAt("path"), change["value"]);
        }

        return (JsonObject)manifest.DeepClone();
    }

    private InjectionRequest Request(JsonObject pod, string ns) => new()
    {
        Pod = pod,
        Namespace = ns,
        Config = injection,
        DefaultProxyConfig = mesh["defaultConfig"]?.DeepClone() as JsonObject ?? [],
        ProxyConfigOverlay = ClusterObjects.Yaml(pod.TextAt("metadata", "annotations", "proxy.istio.io/config")),
        TrustDomain = mesh.TextAt("trustDomain") is { Length: > 0 } domain ? domain : "cluster.local",
        EnablePrometheusMerge = mesh["enablePrometheusMerge"]?.GetValue<bool>() ?? true,
        ClusterId = injection.Text("global.multiCluster.clusterName", "Kubernetes"),
        NativeSidecars = nativeSidecars,
    };

    // A template knows nothing of its owner, after which the workload is named in metrics.
    private static JsonObject WithOwner(JsonObject pod, JsonObject manifest)
    {
        var copy = (JsonObject)pod.DeepClone();
        if (pod != manifest)
        {
            if (copy["metadata"] is not JsonObject metadata)
            {
                copy["metadata"] = metadata = [];
            }

            metadata["ownerReferences"] = new JsonArray(new JsonObject
            {
                ["apiVersion"] = manifest.TextAt("apiVersion"),
                ["kind"] = manifest.TextAt("kind"),
                ["name"] = manifest.TextAt("metadata", "name"),
                ["controller"] = true,
            });
        }

        return copy;
    }

    // The injector changes /metadata/labels, /metadata/annotations and /spec, each as a whole.
    private static void Apply(JsonObject pod, string path, JsonNode? value)
    {
        string[] keys = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        JsonObject at = pod;
        foreach (string key in keys[..^1])
        {
            if (at[key] is not JsonObject next)
            {
                at[key] = next = [];
            }

            at = next;
        }

        at[keys[^1]] = value?.DeepClone();
    }
}
