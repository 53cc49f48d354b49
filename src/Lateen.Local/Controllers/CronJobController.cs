namespace Lateen.Local.Controllers;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Starts the Jobs of a CronJob by its schedule, and removes the oldest finished ones.</summary>
internal sealed class CronJobController(ControllerContext context) : IController
{
    private const string Component = "cronjob-controller";

    // Above this many missed times Kubernetes suspects the clock, says so, and runs the last of them all the same.
    private const int ManyMissed = 100;

    // A timer that fires a moment before its time would find nothing to do.
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(100);

    // Timers reach no further than 49 days; looking once a day costs nothing.
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    private readonly Informer _crons = context.Informers.For(KubeTypes.CronJobs);
    private readonly Informer _jobs = context.Informers.For(KubeTypes.Jobs);
    private WorkQueue? _queue;

    public string Name => Component;

    public void Start(WorkQueue queue)
    {
        _queue = queue;
        queue.AddSelf(_crons);
        queue.AddOwners(_jobs, _crons);
    }

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_crons.Get(key) is not { } cron || cron.IsTerminating())
        {
            return;
        }

        JsonObject status = cron.Child("status")?.Copy() ?? [];
        JsonObject[] jobs = [.. _jobs.OwnedBy(cron.Uid()).Where(job => job.Namespace() == cron.Namespace() && !_jobs.IsDeleting(job))];
        await SettleAsync(cron, status, jobs, cancel);
        await TrimAsync(cron, jobs, "Complete", cron.Number("spec", "successfulJobsHistoryLimit") ?? 3, cancel);
        await TrimAsync(cron, jobs, "Failed", cron.Number("spec", "failedJobsHistoryLimit") ?? 1, cancel);
        await FollowAsync(cron, status, cancel);
        await context.UpdateStatusAsync(KubeTypes.CronJobs, cron, status, cancel);
    }

    /// <summary>Takes what finished or vanished off the list of active Jobs.</summary>
    private async Task SettleAsync(JsonObject cron, JsonObject status, JsonObject[] jobs, CancellationToken cancel)
    {
        foreach (JsonObject reference in status.Items("active").ToArray())
        {
            string name = reference.Text("name") ?? "";
            JsonObject? job = Array.Find(jobs, j => j.Uid() == reference.Text("uid"));
            if (job is null)
            {
                Remove(status, reference.Text("uid"));
                await context.EventAsync(cron, "MissingJob", $"Active job went missing: {name}", Component, cancel);
            }
            else if (End(job) is { } end)
            {
                Remove(status, job.Uid());
                await context.EventAsync(cron, "SawCompletedJob", $"Saw completed job: {name}, condition: {end}", Component, cancel);
            }
        }

        DateTimeOffset? success = jobs.Where(static job => End(job) == "Complete").Max(static job => job.Time("status", "completionTime"));
        if (success is { } last && !(status.Time("lastSuccessfulTime") >= last))
        {
            status["lastSuccessfulTime"] = KubeObject.Stamp(last);
        }
    }

    private async Task TrimAsync(JsonObject cron, JsonObject[] jobs, string end, long limit, CancellationToken cancel)
    {
        JsonObject[] finished = [.. jobs.Where(job => End(job) == end)
            .OrderBy(static job => job.Time("status", "startTime") ?? job.Created()).ThenBy(static job => job.Name(), StringComparer.Ordinal)];
        foreach (JsonObject job in finished.Take(finished.Length - (int)limit))
        {
            await DeleteAsync(cron, job, cancel);
        }
    }

    /// <summary>Starts the Job that is due, and comes back at the next time of the schedule.</summary>
    private async Task FollowAsync(JsonObject cron, JsonObject status, CancellationToken cancel)
    {
        if (cron.Flag("spec", "suspend") || await ScheduleAsync(cron, cancel) is not { } plan)
        {
            return;
        }

        DateTimeOffset now = context.Now;
        DateTimeOffset earliest = status.Time("lastScheduleTime") ?? cron.Created();
        TimeSpan? deadline = cron.Number("spec", "startingDeadlineSeconds") is { } seconds ? TimeSpan.FromSeconds(seconds) : null;
        if (deadline is { } limit && now - limit > earliest)
        {
            earliest = now - limit;
        }

        DateTimeOffset? due = null;
        DateTimeOffset? next = plan.Schedule.Next(earliest, plan.Zone);
        int missed = 0;
        for (; next <= now; next = plan.Schedule.Next(next.Value, plan.Zone))
        {
            due = next;
            missed++;
        }

        if (next is { } time)
        {
            _queue?.AddAt(cron.Key(), time - now < LongestWait ? time + Margin : now + LongestWait);
        }

        if (missed > ManyMissed)
        {
            await context.WarnAsync(cron, "TooManyMissedTimes",
                $"{missed} start times were missed; set or lower .spec.startingDeadlineSeconds, or check the clock", Component, cancel);
        }

        if (due is { } scheduled && status.Time("lastScheduleTime") != scheduled && await MayStartAsync(cron, status, cancel))
        {
            await StartAsync(cron, status, scheduled, plan.Zone, cancel);
        }
    }

    private async Task<(CronSchedule Schedule, TimeZoneInfo Zone)?> ScheduleAsync(JsonObject cron, CancellationToken cancel)
    {
        string name = cron.Text("spec", "timeZone") ?? "UTC", schedule = cron.Text("spec", "schedule") ?? "";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone))
        {
            await context.WarnAsync(cron, "UnknownTimeZone", $"invalid timeZone: \"{name}\": this machine does not know it", Component, cancel);
            return null;
        }

        try
        {
            return (CronSchedule.Parse(schedule), zone);
        }
        catch (FormatException wrong)
        {
            await context.WarnAsync(cron, "UnparseableSchedule", $"unparseable schedule: \"{schedule}\": {wrong.Message}", Component, cancel);
            return null;
        }
    }

    private async Task<bool> MayStartAsync(JsonObject cron, JsonObject status, CancellationToken cancel)
    {
        string[] active = [.. status.Items("active").Select(static reference => reference.Text("uid") ?? "")];
        switch (cron.Text("spec", "concurrencyPolicy"))
        {
            case "Forbid" when active.Length > 0:
                // Not forgotten: when the running one ends, this controller looks again and the missed time is still due.
                await context.EventAsync(cron, "JobAlreadyActive",
                    "Not starting job because prior execution is running and concurrency policy is Forbid", Component, cancel);
                return false;
            case "Replace":
                foreach (JsonObject job in _jobs.OwnedBy(cron.Uid()).Where(job => active.Contains(job.Uid())))
                {
                    Remove(status, job.Uid());
                    await DeleteAsync(cron, job, cancel);
                }

                return true;
            default:
                return true;
        }
    }

    private async Task StartAsync(
        JsonObject cron, JsonObject status, DateTimeOffset scheduled, TimeZoneInfo zone, CancellationToken cancel)
    {
        // The name is the time's: a second try after a lost answer finds the Job instead of starting another.
        string name = $"{cron.Name()}-{(scheduled.ToUnixTimeSeconds() / 60).ToString(CultureInfo.InvariantCulture)}";
        JsonObject? job;
        try
        {
            job = await context.CreateAsync(KubeTypes.Jobs, cron.Namespace(), FromTemplate(cron, name, scheduled, zone), cancel);
            await context.EventAsync(cron, "SuccessfulCreate", $"Created job {name}", Component, cancel);
        }
        catch (ApiException exists) when (exists.Reason == "AlreadyExists")
        {
            job = await context.Client.GetAsync(KubeTypes.Jobs, cron.Namespace(), name, cancel);
        }
        catch (ApiException refused)
        {
            await context.WarnAsync(cron, "FailedCreate", $"Error creating job: {refused.Message}", Component, cancel);
            throw;
        }

        status["lastScheduleTime"] = KubeObject.Stamp(scheduled);
        if (job is not null && job.IsControlledBy(cron) && End(job) is null
            && !status.Items("active").Any(reference => reference.Text("uid") == job.Uid()))
        {
            Add(status, job);
        }
    }

    private static JsonObject FromTemplate(JsonObject cron, string name, DateTimeOffset scheduled, TimeZoneInfo zone)
    {
        JsonObject template = cron.Child("spec", "jobTemplate")?.Copy() ?? [];
        JsonObject metadata = new()
        {
            ["name"] = name,
            ["namespace"] = cron.Namespace(),
            ["ownerReferences"] = new JsonArray(KubeObject.ControllerReferenceTo(cron, "batch/v1", "CronJob")),
            ["annotations"] = template.At("metadata", "annotations")?.DeepClone() ?? new JsonObject(),
        };
        if (template.At("metadata", "labels") is { } labels)
        {
            metadata["labels"] = labels.DeepClone();
        }

        DateTimeOffset local = TimeZoneInfo.ConvertTime(scheduled, zone);
        metadata.Ensure("annotations")["batch.kubernetes.io/cronjob-scheduled-timestamp"] = local.Offset == TimeSpan.Zero
            ? KubeObject.Stamp(local) : local.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        return new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["metadata"] = metadata,
            ["spec"] = template["spec"]?.DeepClone() ?? new JsonObject(),
        };
    }

    private async Task DeleteAsync(JsonObject cron, JsonObject job, CancellationToken cancel)
    {
        await context.DeleteAsync(KubeTypes.Jobs, job, cancel);
        await context.EventAsync(cron, "SuccessfulDelete", $"Deleted job {job.Name()}", Component, cancel);
    }

    private static string? End(JsonObject job) =>
        Conditions.IsTrue(job.Child("status"), "Complete") ? "Complete" : Conditions.IsTrue(job.Child("status"), "Failed") ? "Failed" : null;

    private static void Add(JsonObject status, JsonObject job)
    {
        JsonArray active = status["active"] as JsonArray ?? [];
        active.Add(new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["namespace"] = job.Namespace(),
            ["name"] = job.Name(),
            ["uid"] = job.Uid(),
            ["resourceVersion"] = job.Text("metadata", "resourceVersion"),
        });
        if (active.Parent is null)
        {
            status["active"] = active;
        }
    }

    private static void Remove(JsonObject status, string? uid)
    {
        if (status["active"] is JsonArray active)
        {
            active.RemoveAll(node => node.Text("uid") == uid);
            if (active.Count == 0)
            {
                status.Remove("active");
            }
        }
    }
}
