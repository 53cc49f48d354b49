namespace Lateen.Control.Registry;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;

/// <summary>Kubernetes Pods as the mesh sees them.</summary>
internal static class WorkloadReader
{
    /// <summary>Null while the pod has no address.</summary>
    public static Workload? Read(Pod pod) => pod.Status.PodIP.Length == 0 ? null : new Workload
    {
        Pod = pod.Metadata.Name,
        Namespace = pod.Metadata.Namespace,
        Address = pod.Status.PodIP,
        Name = NameOf(pod.Metadata),
        Labels = pod.Metadata.Labels,
        Ports = PortsOf(pod.Spec),
        ServiceAccount = pod.Spec.ServiceAccountName,
        Node = pod.Spec.NodeName,
    };

    // A Deployment's pod belongs to a ReplicaSet named after the Deployment and the template's hash.
    private static string NameOf(ObjectMeta metadata)
    {
        foreach (OwnerReference owner in metadata.OwnerReferences)
        {
            if (!owner.Controller)
            {
                continue;
            }

            bool hashed = owner.Kind == "ReplicaSet"
                && metadata.Labels.TryGetValue("pod-template-hash", out string? hash)
                && owner.Name.EndsWith("-" + hash, StringComparison.Ordinal);
            return hashed ? owner.Name[..owner.Name.LastIndexOf('-')] : owner.Name;
        }

        return metadata.Name;
    }

    private static ValueMap<string, int> PortsOf(PodSpec spec)
    {
        Dictionary<string, int> ports = new(StringComparer.Ordinal);
        foreach (Lateen.Api.Resources.Core.ContainerPort port in spec.Containers.SelectMany(container => container.Ports))
        {
            string name = port.Name.Length > 0 ? port.Name : port.ContainerPortNumber.ToString(CultureInfo.InvariantCulture);
            ports[name] = port.ContainerPortNumber;
        }

        return ports.ToValueMap();
    }
}
