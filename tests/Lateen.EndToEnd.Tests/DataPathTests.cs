namespace Lateen.EndToEnd.Tests;

using Lateen.EndToEnd.Tests.Harness;

[Collection(BookinfoCollection.Name)]
public sealed class DataPathTests(Bookinfo bookinfo)
{
    private LocalCluster Cluster => bookinfo.Cluster;

    [Fact]
    public async Task One_request_id_stands_in_the_access_logs_of_both_sidecars()
    {
        await PrepareAsync();
        string id = Guid.NewGuid().ToString();

        await Cluster.ExecAsync("deploy/ratings-v1", "ratings", "curl", "-sS", "-H", $"x-request-id: {id}", "details:9080/details/0");

        await LogShowsAsync("deploy/ratings-v1", id, "outbound|9080||details.default.svc.cluster.local");
        await LogShowsAsync("deploy/details-v1", id, "inbound|9080||");
    }

    [Fact]
    public async Task A_call_through_a_stopped_sidecar_fails_and_works_again_when_it_goes_on()
    {
        await PrepareAsync();
        int sidecar = Assert.Single(Processes.Find("proxy sidecar", "POD_NAME=details-v1"));

        await Command.RunAsync("kill", ["-STOP", $"{sidecar}"]);
        try
        {
            string code = await CallDetailsAsync();
            Assert.NotEqual("200", code);
        }
        finally
        {
            await Command.RunAsync("kill", ["-CONT", $"{sidecar}"]);
        }

        await Until.TrueAsync(async () => await CallDetailsAsync() == "200", TimeSpan.FromSeconds(10), () => "details answers again");
    }

    [Fact]
    public async Task An_excluded_outbound_port_bypasses_the_client_s_sidecar()
    {
        await PrepareAsync();
        await Cluster.KubectlAsync("apply -f -", Client("bypass", "traffic.sidecar.istio.io/excludeOutboundPorts: \"9080\""));
        await Cluster.KubectlAsync("wait --for=condition=Ready pod/bypass --timeout=60s");
        string id = Guid.NewGuid().ToString();

        string headers = await Cluster.ExecAsync("pod/bypass", "curl", "curl", "-sS", "-D", "-", "-o", "/dev/null", "-H", $"x-request-id: {id}", "details:9080/details/0");

        Assert.Contains("200", headers);
        await LogShowsAsync("deploy/details-v1", id, "inbound|9080||");
        Assert.DoesNotContain(id, await Cluster.KubectlAsync("logs pod/bypass -c istio-proxy"));
        await Cluster.KubectlAsync("delete pod bypass --grace-period=1");
    }

    [Fact]
    public async Task The_standard_metrics_carry_Istio_s_labels_on_both_sides()
    {
        await PrepareAsync();
        await Cluster.ExecAsync("deploy/ratings-v1", "ratings", "curl", "-sS", "details:9080/details/0");

        string client = await StatsAsync("deploy/ratings-v1");
        string server = await StatsAsync("deploy/details-v1");

        Assert.Contains("reporter=\"source\",source_workload=\"ratings-v1\",source_canonical_service=\"ratings\"", RequestsTo(client, "details"));
        Assert.Contains("destination_workload=\"details-v1\"", RequestsTo(client, "details"));
        Assert.Contains("reporter=\"destination\",source_workload=\"ratings-v1\"", RequestsTo(server, "details"));
        Assert.Contains("response_code=\"200\"", RequestsTo(server, "details"));
    }

    // Another test may just have killed the sidecar or the application that is called here.
    private async Task PrepareAsync()
    {
        LocalCluster.Require();
        await bookinfo.ResetAsync();
        await Until.TrueAsync(async () => await CallDetailsAsync() == "200", TimeSpan.FromSeconds(20), () => "details answers ratings");
    }

    private async Task<string> StatsAsync(string target) =>
        await Cluster.ExecAsync(target, "istio-proxy", "pilot-agent", "request", "GET", "stats/prometheus");

    private static string RequestsTo(string metrics, string service) =>
        string.Join('\n', metrics.Split('\n').Where(l => l.StartsWith("istio_requests_total{", StringComparison.Ordinal)
            && l.Contains($"destination_service_name=\"{service}\"", StringComparison.Ordinal)));

    private async Task LogShowsAsync(string target, string id, string cluster)
    {
        string log = "";
        await Until.TrueAsync(
            async () => (log = await Cluster.KubectlAsync($"logs {target} -c istio-proxy --tail=200")).Split('\n')
                .Any(l => l.Contains(id, StringComparison.Ordinal) && l.Contains(cluster, StringComparison.Ordinal)),
            TimeSpan.FromSeconds(10), () => $"{target} logs {id} for {cluster}\n{log}");
    }

    private async Task<string> CallDetailsAsync()
    {
        Outcome outcome = await Cluster.TryKubectlAsync(
            "exec deploy/ratings-v1 -c ratings -- curl -s -o /dev/null --max-time 3 -w %{http_code} details:9080/details/0");
        return outcome.Output.Trim();
    }

    private static string Client(string name, string annotation) =>
        $$"""
        apiVersion: v1
        kind: Pod
        metadata:
          name: {{name}}
          labels: {app: {{name}}}
          annotations: { {{annotation}} }
        spec:
          containers:
          - name: curl
            image: docker.io/curlimages/curl
            command: ["/bin/sleep", "infinity"]
        """;
}
