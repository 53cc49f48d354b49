namespace Lateen.Local.Tests.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Controllers;

/// <summary>Schedules on a clock that the test moves.</summary>
public sealed class CronJobTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 59, 30, TimeSpan.Zero);
    private readonly JumpingClock _clock = new(Start);

    [Fact]
    public async Task A_job_starts_at_its_time_and_the_status_names_it()
    {
        await using ControllerFixture lab = new(time: _clock);
        await CreateAsync(lab, "0 9 * * *");

        _clock.Jump(TimeSpan.FromMinutes(1));
        await lab.UntilAsync(() => Status(lab).Items("active").Any() && Jobs(lab).Count == 1);

        JsonObject job = Jobs(lab)[0];
        Assert.Equal($"tick-{new DateTimeOffset(2026, 1, 1, 9, 0, 0, TimeSpan.Zero).ToUnixTimeSeconds() / 60}", job.Name());
        Assert.Equal("2026-01-01T09:00:00Z", job.Annotation("batch.kubernetes.io/cronjob-scheduled-timestamp"));
        Assert.Equal("yes", job.Label("kept"));
        Assert.Equal("2026-01-01T09:00:00Z", Status(lab).Text("lastScheduleTime"));
        Assert.Equal(job.Name(), Status(lab).Items("active").Single().Text("name"));
        Assert.True(lab.Cluster.HasEvent("SuccessfulCreate", "Created job tick-"));
    }

    [Fact]
    public async Task A_schedule_is_read_in_its_time_zone()
    {
        await using ControllerFixture lab = new(time: _clock);
        await CreateAsync(lab, "0 18 * * *", """ "timeZone": "Asia/Seoul", """);

        _clock.Jump(TimeSpan.FromMinutes(1));
        await lab.UntilAsync(() => Jobs(lab).Count == 1);

        Assert.Equal("2026-01-01T18:00:00+09:00", Jobs(lab)[0].Annotation("batch.kubernetes.io/cronjob-scheduled-timestamp"));
    }

    [Fact]
    public async Task A_suspended_schedule_waits_and_then_runs_the_last_missed_time_once()
    {
        await using ControllerFixture lab = new(time: _clock);
        await CreateAsync(lab, "*/10 * * * *", """ "suspend": true, """);
        _clock.Jump(TimeSpan.FromMinutes(45));

        await lab.PatchAsync(KubeTypes.CronJobs, "tick", """{ "spec": { "suspend": false } }""");
        await lab.UntilAsync(() => Status(lab).Text("lastScheduleTime") is not null);

        Assert.Equal("2026-01-01T09:40:00Z", Status(lab).Text("lastScheduleTime"));
        Assert.Single(Jobs(lab));
    }

    [Fact]
    public async Task A_time_missed_for_longer_than_the_deadline_is_not_run()
    {
        await using ControllerFixture lab = new(time: _clock);
        await CreateAsync(lab, "0 9 * * *", """ "suspend": true, "startingDeadlineSeconds": 60, """);
        _clock.Jump(TimeSpan.FromMinutes(5));

        await lab.PatchAsync(KubeTypes.CronJobs, "tick", """{ "spec": { "suspend": false } }""");
        _clock.Jump(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(4));
        await lab.UntilAsync(() => Jobs(lab).Count > 0);

        Assert.Equal("2026-01-02T09:00:00Z", Jobs(lab).Single().Annotation("batch.kubernetes.io/cronjob-scheduled-timestamp"));
    }

    [Fact]
    public async Task Forbid_waits_for_the_running_job_and_then_starts_the_missed_one()
    {
        await using ControllerFixture lab = new(time: _clock);
        await CreateAsync(lab, "* * * * *", """ "concurrencyPolicy": "Forbid", """);
        _clock.Jump(TimeSpan.FromSeconds(40));
        await lab.UntilAsync(() => Status(lab).Items("active").Any());

        _clock.Jump(TimeSpan.FromMinutes(1));
        await lab.UntilAsync(() => lab.Cluster.HasEvent("JobAlreadyActive", "Forbid"));
        Assert.Single(Jobs(lab));
        await FinishAsync(lab);

        await lab.UntilAsync(() => Jobs(lab).Count == 2 && Status(lab).Items("active").Count() == 1);
        Assert.True(lab.Cluster.HasEvent("SawCompletedJob", "condition: Complete"));
    }

    [Fact]
    public async Task Allow_runs_two_and_Replace_only_the_newer()
    {
        await using ControllerFixture lab = new(time: _clock);
        await CreateAsync(lab, "* * * * *", """ "concurrencyPolicy": "Allow", """);
        _clock.Jump(TimeSpan.FromSeconds(40));
        await lab.UntilAsync(() => Status(lab).Items("active").Any());
        _clock.Jump(TimeSpan.FromMinutes(1));
        await lab.UntilAsync(() => Status(lab).Items("active").Count() == 2);

        await lab.PatchAsync(KubeTypes.CronJobs, "tick", """{ "spec": { "concurrencyPolicy": "Replace" } }""");
        _clock.Jump(TimeSpan.FromMinutes(1));
        await lab.UntilAsync(() => Status(lab).Items("active").Count() == 1 && Jobs(lab).Count == 1);

        Assert.Equal("2026-01-01T09:02:00Z", Status(lab).Text("lastScheduleTime"));
    }

    [Fact]
    public async Task Only_as_many_finished_jobs_stay_as_the_limits_say()
    {
        await using ControllerFixture lab = new(time: _clock);
        lab.Runtime.EndsAs = static _ => "Succeeded";
        await CreateAsync(lab, "* * * * *", """ "successfulJobsHistoryLimit": 2, """);

        for (int minute = 1; minute <= 4; minute++)
        {
            _clock.Jump(TimeSpan.FromMinutes(1));
            string scheduled = KubeObject.Stamp(new DateTimeOffset(2026, 1, 1, 8, 59, 0, TimeSpan.Zero).AddMinutes(minute));
            await lab.UntilAsync(() => Status(lab).Text("lastScheduleTime") == scheduled && !Status(lab).Items("active").Any());
        }

        await lab.UntilAsync(() => Jobs(lab).Count == 2);
        Assert.NotNull(Status(lab).Text("lastSuccessfulTime"));
        Assert.True(lab.Cluster.HasEvent("SuccessfulDelete", "Deleted job tick-"));
    }

    [Fact]
    public async Task A_schedule_that_cannot_be_read_is_reported()
    {
        await using ControllerFixture lab = new(time: _clock);
        await CreateAsync(lab, "often");

        await lab.UntilAsync(() => lab.Cluster.HasEvent("UnparseableSchedule", "found 1"));
    }

    private static List<JsonObject> Jobs(ControllerFixture lab) => lab.Cluster.All(KubeTypes.Jobs);

    private static JsonNode? Status(ControllerFixture lab) => lab.Get(KubeTypes.CronJobs, "tick")?["status"];

    private static async Task FinishAsync(ControllerFixture lab)
    {
        await lab.UntilAsync(() => lab.Cluster.All(KubeTypes.Pods).Exists(static pod => pod.Text("status", "podIP") is not null));
        JsonObject pod = lab.Cluster.All(KubeTypes.Pods).Single();
        await lab.PatchAsync(KubeTypes.Pods, pod.Name(), """{ "status": { "phase": "Succeeded" } }""");
    }

    private static Task CreateAsync(ControllerFixture lab, string schedule, string more = "") => lab.CreateAsync(KubeTypes.CronJobs, $$"""
        {
          "apiVersion": "batch/v1", "kind": "CronJob", "metadata": { "name": "tick" },
          "spec": {
            "schedule": "{{schedule}}", {{more}}
            "jobTemplate": {
              "metadata": { "labels": { "kept": "yes" } },
              "spec": {
                "completions": 1,
                "template": { "spec": { "restartPolicy": "Never", "containers": [ { "name": "main", "image": "work:1" } ] } }
              }
            }
          }
        }
        """);
}
