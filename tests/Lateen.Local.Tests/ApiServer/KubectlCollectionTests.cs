namespace Lateen.Local.Tests.ApiServer;

/// <summary>Requests about many objects at once.</summary>
public sealed class KubectlCollectionTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    [Fact]
    public async Task Chunks_give_the_whole_list_and_a_collection_is_deleted_by_its_labels()
    {
        string ns = await NamespaceAsync();
        for (int i = 1; i <= 5; i++)
        {
            await cluster.RunAsync($"-n {ns} create configmap c{i} --from-literal=a=b");
        }

        await cluster.RunAsync($"-n {ns} label configmap c2 c4 group=even");
        string names = await cluster.RunAsync($"-n {ns} get configmap --chunk-size=2 -o name");
        string first = await cluster.RunAsync($"get --raw /api/v1/namespaces/{ns}/configmaps?limit=2");
        await cluster.RunAsync($"delete --raw /api/v1/namespaces/{ns}/configmaps?labelSelector=group%3Deven");

        Assert.Equal(["configmap/c1", "configmap/c2", "configmap/c3", "configmap/c4", "configmap/c5"],
            names.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("\"remainingItemCount\":3", first);
        Assert.Equal("configmap/c1\nconfigmap/c3\nconfigmap/c5", (await cluster.RunAsync($"-n {ns} get configmap -o name")).Trim());
    }

    [Fact]
    public async Task A_version_that_is_not_served_names_the_one_that_is()
    {
        KubectlResult refused = await cluster.KubectlAsync("get --raw /apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers");

        Assert.NotEqual(0, refused.ExitCode);
        Assert.Contains("horizontalpodautoscalers are served here as autoscaling/v2, not as autoscaling/v1", refused.Error);
    }

    [Fact]
    public async Task A_cron_job_that_cannot_run_is_refused()
    {
        string ns = await NamespaceAsync();

        KubectlResult schedule = await cluster.KubectlAsync($"-n {ns} create cronjob wrong --image=busybox --schedule=hourly");
        KubectlResult zone = await cluster.KubectlAsync($"-n {ns} create -f -", """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: wrong}
            spec:
              schedule: "@hourly"
              timeZone: Middle/Earth
              jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: a, image: busybox}]}}}}
            """);

        Assert.Contains("spec.schedule: Invalid value: \"hourly\": expected five fields", schedule.Error);
        Assert.Contains("spec.timeZone: Invalid value: \"Middle/Earth\": unknown time zone", zone.Error);
    }

    private async Task<string> NamespaceAsync()
    {
        string name = $"t{Guid.NewGuid():N}"[..12];
        await cluster.RunAsync($"create namespace {name}");
        return name;
    }
}
