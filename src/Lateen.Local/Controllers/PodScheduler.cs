namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Gives every new pod to the one node, unless its nodeSelector rules the node out.</summary>
internal sealed class PodScheduler(ControllerContext context) : IController
{
    private const string Component = "default-scheduler";

    private readonly Informer _pods = context.Informers.For(KubeTypes.Pods);

    public string Name => Component;

    public void Start(WorkQueue queue) => _pods.Subscribe(change =>
    {
        if (!change.Deleted && IsWaiting(change.Object))
        {
            queue.Add(change.Object.Key());
        }
    });

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_pods.Get(key) is not { } pod || !IsWaiting(pod))
        {
            return;
        }

        if (pod.Child("spec", "nodeSelector") is { } selector && !FitsNode(selector, context.Options))
        {
            await RefuseAsync(pod, cancel);
            return;
        }

        string node = context.Options.NodeName;
        try
        {
            // The condition goes first: once nodeName is set, the status belongs to the runtime.
            await WriteConditionAsync(pod, true, null, null, cancel);
            JsonObject patch = new() { ["spec"] = new JsonObject { ["nodeName"] = node } };
            await context.PatchAsync(KubeTypes.Pods, pod, patch, cancel);
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            return;
        }

        await context.EventAsync(pod, "Scheduled", $"Successfully assigned {key} to {node}", Component, cancel);
    }

    /// <summary>True when every label asked for is one of the node's.</summary>
    public static bool FitsNode(JsonObject selector, ControllerOptions options) =>
        selector.Count == 0 || Selector.MatchesMap(selector, NodeHeartbeat.Labels(options));

    private static bool IsWaiting(JsonObject pod) =>
        !pod.IsTerminating() && !PodState.IsFinished(pod) && pod.Text("spec", "nodeName") is not { Length: > 0 }
        && !pod.Items("spec", "schedulingGates").Any()
        && (pod.Text("spec", "schedulerName") ?? Component) == Component;

    private async Task RefuseAsync(JsonObject pod, CancellationToken cancel)
    {
        const string Message = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.";
        if (Conditions.Find(pod.Child("status"), "PodScheduled").Text("status") != "False")
        {
            await WriteConditionAsync(pod, false, "Unschedulable", Message, cancel);
            await context.WarnAsync(pod, "FailedScheduling", Message, Component, cancel);
        }
    }

    private Task WriteConditionAsync(JsonObject pod, bool scheduled, string? reason, string? message, CancellationToken cancel)
    {
        JsonObject condition = new()
        {
            ["type"] = "PodScheduled",
            ["status"] = scheduled ? "True" : "False",
            ["lastTransitionTime"] = KubeObject.Stamp(context.Now),
        };
        if (reason is not null)
        {
            condition["reason"] = reason;
            condition["message"] = message;
        }

        JsonArray conditions = new([.. pod.Items("status", "conditions")
            .Where(c => c.Text("type") != "PodScheduled").Select(c => c.DeepClone()), condition]);
        JsonObject patch = new() { ["status"] = new JsonObject { ["phase"] = "Pending", ["conditions"] = conditions } };
        return context.PatchAsync(KubeTypes.Pods, pod, patch, cancel, "status");
    }
}
