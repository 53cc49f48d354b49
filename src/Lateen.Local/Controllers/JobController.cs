namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>Runs the pods of a Job until enough succeeded or too many failed.</summary>
internal sealed class JobController(ControllerContext context) : IController
{
    private const string Component = "job-controller";
    private const int DefaultBackoffLimit = 6;
    private static readonly TimeSpan FirstBackoff = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestBackoff = TimeSpan.FromMinutes(6);

    private readonly Informer _jobs = context.Informers.For(KubeTypes.Jobs);
    private readonly PodControl _pods = new(context, "batch/v1", "Job", Component);
    private WorkQueue? _queue;

    public string Name => Component;

    public void Start(WorkQueue queue)
    {
        _queue = queue;
        queue.AddSelf(_jobs);
        queue.AddOwners(context.Informers.For(KubeTypes.Pods), _jobs);
    }

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_jobs.Get(key) is not { } job || job.IsTerminating())
        {
            return;
        }

        JsonObject status = job.Child("status")?.Copy() ?? [];
        if (Conditions.IsTrue(status, "Complete") || Conditions.IsTrue(status, "Failed"))
        {
            await ExpireAsync(job, status, cancel);
            return;
        }

        JsonObject[] owned = [.. _pods.Owned(job)];
        List<JsonObject> active = _pods.Active(job);
        int succeeded = owned.Count(p => PodState.Phase(p) == "Succeeded");
        int failed = owned.Count(p => PodState.Phase(p) == "Failed");
        status["startTime"] ??= KubeObject.Stamp(context.Now);
        int created = await DecideAsync(job, status, owned, active, succeeded, failed, cancel);
        WorkloadStatus.SetCount(status, "active", _pods.Active(job).Count);
        WorkloadStatus.SetCount(status, "succeeded", succeeded);
        WorkloadStatus.SetCount(status, "failed", failed);
        status["ready"] = created == 0 ? active.Count(PodState.IsReady) : 0;
        await context.UpdateStatusAsync(KubeTypes.Jobs, job, status, cancel);
    }

    private async Task<int> DecideAsync(JsonObject job, JsonObject status, JsonObject[] owned, List<JsonObject> active,
        int succeeded, int failed, CancellationToken cancel)
    {
        long parallelism = job.Number("spec", "parallelism") ?? 1;
        long? completions = job.Number("spec", "completions");
        bool finished = completions is { } wanted ? succeeded >= wanted : succeeded > 0 && active.Count == 0;
        if (finished)
        {
            await FinishAsync(job, status, active, null, cancel);
            return 0;
        }

        if (failed > (job.Number("spec", "backoffLimit") ?? DefaultBackoffLimit))
        {
            await FinishAsync(job, status, active, ("BackoffLimitExceeded", "Job has reached the specified backoff limit"), cancel);
            return 0;
        }

        if (job.Number("spec", "activeDeadlineSeconds") is { } deadline && status.Time("startTime") is { } start)
        {
            TimeSpan left = start.AddSeconds(deadline) - context.Now;
            if (left <= TimeSpan.Zero)
            {
                await FinishAsync(
                    job, status, active, ("DeadlineExceeded", "Job was active longer than specified deadline"), cancel);
                return 0;
            }

            _queue?.AddAfter(job.Key(), left);
        }

        if (job.Flag("spec", "suspend"))
        {
            await Task.WhenAll(active.Select(pod => _pods.DeleteAsync(job, pod, cancel)));
            return 0;
        }

        long room = completions is { } total ? Math.Min(parallelism, total - succeeded) : succeeded > 0 ? active.Count : parallelism;
        return await FillAsync(job, owned, (int)room - active.Count, failed, cancel);
    }

    private async Task<int> FillAsync(JsonObject job, JsonObject[] owned, int missing, int failed, CancellationToken cancel)
    {
        if (missing <= 0)
        {
            return 0;
        }

        if (failed > 0 && BackoffLeft(owned, failed) is { } wait && wait > TimeSpan.Zero)
        {
            _queue?.AddAfter(job.Key(), wait);
            return 0;
        }

        for (int i = 0; i < missing; i++)
        {
            JsonObject pod = _pods.FromTemplate(job);
            JsonObject labels = pod.Ensure("metadata", "labels");
            labels["batch.kubernetes.io/job-name"] = job.Name();
            labels["job-name"] = job.Name();
            labels["batch.kubernetes.io/controller-uid"] = job.Uid();
            labels["controller-uid"] = job.Uid();
            await _pods.CreateAsync(job, pod, cancel);
        }

        return missing;
    }

    private TimeSpan? BackoffLeft(JsonObject[] owned, int failed)
    {
        DateTimeOffset last = owned.Where(p => PodState.Phase(p) == "Failed").Select(FinishedAt).DefaultIfEmpty().Max();
        TimeSpan backoff = FirstBackoff * Math.Pow(2, Math.Min(failed - 1, 10));
        return last + (backoff > LongestBackoff ? LongestBackoff : backoff) - context.Now;
    }

    private static DateTimeOffset FinishedAt(JsonObject pod) =>
        pod.Items("status", "containerStatuses").Select(c => c.Time("state", "terminated", "finishedAt") ?? default)
            .Append(pod.Created()).Max();

    private async Task FinishAsync(
        JsonObject job, JsonObject status, List<JsonObject> active, (string Reason, string Message)? failure, CancellationToken cancel)
    {
        await Task.WhenAll(active.Select(pod => _pods.DeleteAsync(job, pod, cancel)));
        if (failure is { } why)
        {
            Conditions.Set(status, "FailureTarget", true, why.Reason, why.Message, context.Now);
            Conditions.Set(status, "Failed", true, why.Reason, why.Message, context.Now);
            await context.WarnAsync(job, why.Reason, why.Message, Component, cancel);
            return;
        }

        const string Reached = "Reached expected number of succeeded pods";
        Conditions.Set(status, "SuccessCriteriaMet", true, "CompletionsReached", Reached, context.Now);
        Conditions.Set(status, "Complete", true, "CompletionsReached", Reached, context.Now);
        status["completionTime"] = KubeObject.Stamp(context.Now);
        await context.EventAsync(job, "Completed", "Job completed", Component, cancel);
    }

    private async Task ExpireAsync(JsonObject job, JsonObject status, CancellationToken cancel)
    {
        if (job.Number("spec", "ttlSecondsAfterFinished") is not { } ttl)
        {
            return;
        }

        JsonObject? end = Conditions.Find(status, "Complete") ?? Conditions.Find(status, "Failed");
        TimeSpan left = (end.Time("lastTransitionTime") ?? context.Now).AddSeconds(ttl) - context.Now;
        if (left > TimeSpan.Zero)
        {
            _queue?.AddAfter(job.Key(), left);
            return;
        }

        await context.DeleteAsync(KubeTypes.Jobs, job, cancel);
    }
}
