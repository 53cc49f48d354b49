namespace Lateen.Local.ApiServer.Resources;

using k8s.Models;
using Lateen.Local.ApiServer.Schemas;
using Lateen.Local.Cluster;

/// <summary>The built-in kinds: a table to read.</summary>
internal static class BuiltInResources
{
    private const string Admission = "admissionregistration.k8s.io";
    private const string Rbac = "rbac.authorization.k8s.io";
    private const string Authentication = "authentication.k8s.io";
    private const string Authorization = "authorization.k8s.io";

    private static readonly ScalePaths Replicas = new("spec.replicas", "status.replicas", "status.selector");

    public static IEnumerable<ResourceDefinition> All(BuiltInSchemas schemas)
    {
        return [.. Core(schemas), .. Workloads(schemas), .. Policies(schemas), .. Extensions(schemas), .. Reviews(schemas)];
    }

    private static IEnumerable<ResourceDefinition> Core(BuiltInSchemas s)
    {
        yield return Of<V1Namespace>(s, "", "v1", "namespaces", "Namespace", false, "ns", status: true);
        yield return Of<V1Node>(s, "", "v1", "nodes", "Node", false, "no", status: true);
        yield return Of<V1Pod>(s, "", "v1", "pods", "Pod", true, "po", "all", status: true);
        yield return Of<V1Service>(s, "", "v1", "services", "Service", true, "svc", "all", status: true);
        yield return Of<V1Endpoints>(s, "", "v1", "endpoints", "Endpoints", true, "ep", singular: "endpoints");
        yield return Of<V1ConfigMap>(s, "", "v1", "configmaps", "ConfigMap", true, "cm");
        yield return Of<V1Secret>(s, "", "v1", "secrets", "Secret", true);
        yield return Of<V1ServiceAccount>(s, "", "v1", "serviceaccounts", "ServiceAccount", true, "sa");
        yield return Of<Corev1Event>(s, "", "v1", "events", "Event", true, "ev");
        yield return Of<Eventsv1Event>(s, "events.k8s.io", "v1", "events", "Event", true, "ev");
        yield return Of<V1PersistentVolume>(s, "", "v1", "persistentvolumes", "PersistentVolume", false, "pv", status: true,
            storedOnly: "no volume is provisioned or bound");
        yield return Of<V1PersistentVolumeClaim>(s, "", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", true, "pvc",
            status: true, storedOnly: "no volume is provisioned or bound");
        yield return Of<V1ReplicationController>(s, "", "v1", "replicationcontrollers", "ReplicationController", true, "rc",
            "all",
            status: true, scale: true, storedOnly: "no pods are created; use a Deployment");
        yield return Of<V1LimitRange>(s, "", "v1", "limitranges", "LimitRange", true, "limits",
            storedOnly: "limits are not applied");
        yield return Of<V1ResourceQuota>(s, "", "v1", "resourcequotas", "ResourceQuota", true, "quota", status: true,
            storedOnly: "quotas are not enforced");
        yield return Of<V1PodTemplate>(s, "", "v1", "podtemplates", "PodTemplate", true);
        yield return Of<V1EndpointSlice>(s, "discovery.k8s.io", "v1", "endpointslices", "EndpointSlice", true);
        yield return Of<V1Lease>(s, "coordination.k8s.io", "v1", "leases", "Lease", true);
    }

    private static IEnumerable<ResourceDefinition> Workloads(BuiltInSchemas s)
    {
        yield return Of<V1Deployment>(s, "apps", "v1", "deployments", "Deployment", true, "deploy", "all", status: true,
            scale: true);
        yield return Of<V1ReplicaSet>(s, "apps", "v1", "replicasets", "ReplicaSet", true, "rs", "all", status: true, scale: true);
        yield return Of<V1StatefulSet>(s, "apps", "v1", "statefulsets", "StatefulSet", true, "sts", "all", status: true,
            scale: true);
        yield return Of<V1DaemonSet>(s, "apps", "v1", "daemonsets", "DaemonSet", true, "ds", "all", status: true);
        yield return Of<V1ControllerRevision>(s, "apps", "v1", "controllerrevisions", "ControllerRevision", true);
        yield return Of<V1Job>(s, "batch", "v1", "jobs", "Job", true, "", "all", status: true);
        yield return Of<V1CronJob>(s, "batch", "v1", "cronjobs", "CronJob", true, "cj", "all", status: true);
    }

