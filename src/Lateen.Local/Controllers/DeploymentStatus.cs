namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>Computes a Deployment's status: what `kubectl rollout status` and `kubectl wait` read.</summary>
internal static class DeploymentStatus
{
    public const int DefaultProgressDeadlineSeconds = 600;

    public static JsonObject Compute(DeploymentSets sets, DateTimeOffset now)
    {
        JsonObject deployment = sets.Deployment;
        JsonObject? old = deployment.Child("status");
        JsonObject status = old?.Copy() ?? [];
        int available = Sum(sets, "availableReplicas");
        status["observedGeneration"] = deployment.Generation();
        WorkloadStatus.SetCount(status, "replicas", Sum(sets, "replicas"));
        WorkloadStatus.SetCount(status, "updatedReplicas", sets.New is null ? 0 : DeploymentSets.StatusCount(sets.New, "replicas"));
        WorkloadStatus.SetCount(status, "readyReplicas", Sum(sets, "readyReplicas"));
        WorkloadStatus.SetCount(status, "availableReplicas", available);
        WorkloadStatus.SetCount(
            status, "unavailableReplicas", Math.Max(0, sets.All.Sum(DeploymentSets.SpecReplicas) - available));
        SetAvailable(sets, status, available, now);
        SetProgressing(sets, old, status, now);
        SetFailure(sets, status, now);
        return status;
    }

    public static bool IsComplete(DeploymentSets sets, JsonObject status) =>
        (status.Number("updatedReplicas") ?? 0) == sets.Wanted
        && (status.Number("replicas") ?? 0) == sets.Wanted
        && (status.Number("availableReplicas") ?? 0) == sets.Wanted;

    /// <summary>When the controller must look again to find the deadline passed; null when none is running.</summary>
    public static TimeSpan? UntilDeadline(DeploymentSets sets, JsonObject status, DateTimeOffset now)
    {
        JsonObject? progressing = Conditions.Find(status, "Progressing");
        if (progressing.Text("status") != "True" || progressing.Text("reason") == "NewReplicaSetAvailable"
            || IsComplete(sets, status) || progressing.Time("lastUpdateTime") is not { } since)
        {
            return null;
        }

        return since + Deadline(sets) - now + TimeSpan.FromSeconds(1);
    }

    private static TimeSpan Deadline(DeploymentSets sets) =>
        TimeSpan.FromSeconds(sets.Deployment.Number("spec", "progressDeadlineSeconds") ?? DefaultProgressDeadlineSeconds);

    private static int Sum(DeploymentSets sets, string field) => sets.All.Sum(s => DeploymentSets.StatusCount(s, field));

    private static void SetAvailable(DeploymentSets sets, JsonObject status, int available, DateTimeOffset now)
    {
        if (available >= sets.Wanted - sets.MaxUnavailable)
        {
            Conditions.Write(status, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.", now);
        }
        else
        {
            Conditions.Write(status, "Available", "False", "MinimumReplicasUnavailable",
                "Deployment does not have minimum availability.", now);
        }
    }

    private static void SetProgressing(DeploymentSets sets, JsonObject? old, JsonObject status, DateTimeOffset now)
    {
        JsonObject? condition = Conditions.Find(old, "Progressing");
        if (sets.Deployment.Flag("spec", "paused"))
        {
            Conditions.Write(status, "Progressing", "Unknown", "DeploymentPaused", "Deployment is paused", now);
            return;
        }

        string name = sets.New is null ? $"Deployment \"{sets.Deployment.Name()}\"" : $"ReplicaSet \"{sets.New.Name()}\"";
        string done = $"{name} has successfully progressed.";
        bool settled = condition.Text("reason") == "NewReplicaSetAvailable" && condition.Text("message") == done;
        if (IsComplete(sets, status))
        {
            Conditions.Write(status, "Progressing", "True", "NewReplicaSetAvailable", done, now);
        }
        else if (settled)
        {
            // A pod lost after a finished rollout is no rollout: Kubernetes leaves the condition as it was.
            return;
        }
        else if (condition is null || condition.Text("reason") is "DeploymentResumed" or "DeploymentPaused" or "NewReplicaSetAvailable"
            || HasProgressed(old, status))
        {
            Conditions.Write(
                status, "Progressing", "True", "ReplicaSetUpdated", $"{name} is progressing.", now, refresh: true);
        }
        else if (condition.Time("lastUpdateTime") + Deadline(sets) < now)
        {
            Conditions.Write(
                status, "Progressing", "False", "ProgressDeadlineExceeded", $"{name} has timed out progressing.", now);
        }
    }

    private static bool HasProgressed(JsonObject? old, JsonObject status)
    {
        long updated = status.Number("updatedReplicas") ?? 0;
        long oldUpdated = old.Number("updatedReplicas") ?? 0;
        long remaining = (status.Number("replicas") ?? 0) - updated;
        long oldRemaining = (old.Number("replicas") ?? 0) - oldUpdated;
        return updated > oldUpdated || remaining < oldRemaining
            || (status.Number("readyReplicas") ?? 0) > (old.Number("readyReplicas") ?? 0)
            || (status.Number("availableReplicas") ?? 0) > (old.Number("availableReplicas") ?? 0);
    }

    private static void SetFailure(DeploymentSets sets, JsonObject status, DateTimeOffset now)
    {
        foreach (JsonObject set in sets.New is null ? sets.Old : sets.Old.Prepend(sets.New))
        {
            if (Conditions.Find(set.Child("status"), "ReplicaFailure") is { } failure)
            {
                Conditions.Write(status, "ReplicaFailure", "True", failure.Text("reason") ?? "", failure.Text("message") ?? "", now);
                return;
            }
        }

        Conditions.Remove(status, "ReplicaFailure");
    }
}
