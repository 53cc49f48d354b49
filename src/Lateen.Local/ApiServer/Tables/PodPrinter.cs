namespace Lateen.Local.ApiServer.Tables;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;

/// <summary>READY and STATUS of pods, as kubectl has always shown them.</summary>
internal static class PodPrinter
{
    public static readonly TablePrinter Printer = new(
        [
            new("Name", Format: "name"), new("Ready"), new("Status"), new("Restarts"), new("Age"), new("IP", Priority: 1),
            new("Node", Priority: 1), new("Nominated Node", Priority: 1), new("Readiness Gates", Priority: 1),
        ],
        Cells);

    private static JsonArray Cells(JsonObject pod, DateTimeOffset now)
    {
        HashSet<string> sidecars = [.. pod.Arr("spec", "initContainers").Objects()
            .Where(container => container.Str("restartPolicy") == "Always").Select(container => container.Str("name") ?? "")];
        var containers = pod.Arr("status", "containerStatuses").Objects().ToList();
        var initial = pod.Arr("status", "initContainerStatuses").Objects().ToList();
        var counted = containers.Concat(initial.Where(status => sidecars.Contains(status.Str("name") ?? ""))).ToList();
        int total = (pod.Arr("spec", "containers")?.Count ?? 0) + sidecars.Count;
        int ready = counted.Count(status => status.Bool("ready"));
        long restarts = counted.Sum(status => status.Int("restartCount") ?? 0);
        string status = Status(pod, containers, initial, sidecars, ref restarts);
        string restartText = restarts == 0 ? "0" : LastRestart(counted) is { } last
            ? $"{restarts} ({Durations.Age(last, now)} ago)" : $"{restarts}";
        return
        [
            pod.Name(), $"{ready}/{total}", status, restartText, TablePrinters.Age(pod, now),
                pod.Str("status", "podIP") ?? "<none>",
            pod.Str("spec", "nodeName") ?? "<none>", "<none>", "<none>",
        ];
    }

    private static string Status(JsonObject pod, List<JsonObject> containers, List<JsonObject> initial, HashSet<string> sidecars,
        ref long restarts)
    {
        string reason = pod.Str("status", "reason") ?? pod.Str("status", "phase") ?? "Unknown";
        bool initializing = false;
        for (int i = 0; i < initial.Count; i++)
        {
            if (InitReason(initial[i], sidecars, i, pod.Arr("spec", "initContainers")?.Count ?? 0) is { } found)
            {
                reason = found;
                initializing = true;
                restarts = Math.Max(restarts, initial.Sum(status => status.Int("restartCount") ?? 0));
                break;
            }
        }

        bool initialized = pod.Arr("status", "conditions").Objects()
            .Any(condition => condition.Str("type") == "Initialized" && condition.Str("status") == "True");
        if (!initializing || initialized)
        {
            reason = ContainerReason(pod, containers, reason);
        }

        if (pod.Str("metadata", "deletionTimestamp") is not null)
        {
            return pod.Str("status", "reason") == "NodeLost" ? "Unknown"
                : pod.Str("status", "phase") is "Succeeded" or "Failed" ? reason : "Terminating";
        }

        return reason;
    }

    private static string? InitReason(JsonObject status, HashSet<string> sidecars, int index, int total)
    {
        if (status.Obj("state", "terminated") is { } terminated)
        {
            if (terminated.Int("exitCode") == 0)
            {
                return null;
            }

            string why = terminated.Str("reason") ?? "";
            return why.Length > 0 ? $"Init:{why}"
                : terminated.Int("signal") is > 0 and { } signal ? $"Init:Signal:{signal}"
                    : $"Init:ExitCode:{terminated.Int("exitCode")}";
        }

        if (sidecars.Contains(status.Str("name") ?? "") && status.Bool("started"))
        {
            return null;
        }

        string? waiting = status.Str("state", "waiting", "reason");
        return waiting is { Length: > 0 } and not "PodInitializing" ? $"Init:{waiting}" : $"Init:{index}/{total}";
    }

    private static string ContainerReason(JsonObject pod, List<JsonObject> containers, string reason)
    {
        bool running = false;
        for (int i = containers.Count - 1; i >= 0; i--)
        {
            JsonObject status = containers[i];
            if (status.Str("state", "waiting", "reason") is { Length: > 0 } waiting)
            {
                reason = waiting;
            }
            else if (status.Obj("state", "terminated") is { } terminated)
            {
                string why = terminated.Str("reason") ?? "";
                reason = why.Length > 0 ? why
                    : terminated.Int("signal") is > 0 and { } signal ? $"Signal:{signal}"
                        : $"ExitCode:{terminated.Int("exitCode")}";
            }
            else if (status.Bool("ready") && status.Obj("state", "running") is not null)
            {
                running = true;
            }
        }

        if (reason != "Completed" || !running)
        {
            return reason;
        }

        bool ready = pod.Arr("status", "conditions").Objects()
            .Any(condition => condition.Str("type") == "Ready" && condition.Str("status") == "True");
        return ready ? "Running" : "NotReady";
    }

    private static string? LastRestart(List<JsonObject> statuses)
    {
        return statuses.Select(status => status.Str("lastState", "terminated", "finishedAt"))
            .Where(time => time is not null).Max();
    }
}
