namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>Runs one pod of each DaemonSet on the one node; an outdated pod is replaced once it is gone.</summary>
internal sealed class DaemonSetController(ControllerContext context) : IController
{
    private const string Component = "daemonset-controller";
    private const string RevisionLabel = "controller-revision-hash";

    private readonly Informer _sets = context.Informers.For(KubeTypes.DaemonSets);
    private readonly PodControl _pods = new(context, "apps/v1", "DaemonSet", Component);

    public string Name => Component;

    public void Start(WorkQueue queue)
    {
        queue.AddSelf(_sets);
        queue.AddOwners(context.Informers.For(KubeTypes.Pods), _sets);
    }

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_sets.Get(key) is not { } set)
        {
            return;
        }

        await _pods.AdoptAsync(set, cancel);
        string hash = PodTemplateHash.Compute(set.Child("spec", "template"), 0);
        JsonObject? selector = set.Child("spec", "template", "spec", "nodeSelector");
        int wanted = selector is null || PodScheduler.FitsNode(selector, context.Options) ? 1 : 0;
        if (!set.IsTerminating())
        {
            await MoveAsync(set, hash, wanted, cancel);
        }

        await WriteStatusAsync(set, hash, wanted, cancel);
    }

    private async Task MoveAsync(JsonObject set, string hash, int wanted, CancellationToken cancel)
    {
        List<JsonObject> pods = [.. _pods.Owned(set)];
        bool rolling = set.Text("spec", "updateStrategy", "type") != "OnDelete";
        foreach (JsonObject pod in pods.Where(p => !_pods.IsDeleting(p)))
        {
            if (wanted == 0 || PodState.IsFinished(pod) || rolling && pod.Label(RevisionLabel) != hash)
            {
                await _pods.DeleteAsync(set, pod, cancel);
            }
        }

        if (wanted == 1 && pods.Count == 0)
        {
            JsonObject pod = _pods.FromTemplate(set);
            pod.Ensure("metadata", "labels")[RevisionLabel] = hash;
            await _pods.CreateAsync(set, pod, cancel);
        }
    }

    private Task WriteStatusAsync(JsonObject set, string hash, int wanted, CancellationToken cancel)
    {
        List<JsonObject> active = _pods.Active(set);
        long minReady = set.Number("spec", "minReadySeconds") ?? 0;
        int available = active.Count(p => PodState.IsAvailable(p, minReady, context.Now));
        JsonObject status = set.Child("status")?.Copy() ?? [];
        status["observedGeneration"] = set.Generation();
        status["desiredNumberScheduled"] = wanted;
        status["currentNumberScheduled"] = active.Count;
        status["numberReady"] = active.Count(PodState.IsReady);
        status["numberMisscheduled"] = 0;
        WorkloadStatus.SetCount(status, "updatedNumberScheduled", active.Count(p => p.Label(RevisionLabel) == hash));
        WorkloadStatus.SetCount(status, "numberAvailable", available);
        WorkloadStatus.SetCount(status, "numberUnavailable", Math.Max(0, wanted - available));
        return context.UpdateStatusAsync(KubeTypes.DaemonSets, set, status, cancel);
    }
}
