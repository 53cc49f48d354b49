namespace Lateen.EndToEnd.Tests;

using System.Text.RegularExpressions;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>Workloads that end, that have names of their own, or that are away for a while, each with a sidecar.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class WorkloadTests(Bookinfo bookinfo)
{
    private static readonly Regex ThroughSidecar = new(@"outbound\|9080\|\w*\|details\.default\.svc\.cluster\.local");

    private const string Call = """["sh", "-c", "curl -sSf http://details:9080/details/0"]""";

    // As Istio's users do where the sidecar is an ordinary container: nothing else would end it.
    private const string CallAndQuit =
        """["sh", "-c", "curl -sSf http://details:9080/details/0 && curl -sSf -X POST http://localhost:15020/quitquitquit"]""";

    [Fact]
    public async Task A_job_with_a_sidecar_finishes_when_its_own_container_does()
    {
        LocalCluster.Require();
        await using Shell shell = bookinfo.Cluster.Shell();
        shell.AtEnd("kubectl delete job call --wait=false --ignore-not-found");
        await ApplyAsync(shell, "job.yaml", Job("call", Call));

        await shell.RunAsync("kubectl wait --for=condition=complete job/call --timeout=90s");

        string proxy = await shell.RunAsync(
            "kubectl get pod -l job-name=call -o jsonpath='{.items[0].status.initContainerStatuses[?(@.name==\"istio-proxy\")].state}'");
        Assert.Contains("terminated", proxy);
        Assert.Equal("Succeeded", await shell.RunAsync("kubectl get pod -l job-name=call -o jsonpath='{.items[0].status.phase}'"));
        Assert.Contains("\"author\"", await shell.RunAsync("kubectl logs job/call -c call"));

        // Whichever subset another test's routes still name for a moment: the call went through the sidecar, whose last lines are kept.
        await shell.UntilAsync("kubectl logs job/call -c istio-proxy",
            static log => ThroughSidecar.IsMatch(log));
    }

    [Fact]
    public async Task A_job_whose_sidecar_is_an_ordinary_container_finishes_when_it_tells_the_sidecar_to_quit()
    {
        LocalCluster.Require();
        await using Shell shell = bookinfo.Cluster.Shell();
        shell.AtEnd("kubectl delete job call-and-quit call-and-hang --wait=false --ignore-not-found");
        await ApplyAsync(shell, "jobs.yaml", Job("call-and-quit", CallAndQuit, "false") + "\n---\n" + Job("call-and-hang", Call, "false"));

        await shell.RunAsync("kubectl wait --for=condition=complete job/call-and-quit --timeout=90s");
        await shell.UntilAsync(
            "kubectl get pod -l job-name=call-and-hang -o jsonpath='{.items[0].status.containerStatuses[?(@.name==\"call-and-hang\")].state}'",
            static state => state.Contains("terminated", StringComparison.Ordinal));

        Assert.Equal("1", await shell.RunAsync("kubectl get job call-and-hang -o jsonpath='{.status.active}'"));
    }

    [Fact]
    public async Task A_cron_job_runs_by_its_schedule_and_on_demand()
    {
        LocalCluster.Require();
        await using Shell shell = bookinfo.Cluster.Shell();
        shell.AtEnd("kubectl delete cronjob often yearly --wait=false --ignore-not-found");
        await ApplyAsync(shell, "cronjobs.yaml", CronJob("often", "@every 4s") + "\n---\n" + CronJob("yearly", "@yearly"));

        await shell.RunAsync("kubectl create job --from=cronjob/yearly yearly-now");
        await shell.RunAsync("kubectl wait --for=condition=complete job/yearly-now --timeout=90s");
        await shell.RunAsync("kubectl wait --for=jsonpath='{.status.lastSuccessfulTime}' cronjob/often --timeout=90s");

        Assert.Matches(@"(?m)^often\s+@every 4s\s+<none>\s+False\s+[01]\s+\d+s", await shell.RunAsync("kubectl get cronjobs"));
        Assert.Contains("Created job often-", await shell.RunAsync("kubectl describe cronjob often"));
        Outcome refused = await shell.TryAsync("kubectl create cronjob wrong --image=curl --schedule='61 * * * *'");
        Assert.Contains("spec.schedule: Invalid value: \"61 * * * *\": minute 61 is not between 0 and 59", refused.Output);
    }

    [Fact]
    public async Task Each_pod_of_a_stateful_set_is_called_by_its_own_name()
    {
        LocalCluster.Require();
        await using Shell shell = bookinfo.Cluster.Shell();
        shell.AtEnd("kubectl delete -f $scratch/web.yaml -f samples/curl/curl.yaml --wait=false --ignore-not-found");
        await ApplyAsync(shell, "web.yaml", Web);
        await shell.RunAsync("kubectl apply -f samples/curl/curl.yaml");
        await shell.RunAsync("kubectl rollout status statefulset/web --timeout=60s");
        await shell.RunAsync("kubectl wait --for=condition=Available deployment/curl --timeout=60s");

        foreach (string pod in (string[])["web-0", "web-1"])
        {
            await shell.UntilAsync($"kubectl exec deploy/curl -c curl -- curl -sS http://{pod}.web:8080/hostname",
                answer => answer.Contains($"\"{pod}\"", StringComparison.Ordinal));
            string echo = await shell.RunAsync($"kubectl exec deploy/curl -c curl -- sh -c '(echo hello; sleep 1) | nc {pod}.web 9000'");
            Assert.Equal($"{pod} hello", echo.Trim());
            await shell.UntilAsync($"kubectl logs {pod} -c istio-proxy",
                static log => log.Contains("inbound|8080||", StringComparison.Ordinal) && log.Contains("inbound|9000||", StringComparison.Ordinal));
        }

        await shell.UntilAsync("kubectl logs deploy/curl -c istio-proxy",
            static log => log.Contains("outbound|8080||web.default.svc.cluster.local", StringComparison.Ordinal)
                && log.Contains("outbound|9000||web.default.svc.cluster.local", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_gateway_without_pods_refuses_clients_and_serves_them_again_when_it_is_back()
    {
        LocalCluster.Require();
        await using Shell shell = await bookinfo.Cluster.ShellWithIngressAsync();
        shell.AtEnd("kubectl -n istio-system wait --for=condition=Available deployment/istio-ingressgateway --timeout=60s");
        shell.AtEnd("kubectl -n istio-system scale deployment/istio-ingressgateway --replicas=1");
        const string page = "curl -s -o /dev/null -m 3 -w '%{http_code} ' http://$GATEWAY_URL/productpage; echo $?";
        await shell.UntilAsync(page, static answer => answer.Contains("200 0", StringComparison.Ordinal));

        await shell.RunAsync("kubectl -n istio-system scale deployment/istio-ingressgateway --replicas=0");

        // 7: refused, 56: reset; 28 would be a client left waiting.
        await shell.UntilAsync(page, static answer => answer is "000 7" or "000 56", inARow: 3);
        await shell.RunAsync("kubectl -n istio-system scale deployment/istio-ingressgateway --replicas=1");
        await shell.UntilAsync(page, static answer => answer.Contains("200 0", StringComparison.Ordinal), inARow: 3);
    }

    private static async Task ApplyAsync(Shell shell, string file, string yaml)
    {
        await shell.RunAsync($"scratch=$(mktemp -d)\ncat > $scratch/{file} <<'YAML'\n{yaml}\nYAML\nkubectl apply -f $scratch/{file}");
        shell.AtEnd("rm -r $scratch");
    }

    private static string Job(string name, string command, string nativeSidecar = "true") =>
        $$"""
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: {{name}}
          namespace: default
        spec:
          template:
            metadata:
              annotations:
                sidecar.istio.io/nativeSidecar: "{{nativeSidecar}}"
            spec:
              restartPolicy: OnFailure
              containers:
                - name: {{name}}
                  image: docker.io/curlimages/curl
                  command: {{command}}
        """;

    private static string CronJob(string name, string schedule) =>
        $$"""
        apiVersion: batch/v1
        kind: CronJob
        metadata:
          name: {{name}}
          namespace: default
        spec:
          schedule: "{{schedule}}"
          concurrencyPolicy: Forbid
          jobTemplate:
            spec:
              template:
                spec:
                  restartPolicy: OnFailure
                  containers:
                    - name: call
                      image: docker.io/curlimages/curl
                      command: {{Call}}
        """;

    private const string Web =
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: web
          namespace: default
        spec:
          clusterIP: None
          selector:
            app: web
          ports:
            - name: http
              port: 8080
            - name: tcp-echo
              port: 9000
        ---
        apiVersion: apps/v1
        kind: StatefulSet
        metadata:
          name: web
          namespace: default
        spec:
          serviceName: web
          replicas: 2
          podManagementPolicy: Parallel
          selector:
            matchLabels:
              app: web
          template:
            metadata:
              labels:
                app: web
            spec:
              containers:
                - name: http
                  image: docker.io/mccutchen/go-httpbin:v2.15.0
                  ports:
                    - containerPort: 8080
                - name: tcp
                  image: docker.io/istio/tcp-echo-server:1.3
                  args: ["9000", "$(POD_NAME)"]
                  env:
                    - name: POD_NAME
                      valueFrom:
                        fieldRef:
                          fieldPath: metadata.name
                  ports:
                    - containerPort: 9000
        """;
}
