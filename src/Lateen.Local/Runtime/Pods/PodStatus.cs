namespace Lateen.Local.Runtime.Pods;

using System.Text.Json.Nodes;
using Lateen.Local.Runtime.Containers;
using Lateen.Local.Runtime.Network;

/// <summary>Writes a pod's status from its containers.</summary>
internal static class PodStatus
{
    internal static JsonObject Build(JsonObject pod, string? podIp, DateTimeOffset startTime, IReadOnlyList<ContainerWorker> inits,
        IReadOnlyList<ContainerWorker> apps, bool initialized)
    {
        bool ready = initialized && apps.All(static app => app.Ready) && inits.Where(static c => c.IsSidecar).All(static c => c.Ready);
        string phase = Phase(pod, apps, inits, initialized);
        ready &= phase == "Running";
        string[] unready = [.. apps.Concat(inits.Where(static c => c.IsSidecar)).Where(static c => !c.Ready).Select(static c => c.Name)];
        string message = unready.Length > 0 ? $"containers with unready status: [{string.Join(' ', unready)}]" : "";
        JsonObject status = new()
        {
            ["phase"] = phase,
            ["qosClass"] = "BestEffort",
            ["startTime"] = ContainerState.Time(startTime),
            ["conditions"] = Conditions(pod, initialized, ready, phase, message),
            ["containerStatuses"] = new JsonArray([.. apps.Select(app => Container(app, initContainer: false))]),
        };
        if (inits.Count > 0)
        {
            status["initContainerStatuses"] = new JsonArray([.. inits.Select(init => Container(init, initContainer: true))]);
        }

        if (podIp is not null)
        {
            status["hostIP"] = ClusterAddresses.HostIp;
            status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = ClusterAddresses.HostIp });
            status["podIP"] = podIp;
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = podIp });
        }

        return status;
    }

    internal static JsonObject Failed(string reason, string message) =>
        new() { ["phase"] = "Failed", ["reason"] = reason, ["message"] = message };

    private static string Phase(JsonObject pod, IReadOnlyList<ContainerWorker> apps, IReadOnlyList<ContainerWorker> inits, bool initialized)
    {
        string policy = pod.Text("spec", "restartPolicy") ?? "Always";
        if (!initialized)
        {
            bool failed = policy == "Never" && inits.Any(static c => c.IsInit && c.State is { IsTerminated: true, ExitCode: not 0 });
            return failed ? "Failed" : "Pending";
        }

        // As the kubelet: a pod has ended only when its sidecars have too.
        bool sidecars = inits.Any(static c => c.IsSidecar && c.State.Kind == "running");
        if (policy != "Always" && !sidecars && apps.All(static app => app.State.IsTerminated))
        {
            return apps.All(static app => app.State.ExitCode == 0) ? "Succeeded" : policy == "Never" ? "Failed" : "Running";
        }

        return apps.Any(static app => app.State.Kind != "waiting" || app.LastState is not null) ? "Running" : "Pending";
    }

    private static JsonArray Conditions(JsonObject pod, bool initialized, bool ready, string phase, string message)
    {
        bool done = phase == "Succeeded";
        JsonArray conditions = [];
        foreach ((string type, bool value, string reason, string text) in new[]
        {
            ("PodReadyToStartContainers", true, "", ""),
            ("Initialized", initialized, "ContainersNotInitialized", ""),
            ("Ready", ready, done ? "PodCompleted" : "ContainersNotReady", done ? "" : message),
            ("ContainersReady", ready, done ? "PodCompleted" : "ContainersNotReady", done ? "" : message),
        })
        {
            conditions.Add(Condition(pod, type, value, value ? "" : reason, value ? "" : text));
        }

        // Conditions of others (PodScheduled, readiness gates) stay as they are.
        foreach (JsonObject other in pod.Items("status", "conditions"))
        {
            if (!conditions.Any(own => own.Text("type") == other.Text("type")))
            {
                conditions.Add(other.DeepClone());
            }
        }

        return conditions;
    }

    private static JsonObject Condition(JsonObject pod, string type, bool value, string reason, string message)
    {
        string status = value ? "True" : "False";
        JsonObject? earlier = pod.Items("status", "conditions").FirstOrDefault(c => c.Text("type") == type && c.Text("status") == status);
        JsonObject condition = new()
        {
            ["type"] = type,
            ["status"] = status,
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = earlier.Text("lastTransitionTime") ?? ContainerState.Time(DateTimeOffset.UtcNow),
        };
        if (reason.Length > 0)
        {
            condition["reason"] = reason;
        }

        if (message.Length > 0)
        {
            condition["message"] = message;
        }

        return condition;
    }

    private static JsonObject Container(ContainerWorker worker, bool initContainer)
    {
        bool ready = initContainer && !worker.IsSidecar ? worker.State is { IsTerminated: true, ExitCode: 0 } : worker.Ready;
        return new JsonObject
        {
            ["name"] = worker.Name,
            ["state"] = worker.State.ToJson(worker.ContainerId),
            ["lastState"] = worker.LastState?.ToJson(worker.ContainerId) ?? [],
            ["ready"] = ready,
            ["restartCount"] = worker.RestartCount,
            ["image"] = worker.Image,
            ["imageID"] = worker.ContainerId.Length > 0 ? $"lateen-local://{Images.ImageMap.Normalize(worker.Image)}" : "",
            ["containerID"] = worker.ContainerId,
            ["started"] = worker.Started,
        };
    }
}