    private static IEnumerable<ResourceDefinition> Policies(BuiltInSchemas s)
    {
        yield return Of<V1Role>(s, Rbac, "v1", "roles", "Role", true);
        yield return Of<V1RoleBinding>(s, Rbac, "v1", "rolebindings", "RoleBinding", true);
        yield return Of<V1ClusterRole>(s, Rbac, "v1", "clusterroles", "ClusterRole", false);
        yield return Of<V1ClusterRoleBinding>(s, Rbac, "v1", "clusterrolebindings", "ClusterRoleBinding", false);
        yield return Of<V1Ingress>(s, "networking.k8s.io", "v1", "ingresses", "Ingress", true, "ing", singular: "ingress",
            status: true);
        yield return Of<V1IngressClass>(s, "networking.k8s.io", "v1", "ingressclasses", "IngressClass", false,
            singular: "ingressclass");
        yield return Of<V1NetworkPolicy>(s, "networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", true, "netpol",
            singular: "networkpolicy", storedOnly: "traffic is not restricted by it");
        yield return Of<V1PodDisruptionBudget>(s, "policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", true, "pdb",
            status: true, storedOnly: "disruptions are not limited by it");
        yield return Of<V2HorizontalPodAutoscaler>(s, "autoscaling", "v2", "horizontalpodautoscalers",
            "HorizontalPodAutoscaler", true,
            "hpa", "all", status: true, storedOnly: "nothing is scaled by it");
        yield return Of<V1StorageClass>(s, "storage.k8s.io", "v1", "storageclasses", "StorageClass", false, "sc",
            singular: "storageclass",
            storedOnly: "no volume is provisioned by it");
        yield return Of<V1PriorityClass>(s, "scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", false, "pc",
            singular: "priorityclass", storedOnly: "pods are not preempted by priority");
    }

    private static IEnumerable<ResourceDefinition> Extensions(BuiltInSchemas s)
    {
        yield return Of<V1CustomResourceDefinition>(s, "apiextensions.k8s.io", "v1", "customresourcedefinitions",
            "CustomResourceDefinition", false, "crd,crds", "api-extensions", status: true);
        yield return Of<V1APIService>(s, "apiregistration.k8s.io", "v1", "apiservices", "APIService", false, "", "api-extensions",
            status: true, storedOnly: "no request is forwarded to it");
        yield return Of<V1MutatingWebhookConfiguration>(s, Admission, "v1", "mutatingwebhookconfigurations",
            "MutatingWebhookConfiguration", false, "", "api-extensions");
        yield return Of<V1ValidatingWebhookConfiguration>(s, Admission, "v1", "validatingwebhookconfigurations",
            "ValidatingWebhookConfiguration", false, "", "api-extensions");
        yield return Of<V1ValidatingAdmissionPolicy>(s, Admission, "v1", "validatingadmissionpolicies",
            "ValidatingAdmissionPolicy",
            false, "", "api-extensions", singular: "validatingadmissionpolicy", status: true,
            storedOnly: "its expressions are not evaluated");
        yield return Of<V1ValidatingAdmissionPolicyBinding>(s, Admission, "v1", "validatingadmissionpolicybindings",
            "ValidatingAdmissionPolicyBinding", false, "", "api-extensions", storedOnly: "its policy is not evaluated");
    }

    private static IEnumerable<ResourceDefinition> Reviews(BuiltInSchemas s)
    {
        yield return Of<V1TokenReview>(s, Authentication, "v1", "tokenreviews", "TokenReview", false, createOnly: true);
        yield return Of<V1SelfSubjectReview>(s, Authentication, "v1", "selfsubjectreviews", "SelfSubjectReview", false,
            createOnly: true);
        yield return Of<V1SubjectAccessReview>(s, Authorization, "v1", "subjectaccessreviews", "SubjectAccessReview", false,
            createOnly: true);
        yield return Of<V1LocalSubjectAccessReview>(s, Authorization, "v1", "localsubjectaccessreviews",
            "LocalSubjectAccessReview",
            true, createOnly: true);
        yield return Of<V1SelfSubjectAccessReview>(s, Authorization, "v1", "selfsubjectaccessreviews",
            "SelfSubjectAccessReview", false,
            createOnly: true);
        yield return Of<V1SelfSubjectRulesReview>(s, Authorization, "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview",
            false,
            createOnly: true);
    }

    private static ResourceDefinition Of<TModel>(BuiltInSchemas schemas, string group, string version, string plural, string kind,
        bool namespaced, string shortNames = "", string categories = "", string? singular = null, bool status = false,
        bool scale = false, string? storedOnly = null, bool createOnly = false)
    {
        return new ResourceDefinition
        {
            Type = new ResourceType(group, version, plural, kind, namespaced),
            Schema = schemas.For(typeof(TModel)),
            Singular = singular ?? kind.ToLowerInvariant(),
            ListKind = $"{kind}List",
            ShortNames = shortNames.Split(',', StringSplitOptions.RemoveEmptyEntries),
            Categories = categories.Split(',', StringSplitOptions.RemoveEmptyEntries),
            HasStatus = status,
            Scale = scale ? Replicas : null,
            StoredOnly = storedOnly is null ? null : $"{kind} is stored but not acted on in this cluster: {storedOnly}",
            CreateOnly = createOnly,
        };
    }
}
