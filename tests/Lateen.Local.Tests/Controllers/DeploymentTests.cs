namespace Lateen.Local.Tests.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;
using Lateen.Local.Controllers;

public sealed class DeploymentTests
{
    private const string Revision = "deployment.kubernetes.io/revision";

    [Fact]
    public async Task A_deployment_becomes_ready_pods_on_the_node_and_reports_itself_complete()
    {
        await using ControllerFixture lab = new();

        await lab.CreateAsync(KubeTypes.Deployments, Workloads.Deployment("web", 3));
        await lab.UntilAsync(() => IsComplete(lab, 3));

        JsonObject? deployment = lab.Get(KubeTypes.Deployments, "web");
        JsonObject set = Assert.Single(lab.Cluster.All(KubeTypes.ReplicaSets));
        Assert.Equal("1", deployment?.Annotation(Revision));
        Assert.Equal(1, deployment.Number("status", "observedGeneration"));
        Assert.True(Conditions.IsTrue(deployment.Child("status"), "Available"));
        Assert.Equal($"web-{set.Label("pod-template-hash")}", set.Name());
        Assert.All(lab.RunningPods("web"), pod => Assert.Equal("lateen", pod.Text("spec", "nodeName")));
        Assert.True(lab.Cluster.HasEvent("ScalingReplicaSet", $"Scaled up replica set {set.Name()} from 0 to 3"));
        Assert.True(lab.Cluster.HasEvent("SuccessfulCreate", "Created pod: web-"));
        Assert.True(lab.Cluster.HasEvent("Scheduled", "Successfully assigned default/web-"));
    }

    [Fact]
    public async Task A_changed_template_rolls_to_a_new_revision_without_going_below_the_minimum()
    {
        await using ControllerFixture lab = new();
        await lab.CreateAsync(KubeTypes.Deployments, Workloads.Deployment("web", 4));
        await lab.UntilAsync(() => IsComplete(lab, 4));
        int lowest = int.MaxValue;

        await lab.PatchAsync(KubeTypes.Deployments, "web", Workloads.Image("web:2"));
        await lab.UntilAsync(() =>
        {
            lowest = Math.Min(lowest, lab.RunningPods("web").Count);
            return Images(lab).SequenceEqual(["web:2", "web:2", "web:2", "web:2"]) && IsComplete(lab, 4);
        });

        Assert.True(lowest >= 3, $"only {lowest} of 4 pods were serving");
        Assert.Equal("2", lab.Get(KubeTypes.Deployments, "web")?.Annotation(Revision));
        Assert.Equal(2, lab.Cluster.All(KubeTypes.ReplicaSets).Count);
    }

    [Fact]
    public async Task Going_back_to_an_old_template_reuses_its_replica_set_under_a_new_revision()
    {
        await using ControllerFixture lab = new();
        await lab.CreateAsync(KubeTypes.Deployments, Workloads.Deployment("web", 1));
        await lab.UntilAsync(() => IsComplete(lab, 1));
        JsonObject first = lab.Cluster.All(KubeTypes.ReplicaSets)[0];
        JsonNode? template = first.At("spec", "template", "spec")?.DeepClone();
        await lab.PatchAsync(KubeTypes.Deployments, "web", Workloads.Image("web:2"));
        await lab.UntilAsync(() => Images(lab).SequenceEqual(["web:2"]) && IsComplete(lab, 1));

        JsonObject undo = new() { ["spec"] = new JsonObject { ["template"] = new JsonObject { ["spec"] = template } } };
        await lab.PatchAsync(KubeTypes.Deployments, "web", undo.ToJsonString());
        await lab.UntilAsync(() => Images(lab).SequenceEqual(["web:1"]) && IsComplete(lab, 1));

        JsonObject? reused = lab.Get(KubeTypes.ReplicaSets, first.Name());
        Assert.Equal("3", reused?.Annotation(Revision));
        Assert.Equal("1", reused?.Annotation("deployment.kubernetes.io/revision-history"));
    }

    [Fact]
    public async Task Recreate_starts_no_new_pod_while_an_old_one_exists()
    {
        await using ControllerFixture lab = new();
        await lab.CreateAsync(
            KubeTypes.Deployments, Workloads.Deployment("web", 2, strategy: "\"strategy\": { \"type\": \"Recreate\" },"));
        await lab.UntilAsync(() => IsComplete(lab, 2));
        bool mixed = false;

        await lab.PatchAsync(KubeTypes.Deployments, "web", Workloads.Image("web:2"));
        await lab.UntilAsync(() =>
        {
            mixed |= lab.Cluster.All(KubeTypes.Pods).Select(Image).Distinct().Count() > 1;
            return Images(lab).SequenceEqual(["web:2", "web:2"]) && IsComplete(lab, 2);
        });

        Assert.False(mixed);
    }

