namespace Lateen.Local.Tests.Controllers;

using Lateen.Local.Controllers;
using Lateen.Local.Tests.ApiServer;

/// <summary>The controllers on the real API server, steered by real kubectl.</summary>
public sealed class KubectlRolloutTests : IAsyncLifetime
{
    private readonly TestCluster _cluster = new();
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public async ValueTask InitializeAsync()
    {
        await _cluster.InitializeAsync();
        ControllerOptions options = new() { ClusterCaPem = "PEM" };
        _running = Task.WhenAll(
            ControllerHost.RunAsync(_cluster.Client, options, _stop.Token), new FakeRuntime(_cluster.Client).RunAsync(_stop.Token));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _cluster.DisposeAsync();
        _stop.Dispose();
    }

    [Fact]
    public async Task Rollouts_restart_and_go_back_as_kubectl_expects()
    {
        await _cluster.RunAsync("apply -f -", Workloads.Deployment("web", 3));
        Assert.Contains("successfully rolled out", await _cluster.RunAsync("rollout status deployment/web --timeout=20s"));

        await _cluster.RunAsync("set image deployment/web main=web:2");
        await _cluster.RunAsync("rollout status deployment/web --timeout=20s");
        await _cluster.RunAsync("rollout restart deployment/web");
        await _cluster.RunAsync("rollout status deployment/web --timeout=20s");
        string history = await _cluster.RunAsync("rollout history deployment/web");
        await _cluster.RunAsync("rollout undo deployment/web --to-revision=1");
        await _cluster.RunAsync("rollout status deployment/web --timeout=20s");

        Assert.Matches(@"(?s)\n1 .*\n2 .*\n3 ", history);
        Assert.Equal("web:1 web:1 web:1", await _cluster.RunAsync(
            "get pods -l app=web --field-selector=status.phase=Running -o jsonpath='{.items[*].spec.containers[0].image}'"));
        Assert.Contains("ScalingReplicaSet", await _cluster.RunAsync("describe deployment web"));
    }

    [Fact]
    public async Task Waiting_scaling_and_services_work_with_kubectl()
    {
        await _cluster.RunAsync("apply -f -", Workloads.Deployment("web", 1));
        await _cluster.RunAsync("apply -f -", Workloads.Service("web", "web"));
        await _cluster.RunAsync("wait --for=condition=Available deployment/web --timeout=20s");

        await _cluster.RunAsync("scale deployment/web --replicas=3");
        await _cluster.RunAsync("rollout status deployment/web --timeout=20s");
        await _cluster.RunAsync("wait --for=condition=Ready pod -l app=web --timeout=20s");
        string service = await _cluster.RunAsync("describe service web");
        string slices = await _cluster.RunAsync("get endpointslices -l kubernetes.io/service-name=web");

        Assert.Matches(@"Endpoints: +10\.244\.0\.\d+:9080,10\.244\.0\.\d+:9080,10\.244\.0\.\d+:9080", service);
        Assert.Matches(@"web-\w+ +IPv4 +9080 +10\.244\.0\.\d+,", slices);
    }

    [Fact]
    public async Task Deleting_a_namespace_takes_everything_with_it()
    {
        await _cluster.RunAsync("create namespace books");
        await _cluster.RunAsync("wait --for=create serviceaccount/default -n books --timeout=20s");
        await _cluster.RunAsync("apply -n books -f -", Workloads.Deployment("web", 2));
        await _cluster.RunAsync("rollout status deployment/web -n books --timeout=20s");

        await _cluster.RunAsync("delete namespace books --timeout=20s");

        Assert.DoesNotContain("books", await _cluster.RunAsync("get all -A"));
    }

    [Fact]
    public async Task Deletion_cascades_in_the_background_in_the_foreground_or_not_at_all()
    {
        await _cluster.RunAsync("apply -f -", Workloads.Deployment("web", 2));
        await _cluster.RunAsync("rollout status deployment/web --timeout=20s");
        await _cluster.RunAsync("delete deployment web --cascade=orphan");
        Assert.NotEmpty(await _cluster.RunAsync("get replicasets -o name"));

        await _cluster.RunAsync("apply -f -", Workloads.Deployment("web", 2));
        await _cluster.RunAsync("rollout status deployment/web --timeout=20s");
        Assert.Single((await _cluster.RunAsync("get replicasets -o name")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        await _cluster.RunAsync("delete deployment web --cascade=foreground --timeout=20s");

        Assert.Empty(await _cluster.RunAsync("get replicasets,pods -o name"));
    }

    [Fact]
    public async Task A_job_made_by_kubectl_gets_its_pod()
    {
        await _cluster.RunAsync("create job hello --image=web:1");

        await _cluster.RunAsync("wait --for=jsonpath='{.status.active}'=1 job/hello --timeout=20s");
    }
}
