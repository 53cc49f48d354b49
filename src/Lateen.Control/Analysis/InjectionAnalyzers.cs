namespace Lateen.Control.Analysis;

using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>Which namespaces and pods get a proxy, and what stands in the way of one.</summary>
internal static class InjectionAnalyzers
{
    private const string InjectLabel = "istio-injection";
    private const string RevisionLabel = "istio.io/rev";
    private const string PodLabel = "sidecar.istio.io/inject";
    private const string Proxy = "istio-proxy";
    private const int ProxyUser = 1337;

    public static IEnumerable<AnalysisMessage> Namespaces(AnalysisSet set)
    {
        bool byDefault = set.Injection?.Flag("sidecarInjectorWebhook.enableNamespacesByDefault", false) ?? false;
        foreach (AnalysisObject ns in set.Namespaces.Where(n => !ServiceAnalyzers.IsSystem(n.Name, set)))
        {
            bool hasInjection = ns.Labels.ContainsKey(InjectLabel);
            bool hasRevision = ns.Labels.TryGetValue(RevisionLabel, out string? revision);
            if (hasInjection && hasRevision)
            {
                yield return new(MessageTypes.NamespaceMultipleLabels, ns, "metadata.labels",
                    $"The namespace has both labels {InjectLabel} and {RevisionLabel}={revision}; the first decides: remove one");
            }
            else if (!hasInjection && !hasRevision && !ns.Labels.ContainsKey("istio.io/dataplane-mode"))
            {
                yield return byDefault
                    ? new(MessageTypes.InjectionByDefault, ns, "metadata",
                        "Pods of the namespace get a proxy, because enableNamespacesByDefault is set; "
                        + $"label it {InjectLabel}=disabled if they should not")
                    : new(MessageTypes.NamespaceNotInjected, ns, "metadata",
                        $"The namespace is not enabled for injection; run `kubectl label namespace {ns.Name} {InjectLabel}=enabled`, "
                        + $"or label it {InjectLabel}=disabled to say that it should not be");
            }
        }
    }

    public static IEnumerable<AnalysisMessage> Pods(AnalysisSet set) =>
        from pod in set.Pods
        where IsTargeted(pod, set) && !HasProxy(pod) && !pod.Root.FlagAt("spec", "hostNetwork")
            && pod.Root.TextAt("status", "phase") is not ("Succeeded" or "Failed")
        select new AnalysisMessage(MessageTypes.PodMissingProxy, pod, "metadata",
            $"The pod has no proxy although it should: it may be older than the label; restart it, for example with "
            + $"`kubectl rollout restart` of its deployment");

    /// <summary>Pods whose proxy is of another image than the injector would give them today.</summary>
    public static IEnumerable<AnalysisMessage> Images(AnalysisSet set)
    {
        if (set.Injection is not { } injection)
        {
            yield break;
        }

        foreach (IGrouping<string, AnalysisObject> group in set.Pods.GroupBy(static p => p.Namespace))
        {
            List<AnalysisObject> others = [.. group.Where(p => ImageOf(p) is { } image && image != Expected(p, injection))];
            if (others.Count > 0)
            {
                AnalysisObject where = set.Namespaces.FirstOrDefault(n => n.Name == group.Key) ?? others[0];
                yield return new(MessageTypes.ProxyImageMismatch, where, "metadata",
                    $"Pods whose proxy is not {Expected(others[0], injection)}, which the injector gives now: "
                    + $"{string.Join(", ", others.Select(static p => p.Name))}; restart them to update");
            }
        }
    }

    public static IEnumerable<AnalysisMessage> ImageAuto(AnalysisSet set) =>
        from workload in set.Workloads
        where workload.Kind != "WorkloadEntry" && UsesImageAuto(workload) && !IsTargeted(workload, set)
        select workload.Kind == "Pod"
            ? new AnalysisMessage(MessageTypes.ImageAutoError, workload, "spec.containers",
                "The pod has image: auto and was not injected, so it cannot start; label its namespace or the pod for injection")
            : new AnalysisMessage(MessageTypes.ImageAutoWarning, workload, "spec.template.spec.containers",
                "Its pods have image: auto and will not be injected; "
                + $"label the namespace {InjectLabel}=enabled, or the pod template {PodLabel}=\"true\"");

    public static IEnumerable<AnalysisMessage> Users(AnalysisSet set) =>
        from workload in set.Workloads
        where workload.Kind != "WorkloadEntry" && !ServiceAnalyzers.IsSystem(workload.Namespace, set)
        let spec = AnalysisSet.PodSpec(workload)
        where IsProxyUser(spec.At("securityContext")) || Containers(spec)
            .Any(static c => c.TextAt("name") is not (Proxy or "istio-init" or "istio-validation")
                && IsProxyUser(c.At("securityContext")))
        select new AnalysisMessage(MessageTypes.InvalidApplicationUid, workload,
            workload.Kind == "Pod" ? "spec.securityContext" : "spec.template.spec.securityContext",
            $"User {ProxyUser} is the proxy's: connections of an application that runs as it are not redirected; choose another");

    // What the webhooks' selectors say (charts/istiod), short of the policy of the injector itself.
    private static bool IsTargeted(AnalysisObject workload, AnalysisSet set)
    {
        if (ServiceAnalyzers.IsSystem(workload.Namespace, set) && workload.Namespace != set.Mesh.RootNamespace)
        {
            return false;
        }

        IReadOnlyDictionary<string, string> labels = AnalysisSet.PodLabels(workload);
        IReadOnlyDictionary<string, string> ns =
            set.Namespaces.FirstOrDefault(n => n.Name == workload.Namespace)?.Labels ?? new Dictionary<string, string>();
        string? asked = labels.GetValueOrDefault(PodLabel);
        if (asked == "false" || ns.GetValueOrDefault(InjectLabel) == "disabled" || NoByAnnotation(workload))
        {
            return false;
        }

        return asked == "true" || ns.GetValueOrDefault(InjectLabel) == "enabled" || ns.ContainsKey(RevisionLabel)
            || labels.ContainsKey(RevisionLabel);
    }

    private static bool NoByAnnotation(AnalysisObject workload) => (workload.Kind == "Pod"
        ? workload.Annotations
        : workload.Map("spec", "template", "metadata", "annotations")).GetValueOrDefault(PodLabel) == "false";

    private static string Expected(AnalysisObject pod, Injection.InjectionConfig injection) =>
        pod.Annotations.GetValueOrDefault("sidecar.istio.io/proxyImage")
        ?? injection.Image("global.proxy.image", pod.Annotations.GetValueOrDefault("sidecar.istio.io/proxyImageType"));

    private static string? ImageOf(AnalysisObject pod) =>
        Containers(pod.Root["spec"]).FirstOrDefault(static c => c.TextAt("name") == Proxy)?.TextAt("image");

    // A native sidecar stands among the init containers.
    private static bool HasProxy(AnalysisObject pod) => ImageOf(pod) is not null;

    private static bool UsesImageAuto(AnalysisObject workload) =>
        Containers(AnalysisSet.PodSpec(workload)).Any(static c => c.TextAt("image") == "auto");

    private static IEnumerable<JsonObject> Containers(JsonNode? spec) =>
        spec.ObjectsAt("containers").Concat(spec.ObjectsAt("initContainers"));

    private static bool IsProxyUser(JsonNode? context) => context.NumberAt("runAsUser") == ProxyUser;
}
