namespace Lateen.Local.ApiServer.Tables;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;

/// <summary>kubectl's columns for every kind.</summary>
internal static class TablePrinters
{
    private static readonly TableColumn Name = new("Name", Format: "name");
    private static readonly TableColumn AgeColumn = new("Age");

    private static readonly TablePrinter Default = Of([Name, new("Created At", Format: "date-time")],
        (obj, now) => [obj.Name(), obj.Str("metadata", "creationTimestamp")]);

    private static readonly Dictionary<string, TablePrinter> ByResource = new()
    {
        ["pods"] = PodPrinter.Printer,
        ["services"] = NetworkPrinters.Services,
        ["endpoints"] = NetworkPrinters.Endpoints,
        ["discovery.k8s.io/endpointslices"] = NetworkPrinters.EndpointSlices,
        ["networking.k8s.io/ingresses"] = NetworkPrinters.Ingresses,
        ["apps/deployments"] = WorkloadPrinters.Deployments,
        ["apps/replicasets"] = WorkloadPrinters.ReplicaSets,
        ["apps/statefulsets"] = WorkloadPrinters.StatefulSets,
        ["apps/daemonsets"] = WorkloadPrinters.DaemonSets,
        ["apps/controllerrevisions"] = WorkloadPrinters.ControllerRevisions,
        ["batch/jobs"] = WorkloadPrinters.Jobs,
        ["batch/cronjobs"] = WorkloadPrinters.CronJobs,
        ["replicationcontrollers"] = WorkloadPrinters.ReplicationControllers,
        ["events"] = EventPrinter.Printer,
        ["events.k8s.io/events"] = EventPrinter.Printer,
        ["namespaces"] = Of([Name, new("Status"), AgeColumn],
            (obj, now) => [obj.Name(), obj.Str("status", "phase"), Age(obj, now)]),
        ["nodes"] = NodePrinter.Printer,
        ["configmaps"] = Of([Name, new("Data"), AgeColumn],
            (obj, now) => [obj.Name(), Count(obj, "data") + Count(obj, "binaryData"), Age(obj, now)]),
        ["secrets"] = Of([Name, new("Type"), new("Data", "integer"), AgeColumn],
            (obj, now) => [obj.Name(), obj.Str("type"), Count(obj, "data"), Age(obj, now)]),
        ["serviceaccounts"] = Of([Name, new("Secrets"), AgeColumn],
            (obj, now) => [obj.Name(), obj.Arr("secrets")?.Count ?? 0, Age(obj, now)]),
        ["coordination.k8s.io/leases"] = Of([Name, new("Holder"), AgeColumn],
            (obj, now) => [obj.Name(), obj.Str("spec", "holderIdentity"), Age(obj, now)]),
        ["rbac.authorization.k8s.io/rolebindings"] = Bindings(),
        ["rbac.authorization.k8s.io/clusterrolebindings"] = Bindings(),
        ["apiextensions.k8s.io/customresourcedefinitions"] = Default,
        ["admissionregistration.k8s.io/mutatingwebhookconfigurations"] = Webhooks(),
        ["admissionregistration.k8s.io/validatingwebhookconfigurations"] = Webhooks(),
        ["persistentvolumeclaims"] = Of([Name, new("Status"), new("Volume"), new("Capacity"), new("Access Modes"),
            new("StorageClass"),
            AgeColumn], (obj, now) => [obj.Name(), obj.Str("status", "phase"), obj.Str("spec", "volumeName"),
            obj.Str("status", "capacity", "storage"), "", obj.Str("spec", "storageClassName"), Age(obj, now)]),
        ["persistentvolumes"] = Of([Name, new("Capacity"), new("Status"), new("StorageClass"), AgeColumn],
            (obj, now) => [obj.Name(), obj.Str("spec", "capacity", "storage"), obj.Str("status", "phase"),
            obj.Str("spec", "storageClassName"), Age(obj, now)]),
        ["storage.k8s.io/storageclasses"] = Of([Name, new("Provisioner"), AgeColumn],
            (obj, now) => [obj.Name(), obj.Str("provisioner"), Age(obj, now)]),
        ["scheduling.k8s.io/priorityclasses"] = Of([Name, new("Value", "integer"), new("Global-Default", "boolean"), AgeColumn],
            (obj, now) => [obj.Name(), obj.Int("value"), obj.Bool("globalDefault"), Age(obj, now)]),
        ["policy/poddisruptionbudgets"] = Of([Name, new("Min Available"), new("Max Unavailable"),
            new("Allowed Disruptions", "integer"),
            AgeColumn], (obj, now) => [obj.Name(), Text(obj.At("spec", "minAvailable"), "N/A"),
                Text(obj.At("spec", "maxUnavailable"), "N/A"),
            obj.Int("status", "disruptionsAllowed") ?? 0, Age(obj, now)]),
        ["autoscaling/horizontalpodautoscalers"] = Of([Name, new("Reference"), new("Targets"), new("MinPods"), new("MaxPods"),
            new("Replicas", "integer"), AgeColumn], (obj, now) => [obj.Name(),
            $"{obj.Str("spec", "scaleTargetRef", "kind")}/{obj.Str("spec", "scaleTargetRef", "name")}", "<unknown>",
            Text(obj.At("spec", "minReplicas"), "1"), Text(obj.At("spec", "maxReplicas"), ""),
                obj.Int("status", "currentReplicas") ?? 0,
            Age(obj, now)]),
        ["networking.k8s.io/networkpolicies"] = Of([Name, new("Pod-Selector"), AgeColumn],
            (obj, now) => [obj.Name(), SelectorText(obj.Obj("spec", "podSelector")), Age(obj, now)]),
        ["networking.k8s.io/ingressclasses"] = Of([Name, new("Controller"), AgeColumn],
            (obj, now) => [obj.Name(), obj.Str("spec", "controller"), Age(obj, now)]),
    };

