namespace Lateen.Local.Tests.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;
using Lateen.Local.Controllers;

public sealed class ClusterTests
{
    [Fact]
    public async Task A_new_cluster_has_its_namespaces_node_and_services()
    {
        await using ControllerFixture lab = new();

        await lab.UntilAsync(() => lab.Get(KubeTypes.Services, "kube-dns", "kube-system") is not null
            && lab.Get(KubeTypes.Leases, "lateen", "kube-node-lease") is not null);

        Assert.Equal(["default", "kube-node-lease", "kube-public", "kube-system"],
            lab.Cluster.All(KubeTypes.Namespaces).Select(n => n.Name()).Order());
        Assert.Equal("10.96.0.1", lab.Get(KubeTypes.Services, "kubernetes").Text("spec", "clusterIP"));
        Assert.True(Conditions.IsTrue(lab.Get(KubeTypes.Nodes, "lateen").Child("status"), "Ready"));
    }

    [Fact]
    public async Task Every_namespace_gets_its_service_account_and_root_certificate()
    {
        await using ControllerFixture lab = new();

        await lab.CreateAsync(KubeTypes.Namespaces, """{ "metadata": { "name": "books" } }""");
        await lab.UntilAsync(() => lab.Get(KubeTypes.ServiceAccounts, "default", "books") is not null
            && lab.Get(KubeTypes.ConfigMaps, "kube-root-ca.crt", "books").Text("data", "ca.crt") == "PEM");
        await lab.Cluster.DeleteAsync(KubeTypes.ServiceAccounts, "books", "default", null, null, lab.Cancel);

        await lab.UntilAsync(() => lab.Get(KubeTypes.ServiceAccounts, "default", "books") is not null);
    }

    [Fact]
    public async Task A_deleted_namespace_is_emptied_and_then_gone()
    {
        await using ControllerFixture lab = new();
        await lab.CreateAsync(KubeTypes.Namespaces,
            """{ "metadata": { "name": "books" }, "spec": { "finalizers": ["kubernetes"] } }""");
        JsonObject deployment = ControllerFixture.Parse(Workloads.Deployment("web", 2));
        deployment.Ensure("metadata")["namespace"] = "books";
        await lab.CreateAsync(KubeTypes.Deployments, deployment.ToJsonString());
        await lab.UntilAsync(() => lab.RunningPods("web").Count == 2);

        await lab.Cluster.DeleteAsync(KubeTypes.Namespaces, null, "books", null, null, lab.Cancel);
        await lab.UntilAsync(() => lab.Get(KubeTypes.Namespaces, "books") is null);

        Assert.Empty(lab.Cluster.All(KubeTypes.Pods, "books"));
        Assert.Empty(lab.Cluster.All(KubeTypes.Deployments, "books"));
    }

    [Fact]
    public async Task Deleting_an_owner_deletes_what_it_owns()
    {
        await using ControllerFixture lab = new();
        await lab.CreateAsync(KubeTypes.Deployments, Workloads.Deployment("web", 2));
        await lab.UntilAsync(() => lab.RunningPods("web").Count == 2);

        await lab.DeleteAsync(KubeTypes.Deployments, "web");

        await lab.UntilAsync(() =>
            lab.Cluster.All(KubeTypes.Pods).Count == 0 && lab.Cluster.All(KubeTypes.ReplicaSets).Count == 0);
    }

    [Fact]
    public async Task An_owner_deleted_in_the_foreground_outlives_its_pods()
    {
        await using ControllerFixture lab = new();
        await lab.CreateAsync(KubeTypes.Deployments, Workloads.Deployment("web", 2));
        await lab.UntilAsync(() => lab.RunningPods("web").Count == 2);
        bool outlived = true;

        await lab.PatchAsync(KubeTypes.Deployments, "web", """{ "metadata": { "finalizers": ["foregroundDeletion"] } }""");
        await lab.DeleteAsync(KubeTypes.Deployments, "web");
        await lab.UntilAsync(() =>
        {
            bool gone = lab.Get(KubeTypes.Deployments, "web") is null;
            outlived &= !gone || lab.Cluster.All(KubeTypes.Pods).Count == 0;
            return gone;
        });

        Assert.True(outlived);
    }

