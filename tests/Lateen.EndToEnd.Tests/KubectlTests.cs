namespace Lateen.EndToEnd.Tests;

using Lateen.EndToEnd.Tests.Harness;

/// <summary>What people type, with the kubectl of the machine and the newest one.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class KubectlTests(Bookinfo bookinfo)
{
    private LocalCluster Cluster => bookinfo.Cluster;

    public static TheoryData<string> Versions { get; } = new("1.32", "1.35");

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Tables_have_the_columns_of_Kubernetes_and_of_Istio(string version)
    {
        LocalCluster.Require();

        string pods = await KubectlAsync(version, "get pods -o wide");
        string services = await KubectlAsync(version, "get services");
        string deployments = await KubectlAsync(version, "get deployments");
        string rules = await KubectlAsync(version, "get virtualservices,gateways");

        Assert.Matches(@"^NAME\s+READY\s+STATUS\s+RESTARTS\s+AGE\s+IP\s+NODE\s+NOMINATED NODE\s+READINESS GATES", pods);
        Assert.Matches(@"^NAME\s+TYPE\s+CLUSTER-IP\s+EXTERNAL-IP\s+PORT\(S\)\s+AGE", services);
        Assert.Matches(@"^NAME\s+READY\s+UP-TO-DATE\s+AVAILABLE\s+AGE", deployments);
        Assert.Matches(@"NAME\s+GATEWAYS\s+HOSTS\s+AGE", rules);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Describe_shows_containers_and_events_of_an_injected_pod(string version)
    {
        LocalCluster.Require();

        string text = await KubectlAsync(version, "describe pod -l app=details");

        Assert.Contains("istio-proxy:", text);
        Assert.Contains("Started", text);
        Assert.Contains("Node:", text);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_object_lives_through_apply_label_annotate_patch_edit_diff_and_delete(string version)
    {
        LocalCluster.Require();
        await KubectlAsync(version, "delete configmap life --ignore-not-found");

        Assert.Contains("created", await KubectlAsync(version, "apply -f -", ConfigMap("one")));
        Assert.Contains("unchanged", await KubectlAsync(version, "apply -f -", ConfigMap("one")));
        Outcome diff = await Cluster.TryKubectlAsync("diff -f -", ConfigMap("two"), version);
        Assert.Equal(1, diff.ExitCode);
        Assert.Contains("+  key: two", diff.Output);
        Assert.Contains("configured (server dry run)", await KubectlAsync(version, "apply --dry-run=server -f -", ConfigMap("two")));
        Assert.Equal("one", await KubectlAsync(version, "get configmap life -o jsonpath={.data.key}"));
        await KubectlAsync(version, "label configmap life color=blue");
        await KubectlAsync(version, "annotate configmap life note=kept");
        await KubectlAsync(version, "patch configmap life --type=merge -p {\"data\":{\"key\":\"three\"}}");
        await KubectlAsync(version, "patch configmap life --type=json -p [{\"op\":\"add\",\"path\":\"/data/more\",\"value\":\"4\"}]");
        string yaml = await KubectlAsync(version, "get configmap life -o yaml");
        Assert.Contains("key: three", yaml);
        Assert.Contains("more: \"4\"", yaml);
        Assert.Contains("color: blue", yaml);
        Assert.Contains("note: kept", yaml);
        Outcome edited = await Command.RunAsync(Place.Kubectl(version), ["edit", "configmap", "life"], environment: new Dictionary<string, string>
        {
            ["KUBECONFIG"] = Cluster.Kubeconfig,
            ["KUBE_EDITOR"] = "sed -i s/three/five/",
        });
        Assert.Contains("edited", edited.Text());
        Assert.Equal("five", await KubectlAsync(version, "get configmap life -o jsonpath={.data.key}"));
        Assert.Contains("deleted", await KubectlAsync(version, "delete configmap life"));
        Assert.NotEqual(0, (await Cluster.TryKubectlAsync("get configmap life", version: version)).ExitCode);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Server_side_apply_refuses_another_manager_s_field_until_it_is_forced(string version)
    {
        LocalCluster.Require();
        await KubectlAsync(version, "delete configmap life --ignore-not-found");
        await KubectlAsync(version, "apply --server-side --field-manager=first -f -", ConfigMap("one"));

        Outcome conflict = await Cluster.TryKubectlAsync("apply --server-side --field-manager=second -f -", ConfigMap("two"), version);
        await KubectlAsync(version, "apply --server-side --field-manager=second --force-conflicts -f -", ConfigMap("two"));

        Assert.Equal(1, conflict.ExitCode);
        Assert.Contains("conflict with \"first\"", conflict.Error);
        Assert.Contains(".data.key", conflict.Error);
        Assert.Equal("two", await KubectlAsync(version, "get configmap life -o jsonpath={.data.key}"));
        await KubectlAsync(version, "delete configmap life");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_deployment_scales_restarts_and_rolls_back(string version)
    {
        LocalCluster.Require();

        await KubectlAsync(version, "scale deployment/ratings-v1 --replicas=2");
        await KubectlAsync(version, "wait --for=jsonpath={.status.readyReplicas}=2 deployment/ratings-v1 --timeout=60s");
        await KubectlAsync(version, "scale deployment/ratings-v1 --replicas=1");
        await KubectlAsync(version, "set env deployment/ratings-v1 TRIED=yes");
        await KubectlAsync(version, "rollout status deployment/ratings-v1 --timeout=60s");
        Assert.Contains("TRIED", await KubectlAsync(version, "get deployment ratings-v1 -o yaml"));
        await KubectlAsync(version, "rollout undo deployment/ratings-v1");
        Assert.Contains("successfully rolled out", await KubectlAsync(version, "rollout status deployment/ratings-v1 --timeout=60s"));
        Assert.DoesNotContain("name: TRIED", await KubectlAsync(version, "get deployment ratings-v1 -o jsonpath={.spec.template}"));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Commands_run_in_a_container_with_their_exit_code_and_input(string version)
    {
        LocalCluster.Require();

        Outcome failed = await Cluster.TryKubectlAsync("exec deploy/ratings-v1 -c ratings -- sh -c 'exit 7'", version: version);
        string echoed = await KubectlAsync(version, "exec -i deploy/ratings-v1 -c ratings -- cat", "through standard input");

        Assert.Equal(7, failed.ExitCode);
        Assert.Equal("through standard input", echoed.Trim());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Logs_follow_what_a_container_writes(string version)
    {
        LocalCluster.Require();
        string id = Guid.NewGuid().ToString();

        Task<Outcome> following = Command.RunAsync("timeout",
            ["8", Place.Kubectl(version), "logs", "-f", "--tail=1", "deploy/details-v1", "-c", "istio-proxy"],
            environment: new Dictionary<string, string> { ["KUBECONFIG"] = Cluster.Kubeconfig });
        await Cluster.ExecAsync("deploy/ratings-v1", "ratings", "curl", "-sS", "-H", $"x-request-id: {id}", "details:9080/details/0");

        Assert.Contains(id, (await following).Output);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Events_tell_what_happened_and_rights_can_be_asked_for(string version)
    {
        LocalCluster.Require();

        Assert.Contains("Started", await KubectlAsync(version, "events"));
        Assert.Equal("yes", (await KubectlAsync(version, "auth can-i create virtualservices")).Trim());
        Outcome denied = await Cluster.TryKubectlAsync("auth can-i list secrets --as=system:serviceaccount:default:default", version: version);
        Assert.Equal("no", denied.Output.Trim());
        Assert.Contains("KIND:", await KubectlAsync(version, "explain virtualservice.spec.http"));
        Assert.Contains("virtualservices", await KubectlAsync(version, "api-resources"));
    }

    [Fact]
    public async Task The_proxies_and_their_configuration_can_be_read_with_lateen()
    {
        LocalCluster.Require();
        string pod = await KubectlAsync("1.32", "get pod -l app=productpage -o jsonpath={.items[0].metadata.name}");

        string status = (await Cluster.LateenAsync("proxy-status", "--kubeconfig", Cluster.Kubeconfig)).Text();
        string clusters = (await Cluster.LateenAsync("proxy-config", "cluster", $"{pod}.default", "--kubeconfig", Cluster.Kubeconfig)).Text();
        string listeners = (await Cluster.LateenAsync("proxy-config", "listener", $"{pod}.default", "--kubeconfig", Cluster.Kubeconfig)).Text();
        string routes = (await Cluster.LateenAsync("proxy-config", "route", $"{pod}.default", "--kubeconfig", Cluster.Kubeconfig)).Text();
        string endpoints = (await Cluster.LateenAsync("proxy-config", "endpoint", $"{pod}.default", "--kubeconfig", Cluster.Kubeconfig)).Text();

        Assert.Contains($"{pod}.default", status);
        Assert.Matches(@"reviews\.default\.svc\.cluster\.local\s+9080\s+-\s+outbound\s+EDS", clusters);
        Assert.Contains("15006", listeners);
        Assert.Contains("reviews.default.svc.cluster.local", routes);
        Assert.Contains("outbound|9080||reviews.default.svc.cluster.local", endpoints);
    }

    private Task<string> KubectlAsync(string version, string arguments, string? input = null) => Cluster.KubectlAsync(arguments, input, version);

    private static string ConfigMap(string value) =>
        $$"""
        apiVersion: v1
        kind: ConfigMap
        metadata:
          name: life
          namespace: default
        data:
          key: {{value}}
        """;
}
