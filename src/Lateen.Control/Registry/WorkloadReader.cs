namespace Lateen.Control.Registry;

using System.Globalization;
using Lateen.Api.Names;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;
using Lateen.Api.Resources.Networking;

/// <summary>Kubernetes Pods and WorkloadEntries as the mesh sees them.</summary>
internal static class WorkloadReader
{
    private const string LocalityLabel = "topology.istio.io/locality";
    private const string NetworkLabel = "topology.istio.io/network";
    private const string WorkloadNameLabel = "service.istio.io/workload-name";

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
        OwnLocality = LocalityOf(pod.Metadata.Labels),
        Network = pod.Metadata.Labels.GetValueOrDefault(NetworkLabel, ""),
        Ready = IsReady(pod),
    };

    /// <summary>Null without an address. Labels of the object count too; those of the spec win (Istio).</summary>
    public static Workload? Read(WorkloadEntry entry)
    {
        if (entry.Spec.Address.Length == 0)
        {
            return null;
        }

        Dictionary<string, string> labels = new(entry.Metadata.Labels, StringComparer.Ordinal);
        foreach ((string key, string value) in entry.Spec.Labels)
        {
            labels[key] = value;
        }

        Locality written = Locality.Parse(entry.Spec.Locality);
        return new Workload
        {
            Pod = entry.Metadata.Name,
            Namespace = entry.Metadata.Namespace,
            Address = entry.Spec.Address,
            Name = labels.GetValueOrDefault(WorkloadNameLabel, entry.Metadata.Name),
            Labels = labels.ToValueMap(),
            Ports = entry.Spec.Ports,
            ServiceAccount = entry.Spec.ServiceAccount,
            OwnLocality = written.IsEmpty ? LocalityOf(labels) : written,
            Network = entry.Spec.Network,
            Weight = Math.Max(entry.Spec.Weight, 1),
            IsPod = false,
        };
    }

    /// <summary>A label cannot hold a slash, so the parts of a locality may be separated by dots.</summary>
    public static Locality LocalityOf(IReadOnlyDictionary<string, string> labels)
    {
        string text = labels.GetValueOrDefault(Locality.PodLabel) ?? labels.GetValueOrDefault(LocalityLabel, "");
        return Locality.Parse(text.Contains('/', StringComparison.Ordinal) ? text : text.Replace('.', '/'));
    }

    // Endpoint slices say themselves who is ready; this is for pods that a service entry selects.
    private static bool IsReady(Pod pod)
    {
        if (pod.Metadata.DeletionTimestamp is not null || pod.Status.Phase is "Pending" or "Succeeded" or "Failed")
        {
            return false;
        }

        foreach (PodCondition condition in pod.Status.Conditions)
        {
            if (condition.Type == "Ready")
            {
                return condition.Status == "True";
            }
        }

        return true;
    }

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
