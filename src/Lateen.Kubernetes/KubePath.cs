namespace Lateen.Kubernetes;

/// <summary>A collection as the API serves it, and the paths in it.</summary>
public sealed record KubePath(string Group, string Version, string Plural)
{
    private string Root => Group.Length == 0 ? $"api/{Version}" : $"apis/{Group}/{Version}";

    /// <summary>Every object of every namespace, or of a kind without namespaces.</summary>
    public string All => $"{Root}/{Plural}";

    public string Named(string name) => $"{Root}/{Plural}/{name}";

    public string In(string ns) => $"{Root}/namespaces/{ns}/{Plural}";

    public string Named(string ns, string name) => $"{In(ns)}/{name}";

    public static KubePath ConfigMaps { get; } = new("", "v1", "configmaps");

    public static KubePath Secrets { get; } = new("", "v1", "secrets");

    public static KubePath Namespaces { get; } = new("", "v1", "namespaces");

    public static KubePath Services { get; } = new("", "v1", "services");

    public static KubePath Pods { get; } = new("", "v1", "pods");

    public static KubePath Nodes { get; } = new("", "v1", "nodes");

    public static KubePath EndpointSlices { get; } = new("discovery.k8s.io", "v1", "endpointslices");

    public static KubePath MutatingWebhooks { get; } = new("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations");

    public static KubePath ValidatingWebhooks { get; } = new("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations");
}
