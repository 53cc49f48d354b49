namespace Lateen.Control.Injection;

/// <summary>Whether a pod gets a sidecar (Istio: pkg/kube/inject, injectRequired).</summary>
internal static class InjectionPolicy
{
    private const string InjectKey = "sidecar.istio.io/inject";

    private static readonly HashSet<string> IgnoredNamespaces = ["kube-system", "kube-public", "kube-node-lease", "local-path-storage"];

    public static bool Requires(PodView pod, InjectionRequest request)
    {
        // A sidecar in the host's network would redirect the host's own traffic.
        if (pod.HostNetwork || IgnoredNamespaces.Contains(request.Namespace))
        {
            return false;
        }

        // The label wins over the annotation, which is deprecated.
        string? asked = pod.Labels.GetValueOrDefault(InjectKey) ?? pod.Annotations.GetValueOrDefault(InjectKey);
        if (asked is not null)
        {
            return IsTrue(asked) || (!IsFalse(asked) && request.Config.Enabled);
        }

        if (request.Config.NeverInject.Any(s => s.Matches(pod.Labels)))
        {
            return false;
        }

        return request.Config.Enabled || request.Config.AlwaysInject.Any(s => s.Matches(pod.Labels));
    }

    private static bool IsTrue(string text) => text is "true" or "y" or "yes" or "on";

    private static bool IsFalse(string text) => text is "false" or "n" or "no" or "off";
}
