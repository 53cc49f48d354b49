namespace Lateen.Local.ApiServer.Schemas;

using System.Collections.Frozen;

/// <summary>
/// How Kubernetes merges the lists and maps of its built-in types (facts of the published API, by Go type and field).
/// </summary>
internal static class SchemaTables
{
    /// <summary>Types that server-side apply owns as a whole.</summary>
    public static readonly FrozenSet<string> AtomicTypes = new[]
    {
        "LabelSelector", "NodeSelector", "NodeSelectorTerm", "ObjectReference", "LocalObjectReference",
            "TypedLocalObjectReference",
        "SecretKeySelector", "ConfigMapKeySelector", "ObjectFieldSelector", "ResourceFieldSelector", "OwnerReference",
        "SecretReference", "ScopeSelector", "CrossVersionObjectReference", "RoleRef", "Subject", "FileKeySelector",
    }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> AtomicMaps = new[]
    {
        "ServiceSpec.selector", "ReplicationControllerSpec.selector", "PodSpec.nodeSelector",
            "CSIPersistentVolumeSource.volumeAttributes",
    }.ToFrozenSet(StringComparer.Ordinal);

    // Field → the strategic-merge key and the list-map keys of server-side apply (the same unless a second part follows).
    private static readonly FrozenDictionary<string, string> MergeLists = new Dictionary<string, string>
    {
        ["PodSpec.containers"] = "name",
        ["PodSpec.initContainers"] = "name",
        ["PodSpec.ephemeralContainers"] = "name",
        ["PodSpec.volumes"] = "name",
        ["PodSpec.imagePullSecrets"] = "name",
        ["PodSpec.hostAliases"] = "ip",
        ["PodSpec.topologySpreadConstraints"] = "topologyKey|topologyKey,whenUnsatisfiable",
        ["PodSpec.schedulingGates"] = "name",
        ["PodSpec.resourceClaims"] = "name",
        ["Container.env"] = "name",
        ["Container.ports"] = "containerPort|containerPort,protocol",
        ["Container.volumeMounts"] = "mountPath",
        ["Container.volumeDevices"] = "devicePath",
        ["EphemeralContainer.env"] = "name",
        ["EphemeralContainer.ports"] = "containerPort|containerPort,protocol",
        ["EphemeralContainer.volumeMounts"] = "mountPath",
        ["ServiceSpec.ports"] = "port|port,protocol",
        ["ServiceAccount.secrets"] = "name",
        ["ObjectMeta.ownerReferences"] = "uid",
        ["PodStatus.conditions"] = "type",
        ["PodStatus.podIPs"] = "ip",
        ["PodStatus.hostIPs"] = "ip|",
        ["NodeStatus.conditions"] = "type",
        ["NodeStatus.addresses"] = "type",
        ["NamespaceStatus.conditions"] = "type",
        ["ServiceStatus.conditions"] = "type",
        ["DeploymentStatus.conditions"] = "type",
        ["ReplicaSetStatus.conditions"] = "type",
        ["ReplicationControllerStatus.conditions"] = "type",
        ["StatefulSetStatus.conditions"] = "type",
        ["DaemonSetStatus.conditions"] = "type",
        ["JobStatus.conditions"] = "type|",
        ["PersistentVolumeClaimStatus.conditions"] = "type",
        ["PodDisruptionBudgetStatus.conditions"] = "type",
        ["HorizontalPodAutoscalerStatus.conditions"] = "type",
        ["CustomResourceDefinitionStatus.conditions"] = "|type",
        ["MutatingWebhookConfiguration.webhooks"] = "name",
        ["ValidatingWebhookConfiguration.webhooks"] = "name",
        ["MutatingWebhook.matchConditions"] = "name",
        ["ValidatingWebhook.matchConditions"] = "name",
        ["APIServiceStatus.conditions"] = "type",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Sets = new[] { "ObjectMeta.finalizers",
        "NodeSpec.podCIDRs" }.ToFrozenSet(StringComparer.Ordinal);

    public static void Annotate(Schema member, string owner, string field)
    {
        string key = $"{owner}.{field}";
        if (member.Kind == SchemaKind.Map && AtomicMaps.Contains(key))
        {
            member.AtomicMap = true;
        }

        if (member.Kind != SchemaKind.Array)
        {
            return;
        }

        if (Sets.Contains(key))
        {
            member.ListType = "set";
            member.PatchStrategy = "merge";
        }
        else if (MergeLists.TryGetValue(key, out string? keys))
        {
            string[] parts = keys.Split('|');
            string listKeys = parts.Length == 1 ? parts[0] : parts[1];
            if (parts[0].Length > 0)
            {
                member.PatchMergeKey = parts[0];
                member.PatchStrategy = key == "PodSpec.volumes" ? "merge,retainKeys" : "merge";
            }

            if (listKeys.Length > 0)
            {
                member.ListType = "map";
                member.ListMapKeys = listKeys.Split(',');
            }
        }
        else if (key == "DeploymentSpec.strategy")
        {
            member.PatchStrategy = "retainKeys";
        }
    }
}