    public static TablePrinter For(ResourceDefinition resource)
    {
        if (resource.IsCustom)
        {
            return CustomPrinter.For(resource);
        }

        return ByResource.GetValueOrDefault(resource.Collection) ?? Default;
    }

    public static TablePrinter Of(IReadOnlyList<TableColumn> columns, Func<JsonObject, DateTimeOffset, JsonArray> cells)
    {
        return new TablePrinter(columns, cells);
    }

    public static string Age(JsonObject obj, DateTimeOffset now) => Durations.Age(obj.Str("metadata", "creationTimestamp"), now);

    public static string Text(JsonNode? value, string missing) => value.AsText() ?? value?.ToJsonString() ?? missing;

    public static string SelectorText(JsonObject? selector)
    {
        JsonObject? labels = selector.Obj("matchLabels");
        var parts = new List<string>((labels ?? []).Select(pair => $"{pair.Key}={pair.Value.AsText()}"));
        foreach (JsonObject expression in selector.Arr("matchExpressions").Objects())
        {
            string values = string.Join(",", expression.Arr("values").Strings());
            string key = expression.Str("key") ?? "";
            parts.Add(expression.Str("operator") switch
            {
                "In" => $"{key} in ({values})",
                "NotIn" => $"{key} notin ({values})",
                "Exists" => key,
                _ => $"!{key}",
            });
        }

        return parts.Count == 0 ? "<none>" : string.Join(",", parts);
    }

    public static string MapText(JsonObject? map)
    {
        return map is not { Count: > 0 } ? "<none>"
            : string.Join(",", map.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => $"{pair.Key}={pair.Value.AsText()}"));
    }

    private static int Count(JsonObject obj, string field) => obj.Obj(field)?.Count ?? 0;

    private static TablePrinter Bindings()
    {
        return Of([Name, new("Role"), AgeColumn, new("Users", Priority: 1), new("Groups", Priority: 1),
            new("ServiceAccounts", Priority: 1)],
            (obj, now) => [obj.Name(), $"{obj.Str("roleRef", "kind")}/{obj.Str("roleRef", "name")}", Age(obj, now),
                Subjects(obj, "User"), Subjects(obj, "Group"), Subjects(obj, "ServiceAccount")]);
    }

    private static string Subjects(JsonObject obj, string kind)
    {
        return string.Join(", ", obj.Arr("subjects").Objects().Where(subject => subject.Str("kind") == kind)
            .Select(subject => kind == "ServiceAccount" ? $"{subject.Str("namespace")}/{subject.Str("name")}"
                : subject.Str("name")));
    }

    private static TablePrinter Webhooks()
    {
        return Of([Name, new("Webhooks", "integer"), AgeColumn],
            (obj, now) => [obj.Name(), obj.Arr("webhooks")?.Count ?? 0, Age(obj, now)]);
    }
}
