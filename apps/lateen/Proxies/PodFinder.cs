namespace Lateen.CommandLine.Proxies;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Kubernetes;

/// <summary>Finds the running pod that a target names, itself or through the workload or service that selects it.</summary>
internal sealed class PodFinder(KubeApi api)
{
    public async Task<JsonObject> FindAsync(PodTarget target, CancellationToken cancel)
    {
        if (target.Type == PodTarget.Pod)
        {
            return await api.FindAsync(KubePath.Pods.Named(target.Namespace, target.Name), cancel)
                ?? throw new CommandFailure(
                    $"there is no pod {target.Name} in namespace {target.Namespace}; "
                    + "see `kubectl get pods -A`, or name its deployment: deploy/NAME.NAMESPACE");
        }

        KubePath path = target.Type == "services" ? KubePath.Services : new KubePath("apps", "v1", target.Type);
        JsonObject workload = await api.FindAsync(path.Named(target.Namespace, target.Name), cancel)
            ?? throw new CommandFailure(
                $"there is no {target.Name} among the {target.Type} of namespace {target.Namespace}; see `kubectl get {target.Type} -A`");
        string selector = Selector(target, workload);
        return await FirstRunningAsync(target.Namespace, selector, cancel)
            ?? throw new CommandFailure(
                $"no pod of {target.Type}/{target.Name} in namespace {target.Namespace} runs; "
                + $"see `kubectl get pods -n {target.Namespace} -l {selector}`");
    }

    /// <summary>The running pods that a label selector finds, by name.</summary>
    public async Task<IReadOnlyList<JsonObject>> RunningAsync(string ns, string selector, CancellationToken cancel)
    {
        JsonObject list = await api.GetAsync($"{KubePath.Pods.In(ns)}?labelSelector={Uri.EscapeDataString(selector)}", cancel);
        return
        [
            .. list.ObjectsAt("items")
                .Where(static p => p.TextAt("status", "phase") == "Running" && p.At("metadata", "deletionTimestamp") is null)
                .OrderBy(static p => p.TextAt("metadata", "name"), StringComparer.Ordinal),
        ];
    }

    internal static string Selector(PodTarget target, JsonObject workload)
    {
        JsonNode? selector = workload.At("spec", "selector");
        JsonNode? labels = target.Type == "services" ? selector : selector.At("matchLabels");
        IEnumerable<string> terms = (labels as JsonObject ?? []).Select(static l => $"{l.Key}={l.Value}")
            .Concat(selector.ObjectsAt("matchExpressions").Select(Expression));
        string text = string.Join(',', terms);
        return text.Length > 0
            ? text
            : throw new CommandFailure($"{target.Type}/{target.Name} selects no pods: its selector is empty");
    }

    private static string Expression(JsonObject term)
    {
        string key = term.TextAt("key");
        string values = string.Join(',', term.TextsAt("values"));
        return term.TextAt("operator") switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "DoesNotExist" => $"!{key}",
            _ => key,
        };
    }

    private async Task<JsonObject?> FirstRunningAsync(string ns, string selector, CancellationToken cancel) =>
        (await RunningAsync(ns, selector, cancel)) is [var first, ..] ? first : null;
}
