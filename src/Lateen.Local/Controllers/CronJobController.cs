namespace Lateen.Local.Controllers;

/// <summary>Says of every CronJob that its schedule is not acted on, so that nobody waits for it.</summary>
internal sealed class CronJobController(ControllerContext context) : IController
{
    private readonly Informer _jobs = context.Informers.For(KubeTypes.CronJobs);

    public string Name => "cronjob-controller";

    public void Start(WorkQueue queue) => queue.AddSelf(_jobs);

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_jobs.Get(key) is { } job && !job.IsTerminating())
        {
            await context.WarnAsync(job, "ScheduleNotActedOn",
                $"This cluster does not run schedules yet; run it once with: kubectl create job --from=cronjob/{key.Name} NAME",
                Name, cancel);
        }
    }
}