    [Fact]
    public async Task Orphans_stay_when_the_owner_is_deleted_with_orphan_propagation()
    {
        await using ControllerFixture lab = new();
        await lab.CreateAsync(KubeTypes.Deployments, Workloads.Deployment("web", 2));
        await lab.UntilAsync(() => lab.RunningPods("web").Count == 2);

        await lab.PatchAsync(KubeTypes.Deployments, "web", """{ "metadata": { "finalizers": ["orphan"] } }""");
        await lab.DeleteAsync(KubeTypes.Deployments, "web");
        await lab.UntilAsync(() => lab.Get(KubeTypes.Deployments, "web") is null);

        Assert.Null(Assert.Single(lab.Cluster.All(KubeTypes.ReplicaSets)).ControllerReference());
        Assert.Equal(2, lab.RunningPods("web").Count);
    }

    [Fact]
    public async Task A_job_runs_to_completion_and_a_failing_one_stops_at_its_limit()
    {
        await using ControllerFixture lab = new();
        lab.Runtime.EndsAs = pod => pod.Name().StartsWith("good", StringComparison.Ordinal) ? "Succeeded" : "Failed";

        await lab.CreateAsync(KubeTypes.Jobs, Job("good", "\"completions\": 2, "));
        await lab.CreateAsync(KubeTypes.Jobs, Job("bad", "\"backoffLimit\": 0, "));

        await lab.UntilAsync(() => Conditions.IsTrue(lab.Get(KubeTypes.Jobs, "good").Child("status"), "Complete")
            && Conditions.IsTrue(lab.Get(KubeTypes.Jobs, "bad").Child("status"), "Failed"));
        Assert.Equal(2, lab.Get(KubeTypes.Jobs, "good").Number("status", "succeeded"));
    }

    [Fact]
    public async Task A_stateful_set_starts_each_pod_after_its_predecessor_is_ready()
    {
        await using ControllerFixture lab = new();
        lab.Runtime.BecomesReady = pod => pod.Name() != "db-1";

        await lab.CreateAsync(KubeTypes.StatefulSets, """
            { "metadata": { "name": "db" }, "spec": { "replicas": 3, "serviceName": "db", "selector": { "matchLabels": { "app": "db" } },
              "template": { "metadata": { "labels": { "app": "db" } }, "spec": { "containers": [ { "name": "main" } ] } } } }
            """);
        await lab.UntilAsync(() => lab.Get(KubeTypes.Pods, "db-1").Text("status", "podIP") is not null
            && lab.Get(KubeTypes.StatefulSets, "db").Number("status", "replicas") == 2);

        Assert.Null(lab.Get(KubeTypes.Pods, "db-2"));
        Assert.Equal("db", lab.Get(KubeTypes.Pods, "db-0").Text("spec", "subdomain"));
    }

    [Fact]
    public async Task A_daemon_set_runs_one_pod()
    {
        await using ControllerFixture lab = new();

        await lab.CreateAsync(KubeTypes.DaemonSets, """
            { "metadata": { "name": "agent" }, "spec": { "selector": { "matchLabels": { "app": "agent" } },
              "template": { "metadata": { "labels": { "app": "agent" } }, "spec": { "containers": [ { "name": "main" } ] } } } }
            """);

        await lab.UntilAsync(() => lab.Get(KubeTypes.DaemonSets, "agent").Number("status", "numberAvailable") == 1);
        Assert.Single(lab.RunningPods("agent"));
    }

    [Fact]
    public async Task A_pod_whose_node_selector_fits_no_node_stays_pending_with_the_reason()
    {
        await using ControllerFixture lab = new();

        await lab.CreateAsync(KubeTypes.Pods, """
            { "metadata": { "name": "lost" }, "spec": { "nodeSelector": { "disk": "ssd" }, "containers": [] } }
            """);
        await lab.UntilAsync(() => lab.Cluster.HasEvent("FailedScheduling", "didn't match Pod's node affinity/selector"));

        Assert.Equal("Unschedulable",
            Conditions.Find(lab.Get(KubeTypes.Pods, "lost").Child("status"), "PodScheduled").Text("reason"));
    }

    private static string Job(string name, string fields) => $$"""
        { "metadata": { "name": "{{name}}" }, "spec": { {{fields}} "template": { "metadata": {},
          "spec": { "restartPolicy": "Never", "containers": [ { "name": "main" } ] } } } }
        """;
}
