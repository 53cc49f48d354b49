namespace Lateen.Control.Analysis;

using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>Selectors of sidecars and policies: whether they select anything, and whether two select the same.</summary>
internal static class SelectorAnalyzers
{
    private const string GatewayName = "gateway.networking.k8s.io/gateway-name";

    private static readonly string[] Policies =
        ["AuthorizationPolicy", "PeerAuthentication", "RequestAuthentication", "Telemetry", "WasmPlugin", "EnvoyFilter",
            "ProxyConfig"];

    public static IEnumerable<AnalysisMessage> Sidecars(AnalysisSet set)
    {
        List<(AnalysisObject Object, HashSet<AnalysisObject> Workloads)> selecting = [];
        foreach (AnalysisObject sidecar in set.Istio("Sidecar"))
        {
            IReadOnlyDictionary<string, string> labels = sidecar.Map("spec", "workloadSelector", "labels");
            if (labels.Count == 0)
            {
                continue;
            }

            HashSet<AnalysisObject> workloads = [.. set.Selected(labels, sidecar.Namespace)];
            if (workloads.Count == 0)
            {
                yield return new(MessageTypes.ReferencedResourceNotFound, sidecar, "spec.workloadSelector",
                    $"Referenced selector not found: \"{Text(labels)}\"");
            }

            selecting.Add((sidecar, workloads));
        }

        foreach ((AnalysisObject sidecar, HashSet<AnalysisObject> workloads) in selecting)
        {
            List<AnalysisObject> rivals =
                [.. selecting.Where(o => o.Object != sidecar && o.Workloads.Overlaps(workloads)).Select(static o => o.Object)];
            if (rivals.Count > 0)
            {
                AnalysisObject pod = workloads.First(w => selecting.Any(o => o.Object == rivals[0] && o.Workloads.Contains(w)));
                yield return new(MessageTypes.ConflictingSidecarSelectors, sidecar, "spec.workloadSelector",
                    $"Sidecars {Names(rivals)} of namespace {sidecar.Namespace} select {pod.Name} too; only the oldest has an effect on it");
            }
        }
    }

    public static IEnumerable<AnalysisMessage> DefaultSidecars(AnalysisSet set) =>
        from same in set.Istio("Sidecar").Where(static s => s.Map("spec", "workloadSelector", "labels").Count == 0)
            .GroupBy(static s => s.Namespace)
        where same.Count() > 1
        from sidecar in same
        select new AnalysisMessage(MessageTypes.MultipleDefaultSidecars, sidecar, "spec",
            $"Sidecars {Names(same)} of namespace {same.Key} all have no workloadSelector; only the oldest has an effect");

    public static IEnumerable<AnalysisMessage> Workloads(AnalysisSet set)
    {
        foreach (AnalysisObject policy in Policies.SelectMany(set.Istio).Concat(set.Istio("DestinationRule")))
        {
            (string path, IReadOnlyDictionary<string, string> labels) = SelectorOf(policy);
            if (labels.Count == 0)
            {
                continue;
            }

            List<AnalysisObject> selected = [.. set.Selected(labels, policy.Namespace == set.Mesh.RootNamespace ? null
                : policy.Namespace)];
            if (selected.Count == 0)
            {
                yield return new(MessageTypes.NoMatchingWorkloads, policy, path, $"No workload has the labels {Text(labels)}");
            }
            else if (selected.All(static w => AnalysisSet.PodLabels(w).ContainsKey(GatewayName))
                && policy.Kind != "DestinationRule")
            {
                yield return new(MessageTypes.IneffectiveSelector, policy, path,
                    $"The selector chooses pods of the Kubernetes Gateway {AnalysisSet.PodLabels(selected[0])[GatewayName]}, for which it has "
                    + "no effect; name the Gateway in targetRefs");
            }
        }
    }

    /// <summary>Policies for targets that do not exist.</summary>
    public static IEnumerable<AnalysisMessage> Targets(AnalysisSet set) =>
        from policy in Policies.SelectMany(set.Istio)
        from target in policy.Root.ObjectsAt("spec", "targetRefs").Concat(One(policy.Root.At("spec", "targetRef")))
            .Select(static (t, i) => (Json: t, Path: FieldPath.Item("spec.targetRefs", i)))
        let kind = target.Json.TextAt("kind")
        let name = target.Json.TextAt("name")
        where kind is "Gateway" or "Service" or "ServiceEntry" or "GatewayClass"
            && !set.All.Any(o => o.Kind == kind && o.Name == name && (kind == "GatewayClass" || o.Namespace == policy.Namespace))
        select new AnalysisMessage(MessageTypes.IneffectivePolicy, policy, target.Path,
            $"The policy applies to {kind} {name}, which does not exist, so it has no effect");

    private static (string Path, IReadOnlyDictionary<string, string> Labels) SelectorOf(AnalysisObject policy) =>
        policy.Kind switch
    {
        "EnvoyFilter" => ("spec.workloadSelector", policy.Map("spec", "workloadSelector", "labels")),
        "DestinationRule" => ("spec.workloadSelector", policy.Map("spec", "workloadSelector", "matchLabels")),
        _ => ("spec.selector", policy.Map("spec", "selector", "matchLabels")),
    };

    private static IEnumerable<JsonObject> One(JsonNode? node) => node is JsonObject one ? [one] : [];

    private static string Names(IEnumerable<AnalysisObject> objects) => string.Join(", ", objects.Select(static o => o.Name));

    private static string Text(IReadOnlyDictionary<string, string> labels) =>
        string.Join(',', labels.Select(static l => $"{l.Key}={l.Value}"));
}
