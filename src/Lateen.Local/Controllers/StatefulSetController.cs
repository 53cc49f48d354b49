namespace Lateen.Local.Controllers;

using System.Globalization;
using System.Text.Json.Nodes;

/// <summary>
/// Keeps pods NAME-0, NAME-1 … running: created in order, each when its predecessor is ready, and removed from the end. Volumes from
/// claims are not provided by this cluster, so claim templates are refused with an event.
/// </summary>
internal sealed class StatefulSetController(ControllerContext context) : IController
{
    private const string Component = "statefulset-controller";
    private const string RevisionLabel = "controller-revision-hash";

    private readonly Informer _sets = context.Informers.For(KubeTypes.StatefulSets);
    private readonly PodControl _pods = new(context, "apps/v1", "StatefulSet", Component);

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

        if (set.Items("spec", "volumeClaimTemplates").Any())
        {
            await context.WarnAsync(set, "FailedCreate",
                "spec.volumeClaimTemplates: persistent volumes are not provided by this cluster; use an emptyDir volume", Component, cancel);
            return;
        }

        string hash = PodTemplateHash.Compute(set.Child("spec", "template"), 0);
        string revision = $"{set.Name()}-{hash}";
        if (!set.IsTerminating())
        {
            await MoveAsync(set, revision, cancel);
        }

        await WriteStatusAsync(set, revision, cancel);
    }

    private async Task MoveAsync(JsonObject set, string revision, CancellationToken cancel)
    {
        SortedDictionary<int, JsonObject> pods = ByOrdinal(set);
        int wanted = (int)(set.Number("spec", "replicas") ?? 1);
        bool parallel = set.Text("spec", "podManagementPolicy") == "Parallel";
        for (int ordinal = 0; ordinal < wanted; ordinal++)
        {
            JsonObject? pod = pods.GetValueOrDefault(ordinal);
            if (pod is not null && PodState.IsFinished(pod) && !_pods.IsDeleting(pod))
            {
                await _pods.DeleteAsync(set, pod, cancel);
            }
            else if (pod is null)
            {
                await CreateAsync(set, ordinal, revision, cancel);
            }

            // OrderedReady: the next one waits until this one serves.
            if (!parallel && (pod is null || _pods.IsDeleting(pod) || !PodState.IsReady(pod)))
            {
                return;
            }
        }

        foreach ((int ordinal, JsonObject pod) in pods.Reverse())
        {
            if (ordinal >= wanted)
            {
                if (!_pods.IsDeleting(pod))
                {
                    await _pods.DeleteAsync(set, pod, cancel);
                }

                if (!parallel)
                {
                    return;
                }
            }
        }

        await UpdateAsync(set, pods, revision, cancel);
    }

    // RollingUpdate goes from the last ordinal to the partition, one pod at a time, each ready before the next.
    private async Task UpdateAsync(JsonObject set, SortedDictionary<int, JsonObject> pods, string revision, CancellationToken cancel)
    {
        if (set.Text("spec", "updateStrategy", "type") == "OnDelete")
        {
            return;
        }

        long partition = set.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0;
        foreach ((int ordinal, JsonObject pod) in pods.Reverse())
        {
            if (ordinal < partition)
            {
                return;
            }

            bool current = pod.Label(RevisionLabel) == revision;
            if (!current && !_pods.IsDeleting(pod))
            {
                await _pods.DeleteAsync(set, pod, cancel);
                return;
            }

            if (!current || !PodState.IsReady(pod))
            {
                return;
            }
        }
    }

    private Task<JsonObject> CreateAsync(JsonObject set, int ordinal, string revision, CancellationToken cancel)
    {
        string name = $"{set.Name()}-{ordinal}";
        JsonObject pod = _pods.FromTemplate(set, name);
        JsonObject labels = pod.Ensure("metadata", "labels");
        labels[RevisionLabel] = revision;
        labels["statefulset.kubernetes.io/pod-name"] = name;
        labels["apps.kubernetes.io/pod-index"] = ordinal.ToString(CultureInfo.InvariantCulture);
        JsonObject spec = pod.Ensure("spec");
        spec["hostname"] = name;
        if (set.Text("spec", "serviceName") is { Length: > 0 } service)
        {
            spec["subdomain"] = service;
        }

        return _pods.CreateAsync(set, pod, cancel);
    }

    private async Task WriteStatusAsync(JsonObject set, string revision, CancellationToken cancel)
    {
        List<JsonObject> pods = [.. ByOrdinal(set).Values];
        JsonObject status = set.Child("status")?.Copy() ?? [];
        long minReady = set.Number("spec", "minReadySeconds") ?? 0;
        int updated = pods.Count(p => p.Label(RevisionLabel) == revision && !_pods.IsDeleting(p));
        status["observedGeneration"] = set.Generation();
        status["replicas"] = pods.Count;
        WorkloadStatus.SetCount(status, "readyReplicas", pods.Count(PodState.IsReady));
        status["availableReplicas"] = pods.Count(p => PodState.IsAvailable(p, minReady, context.Now));
        WorkloadStatus.SetCount(status, "updatedReplicas", updated);
        status["updateRevision"] = revision;
        if (updated == pods.Count || status.Text("currentRevision") is null)
        {
            status["currentRevision"] = revision;
        }

        WorkloadStatus.SetCount(
            status, "currentReplicas", pods.Count(p => p.Label(RevisionLabel) == status.Text("currentRevision")));
        await context.UpdateStatusAsync(KubeTypes.StatefulSets, set, status, cancel);
    }

    private SortedDictionary<int, JsonObject> ByOrdinal(JsonObject set)
    {
        SortedDictionary<int, JsonObject> pods = [];
        string prefix = set.Name() + "-";
        foreach (JsonObject pod in _pods.Owned(set))
        {
            if (pod.Name().StartsWith(prefix, StringComparison.Ordinal)
                && int.TryParse(pod.Name().AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int ordinal))
            {
                pods[ordinal] = pod;
            }
        }

        return pods;
    }
}
