namespace Lateen.Proxy.Agent.Cni;

/// <summary>What the plugin, its installer and the injector agree on.</summary>
public static class CniNames
{
    /// <summary>The plugin's type in a configuration list, and its program's name.</summary>
    public const string Type = "istio-cni";

    /// <summary>
    /// Annotation of an injected pod: the arguments of istio-iptables for it. The container runtime hands annotations to the plugin
    /// (capability below), so the plugin needs no access to the API and no credentials on the node.
    /// </summary>
    public const string RedirectAnnotation = "cni.lateen.dev/redirect";

    /// <summary>The capability by which containerd and CRI-O pass a pod's annotations in runtimeConfig.</summary>
    public const string AnnotationsCapability = "io.kubernetes.cri.pod-annotations";
}
