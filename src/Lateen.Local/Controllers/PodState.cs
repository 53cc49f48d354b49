namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>What controllers read from a pod's status.</summary>
internal static class PodState
{
    public static string Phase(JsonObject pod) => pod.Text("status", "phase") ?? "Pending";

    public static bool IsFinished(JsonObject pod) => Phase(pod) is "Succeeded" or "Failed";

    public static bool IsReady(JsonObject pod) => Conditions.IsTrue(pod.Child("status"), "Ready");

    /// <summary>Ready for at least minReadySeconds.</summary>
    public static bool IsAvailable(JsonObject pod, long minReadySeconds, DateTimeOffset now) =>
        IsReady(pod) && (minReadySeconds == 0 || ReadySince(pod) is { } since && since.AddSeconds(minReadySeconds) <= now);

    /// <summary>How long until a ready pod counts as available; null when time alone will not change it.</summary>
    public static TimeSpan? UntilAvailable(JsonObject pod, long minReadySeconds, DateTimeOffset now)
    {
        if (minReadySeconds == 0 || !IsReady(pod) || ReadySince(pod) is not { } since)
        {
            return null;
        }

        TimeSpan left = since.AddSeconds(minReadySeconds) - now;
        return left > TimeSpan.Zero ? left : null;
    }

    /// <summary>
    /// Kubernetes' order for scaling down: unassigned, pending, unready, cheaper by pod-deletion-cost, shorter ready, more restarts, newer.
    /// </summary>
    public static int CompareForDeletion(JsonObject left, JsonObject right)
    {
        int order = Assigned(left).CompareTo(Assigned(right));
        order = order != 0 ? order : PhaseRank(left).CompareTo(PhaseRank(right));
        order = order != 0 ? order : IsReady(left).CompareTo(IsReady(right));
        order = order != 0 ? order : DeletionCost(left).CompareTo(DeletionCost(right));
        order = order != 0 ? order : (ReadySince(right) ?? default).CompareTo(ReadySince(left) ?? default);
        order = order != 0 ? order : Restarts(right).CompareTo(Restarts(left));
        order = order != 0 ? order : right.Created().CompareTo(left.Created());
        return order != 0 ? order : string.CompareOrdinal(left.Name(), right.Name());
    }

    private static DateTimeOffset? ReadySince(JsonObject pod) =>
        Conditions.Find(pod.Child("status"), "Ready").Time("lastTransitionTime");

    private static bool Assigned(JsonObject pod) => pod.Text("spec", "nodeName") is { Length: > 0 };

    private static int PhaseRank(JsonObject pod) => Phase(pod) switch { "Pending" => 0, "Unknown" => 1, _ => 2 };

    private static int DeletionCost(JsonObject pod) =>
        int.TryParse(pod.Annotation("controller.kubernetes.io/pod-deletion-cost"), out int cost) ? cost : 0;

    private static long Restarts(JsonObject pod) =>
        pod.Items("status", "containerStatuses").Sum(container => container.Number("restartCount") ?? 0);
}
