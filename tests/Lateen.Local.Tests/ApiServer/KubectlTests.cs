namespace Lateen.Local.Tests.ApiServer;

public sealed class KubectlTests(TestCluster cluster) : IClassFixture<TestCluster>
{
    private const string Web = """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, labels: {app: web}}
        spec:
          replicas: 2
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec:
              containers:
              - name: web
                image: web:1
                ports: [{containerPort: 8080}]
        ---
        apiVersion: v1
        kind: Service
        metadata: {name: web}
        spec:
          selector: {app: web}
          ports: [{port: 80, targetPort: 8080}]
        """;

    [Fact]
    public async Task A_deployment_and_a_service_are_applied_shown_and_deleted()
    {
        string ns = await NamespaceAsync();

        string applied = await cluster.RunAsync($"{ns} apply -f -", Web);
        string again = await cluster.RunAsync($"{ns} apply -f -", Web);
        string table = await cluster.RunAsync($"{ns} get deploy,svc -o wide");

        Assert.Contains("deployment.apps/web created", applied);
        Assert.Contains("deployment.apps/web unchanged", again);
        Assert.Contains("service/web unchanged", again);
        Assert.Contains("UP-TO-DATE", table);
        Assert.Contains("app=web", table);
        Assert.StartsWith("10.96.", await cluster.RunAsync($"{ns} get svc web -o jsonpath={{.spec.clusterIP}}"));
        Assert.Contains("deployment.apps \"web\" deleted", await cluster.RunAsync($"{ns} delete deploy web"));
    }

    [Fact]
    public async Task The_three_patches_edit_scale_label_and_annotate_change_the_object()
    {
        string ns = await NamespaceAsync();
        await cluster.RunAsync($"{ns} apply -f -", Web);

        string operations = """[{"op":"replace","path":"/spec/replicas","value":1}]""";
        await cluster.RunAsync($"{ns} patch deploy web --type=json -p '{operations}'");
        string labels = """{"metadata":{"labels":{"tier":"front"}}}""";
        await cluster.RunAsync($"{ns} patch deploy web --type=merge -p '{labels}'");
        string container = """{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"web:2"}]}}}}""";
        await cluster.RunAsync($"{ns} patch deploy web -p '{container}'");
        await cluster.RunAsync($"{ns} edit deploy web", editor: "sed -i s/web:2/web:3/");
        await cluster.RunAsync($"{ns} scale deploy web --replicas=5");
        await cluster.RunAsync($"{ns} label deploy web a=b");
        await cluster.RunAsync($"{ns} annotate deploy web note=here");

        string seen = await cluster.RunAsync($"{ns} get deploy web -o jsonpath='{{.spec.replicas}} {{.metadata.labels.tier}} "
            + "{.spec.template.spec.containers[0].image} {.metadata.labels.a} {.metadata.annotations.note} "
            + "{.spec.template.spec.containers[0].ports[0].containerPort}'");
        Assert.Equal("5 front web:3 b here 8080", seen);
    }

    [Fact]
    public async Task Server_side_apply_by_a_second_manager_conflicts_until_it_is_forced()
    {
        string ns = await NamespaceAsync();
        await cluster.RunAsync($"{ns} apply --server-side --field-manager=one -f -", Web);
        string other = Web.Replace("replicas: 2", "replicas: 3");

        KubectlResult refused = await cluster.KubectlAsync($"{ns} apply --server-side --field-manager=two -f -", other);
        string forced = await cluster.RunAsync($"{ns} apply --server-side --field-manager=two --force-conflicts -f -", other);

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("Apply failed with 1 conflict: conflict with \"one\": .spec.replicas", refused.Error);
        Assert.Contains("deployment.apps/web serverside-applied", forced);
        Assert.Equal("3", await cluster.RunAsync($"{ns} get deploy web -o jsonpath={{.spec.replicas}}"));
    }

    [Fact]
    public async Task A_field_that_its_only_manager_no_longer_applies_goes_away()
    {
        string ns = await NamespaceAsync();
        string first = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {a: '1', b: '2'}\n";
        await cluster.RunAsync($"{ns} apply --server-side -f -", first);

        await cluster.RunAsync($"{ns} apply --server-side -f -", first.Replace(", b: '2'", ""));

        Assert.Equal("""{"a":"1"}""", await cluster.RunAsync($"{ns} get cm c -o jsonpath={{.data}}"));
    }

    [Fact]
    public async Task Replacing_a_stale_version_is_a_conflict()
    {
        string ns = await NamespaceAsync();
        await cluster.RunAsync($"{ns} create configmap c --from-literal=a=1");
        string stale = await cluster.RunAsync($"{ns} get cm c -o yaml");
        await cluster.RunAsync($"{ns} label cm c moved=on");

        KubectlResult refused = await cluster.KubectlAsync($"{ns} replace -f -", stale.Replace("a: \"1\"", "a: \"2\""));

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("the object has been modified; please apply your changes to the latest version and try again",
            refused.Error);
    }

    [Fact]
    public async Task Unknown_fields_are_refused_with_their_path_and_the_object_stays()
    {
        string ns = await NamespaceAsync();
        await cluster.RunAsync($"{ns} apply -f -", Web);

        KubectlResult refused = await cluster.KubectlAsync($"{ns} apply -f -", Web.Replace("replicas: 2", "replicaz: 2"));
        KubectlResult warned = await cluster.KubectlAsync($"{ns} apply --validate=warn -f -",
            Web.Replace("app: web} }", "app: web}}")
            .Replace("image: web:1", "image: web:1\n        imagge: x"));

        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("strict decoding error: unknown field \"spec.replicaz\"", refused.Error);
        Assert.Equal(0, warned.ExitCode);
        Assert.Contains("Warning: unknown field \"spec.template.spec.containers[0].imagge\"", warned.Error);
        Assert.Equal("2", await cluster.RunAsync($"{ns} get deploy web -o jsonpath={{.spec.replicas}}"));
    }

