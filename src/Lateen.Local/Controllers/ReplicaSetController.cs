namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Keeps the wanted number of pods of each ReplicaSet running.</summary>
internal sealed class ReplicaSetController(ControllerContext context) : IController
{
    // Kubernetes' slow start: 1, 2, 4 … so that a webhook that refuses one pod is not asked a thousand times.
    private const int FirstBatch = 1;
    private const string Component = "replicaset-controller";

    private readonly Informer _sets = context.Informers.For(KubeTypes.ReplicaSets);
    private readonly PodControl _pods = new(context, "apps/v1", "ReplicaSet", Component);
    private WorkQueue? _queue;

    public string Name => Component;

    public void Start(WorkQueue queue)
    {
        _queue = queue;
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
        ApiException? failure = null;
        if (!set.IsTerminating())
        {
            try
            {
                await ScaleAsync(set, _pods.Active(set), cancel);
            }
            catch (ApiException refused)
            {
                failure = refused;
            }
        }

        await WriteStatusAsync(set, failure, cancel);
        if (failure is not null)
        {
            throw failure;
        }
    }

    private async Task ScaleAsync(JsonObject set, List<JsonObject> active, CancellationToken cancel)
    {
        int wanted = (int)(set.Number("spec", "replicas") ?? 1);
        int missing = wanted - active.Count;
        if (missing < 0)
        {
            active.Sort(PodState.CompareForDeletion);
            await Task.WhenAll(active.Take(-missing).Select(pod => _pods.DeleteAsync(set, pod, cancel)));
            return;
        }

        for (int batch = FirstBatch; missing > 0; batch *= 2)
        {
            int count = Math.Min(batch, missing);
            await Task.WhenAll(Enumerable.Range(0, count).Select(_ => _pods.CreateAsync(set, _pods.FromTemplate(set), cancel)));
            missing -= count;
        }
    }

    private async Task WriteStatusAsync(JsonObject set, ApiException? failure, CancellationToken cancel)
    {
        long minReady = set.Number("spec", "minReadySeconds") ?? 0;
        JsonObject? templateLabels = set.Child("spec", "template", "metadata", "labels");
        int labelled = 0, ready = 0, available = 0;
        List<JsonObject> active = _pods.Active(set);
        foreach (JsonObject pod in active)
        {
            labelled += templateLabels is null || Selector.MatchesMap(templateLabels, pod.Child("metadata", "labels")) ? 1 : 0;
            ready += PodState.IsReady(pod) ? 1 : 0;
            available += PodState.IsAvailable(pod, minReady, context.Now) ? 1 : 0;
            if (PodState.UntilAvailable(pod, minReady, context.Now) is { } left)
            {
                _queue?.AddAfter(set.Key(), left);
            }
        }

        JsonObject status = set.Child("status")?.Copy() ?? [];
        status["replicas"] = active.Count;
        WorkloadStatus.SetCount(status, "fullyLabeledReplicas", labelled);
        WorkloadStatus.SetCount(status, "readyReplicas", ready);
        WorkloadStatus.SetCount(status, "availableReplicas", available);
        status["observedGeneration"] = set.Generation();
        if (failure is not null)
        {
            Conditions.Set(status, "ReplicaFailure", true, "FailedCreate", failure.Message, context.Now);
        }
        else
        {
            Conditions.Remove(status, "ReplicaFailure");
        }

        await context.UpdateStatusAsync(KubeTypes.ReplicaSets, set, status, cancel);
    }
}
