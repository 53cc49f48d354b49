namespace Lateen.Local.Runtime;

using Lateen.Local.Cluster;

/// <summary>The kinds the runtime reads and writes.</summary>
internal static class RuntimeResources
{
    internal static readonly ResourceType Pods = new("", "v1", "pods", "Pod", Namespaced: true);
    internal static readonly ResourceType Services = new("", "v1", "services", "Service", Namespaced: true);
    internal static readonly ResourceType ConfigMaps = new("", "v1", "configmaps", "ConfigMap", Namespaced: true);
    internal static readonly ResourceType Secrets = new("", "v1", "secrets", "Secret", Namespaced: true);
    internal static readonly ResourceType EndpointSlices = new("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", Namespaced: true);
}
