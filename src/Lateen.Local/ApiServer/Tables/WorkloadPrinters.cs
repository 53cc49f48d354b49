namespace Lateen.Local.ApiServer.Tables;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>Columns of the apps and batch kinds.</summary>
internal static class WorkloadPrinters
{
    private static readonly TableColumn Name = new("Name", Format: "name");

    private static readonly TableColumn[] Wide =
    [
        new("Containers", Priority: 1), new("Images", Priority: 1), new("Selector", Priority: 1),
    ];

    public static readonly TablePrinter Deployments = new(
        [Name, new("Ready"), new("Up-to-date"), new("Available"), new("Age"), .. Wide],
        (obj, now) => [obj.Name(), Ready(obj), Number(obj, "updatedReplicas"), Number(obj, "availableReplicas"),
            TablePrinters.Age(obj, now), .. WideCells(obj)]);

    public static readonly TablePrinter ReplicaSets = new(
        [Name, new("Desired", "integer"), new("Current", "integer"), new("Ready", "integer"), new("Age"), .. Wide],
        (obj, now) => [obj.Name(), obj.Int("spec", "replicas") ?? 0, Number(obj, "replicas"), Number(obj, "readyReplicas"),
            TablePrinters.Age(obj, now), .. WideCells(obj)]);

    public static readonly TablePrinter ReplicationControllers = ReplicaSets;

    public static readonly TablePrinter StatefulSets = new(
        [Name, new("Ready"), new("Age"), new("Containers", Priority: 1), new("Images", Priority: 1)],
        (obj, now) => [obj.Name(), Ready(obj), TablePrinters.Age(obj, now), .. WideCells(obj).Take(2)]);

    public static readonly TablePrinter DaemonSets = new(
        [
            Name, new("Desired", "integer"), new("Current", "integer"), new("Ready", "integer"), new("Up-to-date", "integer"),
            new("Available", "integer"), new("Node Selector"), new("Age"), .. Wide,
        ],
        (obj, now) => [obj.Name(), Number(obj, "desiredNumberScheduled"), Number(obj, "currentNumberScheduled"),
            Number(obj, "numberReady"), Number(obj, "updatedNumberScheduled"), Number(obj, "numberAvailable"),
            TablePrinters.MapText(obj.Obj("spec", "template", "spec", "nodeSelector")), TablePrinters.Age(obj, now),
                .. WideCells(obj)]);

    public static readonly TablePrinter ControllerRevisions = new(
        [Name, new("Controller"), new("Revision"), new("Age")],
        (obj, now) => [obj.Name(), Owner(obj), obj.Int("revision") ?? 0, TablePrinters.Age(obj, now)]);

    public static readonly TablePrinter Jobs = new(
        [Name, new("Status"), new("Completions"), new("Duration"), new("Age"), .. Wide],
        (obj, now) => [obj.Name(), JobStatus(obj), $"{Number(obj, "succeeded")}/{obj.Int("spec", "completions") ?? 1}",
            JobDuration(obj, now),
            TablePrinters.Age(obj, now), .. WideCells(obj)]);

    public static readonly TablePrinter CronJobs = new(
        [
            Name, new("Schedule"), new("Timezone"), new("Suspend", "boolean"), new("Active", "integer"), new("Last Schedule"),
                new("Age"),
        ],
        (obj, now) => [obj.Name(), obj.Str("spec", "schedule"), obj.Str("spec", "timeZone") ?? "<none>",
            obj.Bool("spec", "suspend") ? "True" : "False", obj.Arr("status", "active")?.Count ?? 0,
            obj.Str("status", "lastScheduleTime") is { } last ? Durations.Age(last, now) : "<none>",
                TablePrinters.Age(obj, now)]);

    private static string Ready(JsonObject obj) => $"{Number(obj, "readyReplicas")}/{obj.Int("spec", "replicas") ?? 0}";

    private static long Number(JsonObject obj, string field) => obj.Int("status", field) ?? 0;

    private static IEnumerable<JsonNode?> WideCells(JsonObject obj)
    {
        var containers = obj.Arr("spec", "template", "spec", "containers").Objects().ToList();
        yield return string.Join(",", containers.Select(container => container.Str("name")));
        yield return string.Join(",", containers.Select(container => container.Str("image")));
        yield return TablePrinters.SelectorText(obj.Obj("spec", "selector"));
    }

    private static string Owner(JsonObject obj)
    {
        JsonObject? owner = obj.Arr("metadata", "ownerReferences").Objects().FirstOrDefault(item => item.Bool("controller"));
        return owner is null ? "<none>" : $"{owner.Str("kind")?.ToLowerInvariant()}.apps/{owner.Str("name")}";
    }

    private static string JobStatus(JsonObject obj)
    {
        foreach (JsonObject condition in obj.Arr("status", "conditions").Objects())
        {
            if (condition.Str("status") == "True" && condition.Str("type") is "Complete" or "Failed" or "Suspended")
            {
                return condition.Str("type") ?? "";
            }
        }

        return obj.Str("metadata", "deletionTimestamp") is null ? "Running" : "Terminating";
    }

    private static string JobDuration(JsonObject obj, DateTimeOffset now)
    {
        if (KubeTime.Parse(obj.Str("status", "startTime")) is not { } start)
        {
            return "";
        }

        return Durations.Human((KubeTime.Parse(obj.Str("status", "completionTime")) ?? now) - start);
    }
}