    [Fact]
    public async Task A_paused_deployment_scales_but_does_not_roll()
    {
        await using ControllerFixture lab = new();
        await lab.CreateAsync(KubeTypes.Deployments, Workloads.Deployment("web", 1));
        await lab.UntilAsync(() => IsComplete(lab, 1));

        await lab.PatchAsync(KubeTypes.Deployments, "web", """{ "spec": { "paused": true } }""");
        await lab.PatchAsync(KubeTypes.Deployments, "web", Workloads.Image("web:2"));
        await lab.PatchAsync(KubeTypes.Deployments, "web", """{ "spec": { "replicas": 3 } }""");
        await lab.UntilAsync(() => lab.RunningPods("web").Count == 3);

        Assert.Equal(["web:1", "web:1", "web:1"], Images(lab));
        await lab.PatchAsync(KubeTypes.Deployments, "web", """{ "spec": { "paused": false } }""");
        await lab.UntilAsync(() => Images(lab).SequenceEqual(["web:2", "web:2", "web:2"]));
    }

    [Fact]
    public async Task A_refused_pod_becomes_an_event_with_the_webhooks_words_and_is_tried_again()
    {
        const string Words = "Internal error occurred: failed calling webhook \"namespace.sidecar-injector.istio.io\"";
        await using ControllerFixture lab = new();
        lab.Cluster.OnCreate = (type, _) =>
        {
            if (type == KubeTypes.Pods)
            {
                throw new ApiException(500, "InternalError", Words);
            }
        };

        await lab.CreateAsync(KubeTypes.Deployments, Workloads.Deployment("web", 2));
        await lab.UntilAsync(() => lab.Cluster.HasEvent("FailedCreate", $"Error creating: {Words}")
            && Conditions.IsTrue(lab.Get(KubeTypes.Deployments, "web").Child("status"), "ReplicaFailure"));
        lab.Cluster.OnCreate = (_, _) => { };
        await lab.UntilAsync(() => IsComplete(lab, 2));

        Assert.Null(Conditions.Find(lab.Get(KubeTypes.Deployments, "web").Child("status"), "ReplicaFailure"));
    }

    [Fact]
    public async Task A_deleted_pod_is_replaced_and_scaling_down_keeps_the_ready_pods()
    {
        await using ControllerFixture lab = new();
        await lab.CreateAsync(KubeTypes.Deployments, Workloads.Deployment("web", 2));
        await lab.UntilAsync(() => IsComplete(lab, 2));
        string lost = lab.RunningPods("web")[0].Name();
        await lab.DeleteAsync(KubeTypes.Pods, lost);
        await lab.UntilAsync(() => lab.RunningPods("web").Count == 2 && lab.Get(KubeTypes.Pods, lost) is null);
        string[] ready = [.. lab.RunningPods("web").Select(p => p.Name()).Order()];

        lab.Runtime.BecomesReady = _ => false;
        await lab.PatchAsync(KubeTypes.Deployments, "web", """{ "spec": { "replicas": 4 } }""");
        await lab.UntilAsync(() => lab.Cluster.All(KubeTypes.Pods).Count == 4);
        await lab.PatchAsync(KubeTypes.Deployments, "web", """{ "spec": { "replicas": 2 } }""");
        await lab.UntilAsync(() => lab.Cluster.All(KubeTypes.Pods).Count == 2);

        Assert.Equal(ready, lab.RunningPods("web").Select(p => p.Name()).Order());
    }

    private static bool IsComplete(ControllerFixture lab, int replicas)
    {
        JsonObject? deployment = lab.Get(KubeTypes.Deployments, "web");
        JsonObject? status = deployment.Child("status");
        return status.Number("updatedReplicas") == replicas && status.Number("availableReplicas") == replicas
            && status.Number("replicas") == replicas && status.Number("observedGeneration") == deployment?.Generation()
            && Conditions.Find(status, "Progressing").Text("reason") == "NewReplicaSetAvailable";
    }

    private static IEnumerable<string> Images(ControllerFixture lab) => lab.RunningPods("web").Select(Image);

    private static string Image(JsonObject pod) => pod.Items("spec", "containers").First().Text("image") ?? "";
}