    [Fact]
    public async Task A_dry_run_answers_with_defaults_and_stores_nothing()
    {
        string ns = await NamespaceAsync();

        string shown = await cluster.RunAsync($"{ns} apply --dry-run=server -o "
            + $"jsonpath='{{.items[0].spec.progressDeadlineSeconds}}' -f -", Web);
        KubectlResult gone = await cluster.KubectlAsync($"{ns} get deploy web");

        Assert.Equal("600", shown);
        Assert.Contains("deployments.apps \"web\" not found", gone.Error);
    }

    [Fact]
    public async Task Diff_shows_only_what_an_apply_would_change()
    {
        string ns = await NamespaceAsync();
        await cluster.RunAsync($"{ns} apply -f -", Web);

        KubectlResult same = await cluster.KubectlAsync($"{ns} diff -f -", Web);
        KubectlResult differs = await cluster.KubectlAsync($"{ns} diff -f -", Web.Replace("web:1", "web:2"));

        Assert.Equal(0, same.ExitCode);
        Assert.Equal(1, differs.ExitCode);
        Assert.Contains("+      - image: web:2", differs.Output);
    }

    [Fact]
    public async Task Explain_and_api_resources_know_the_built_in_kinds()
    {
        string explained = await cluster.RunAsync("explain deployment.spec.strategy");
        string resources = await cluster.RunAsync("api-resources");

        Assert.Contains("FIELD: strategy <DeploymentStrategy>", explained);
        Assert.Contains("rollingUpdate", explained);
        Assert.Contains("deploy", resources);
    }

    [Fact]
    public async Task A_kind_that_is_only_stored_says_so()
    {
        string ns = await NamespaceAsync();

        KubectlResult created =
            await cluster.KubectlAsync($"{ns} create poddisruptionbudget p --selector=app=web --min-available=1");

        Assert.Equal(0, created.ExitCode);
        Assert.Contains("Warning: PodDisruptionBudget is stored but not acted on in this cluster", created.Error);
    }

    [Fact]
    public async Task Wait_returns_when_the_condition_is_met_or_the_object_is_gone()
    {
        string ns = await NamespaceAsync();
        await cluster.RunAsync($"{ns} create configmap c --from-literal=a=1");

        Task<string> phase = cluster.RunAsync($"{ns} wait cm/c --for=jsonpath='{{.data.a}}'=2 --timeout=20s");
        string change = """{"data":{"a":"2"}}""";
        await cluster.RunAsync($"{ns} patch cm c -p '{change}'");
        Task<string> deleted = cluster.RunAsync($"{ns} wait cm/c --for=delete --timeout=20s");
        Assert.Contains("condition met", await phase);
        await cluster.RunAsync($"{ns} delete cm c");

        await deleted;
    }

    [Fact]
    public async Task A_service_account_token_may_do_what_its_role_says_and_no_more()
    {
        string ns = await NamespaceAsync();
        await cluster.RunAsync($"{ns} create serviceaccount reader");
        await cluster.RunAsync($"{ns} create role r --verb=get,list --resource=pods");
        await cluster.RunAsync($"{ns} create rolebinding rb --role=r --serviceaccount={ns[3..]}:reader");
        string token = (await cluster.RunAsync($"{ns} create token reader")).Trim();
        await File.WriteAllTextAsync(cluster.Kubeconfig + ns[3..], (await File.ReadAllTextAsync(cluster.Kubeconfig,
            TestContext.Current.CancellationToken)).Split("    client-certificate-data")[0]
                + $"    token: {token}\ncontexts:\n- name: t\n"
            + "  context: {cluster: lateen, user: lateen-admin}\ncurrent-context: t\n", TestContext.Current.CancellationToken);
        string asReader = $"--kubeconfig {cluster.Kubeconfig}{ns[3..]} {ns}";

        KubectlResult pods = await cluster.KubectlAsync($"{asReader} get pods");
        KubectlResult secrets = await cluster.KubectlAsync($"{asReader} get secrets");
        KubectlResult may = await cluster.KubectlAsync($"{asReader} auth can-i list pods");

        Assert.Equal(0, pods.ExitCode);
        Assert.Contains($"secrets is forbidden: User \"system:serviceaccount:{ns[3..]}:reader\" cannot list resource "
            + $"\"secrets\" in API "
            + $"group \"\" in the namespace \"{ns[3..]}\"", secrets.Error);
        Assert.Equal("yes", may.Output.Trim());
    }

    [Fact]
    public async Task Exec_streams_output_input_and_the_exit_code_over_websocket()
    {
        string ns = await NamespaceAsync();
        await cluster.RunAsync($"{ns} create serviceaccount default");
        await cluster.RunAsync($"{ns} run p --image=busybox:1");

        KubectlResult echoed = await cluster.KubectlAsync($"{ns} exec -i p -- cat", "hello\n");
        KubectlResult failed = await cluster.KubectlAsync($"{ns} exec p -- fail");
        string log = await cluster.RunAsync($"{ns} logs p");

        Assert.True(echoed.ExitCode == 0, echoed.All);
        Assert.Equal("hello\n", echoed.Output);
        Assert.Equal(7, failed.ExitCode);
        Assert.Equal("log of p/p\n", log);
    }

    private async Task<string> NamespaceAsync()
    {
        string name = $"t{Guid.NewGuid():N}"[..12];
        await cluster.RunAsync($"create namespace {name}");
        return $"-n {name}";
    }
}
