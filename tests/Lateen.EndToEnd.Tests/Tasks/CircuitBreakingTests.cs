namespace Lateen.EndToEnd.Tests.Tasks;

using System.Globalization;
using System.Text.RegularExpressions;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>Task "Circuit Breaking": httpbin with one connection and one waiting request, called by two and three at once.</summary>
[Collection(BookinfoCollection.Name)]
public sealed partial class CircuitBreakingTests(Bookinfo bookinfo)
{
    private const string Fortio = "kubectl exec \"$FORTIO_POD\" -c fortio -- /usr/bin/fortio";
    private const string Overflow = "cluster.outbound|8000||httpbin.default.svc.cluster.local;.upstream_rq_pending_overflow";

    [Fact]
    public async Task Calls_beyond_the_limit_get_503_and_each_is_counted_as_an_overflow_with_flag_UO()
    {
        LocalCluster.Require();
        await using Shell shell = await StartAsync();
        Assert.StartsWith("HTTP/1.1 200 OK", await shell.UntilAsync($"{Fortio} curl -quiet http://httpbin:8000/get",
            static answer => answer.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)));

        await shell.RunAsync("""
            kubectl apply -f - <<EOF
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata:
              name: httpbin
            spec:
              host: httpbin
              trafficPolicy:
                connectionPool:
                  tcp:
                    maxConnections: 1
                  http:
                    http1MaxPendingRequests: 1
                    maxRequestsPerConnection: 1
                outlierDetection:
                  consecutive5xxErrors: 1
                  interval: 1s
                  baseEjectionTime: 3m
                  maxEjectionPercent: 100
            EOF
            """);
        Assert.Contains("maxConnections: 1", await shell.RunAsync("kubectl get destinationrule httpbin -o yaml"));

        // In effect when more callers than one plus one in line are turned away.
        await shell.UntilAsync($"{Fortio} load -c 5 -qps 0 -n 50 -quiet http://httpbin:8000/get", static report => Of(report, 503) > 0);
        long before = await OverflowsAsync(shell);
        long flaggedBefore = await FlaggedAsync(shell);

        string two = await shell.RunAsync($"{Fortio} load -c 2 -qps 0 -n 20 -loglevel Warning http://httpbin:8000/get");
        string three = await shell.RunAsync($"{Fortio} load -c 3 -qps 0 -n 30 -loglevel Warning http://httpbin:8000/get");

        Assert.Equal(20, Of(two, 200) + Of(two, 503));
        Assert.True(Of(two, 200) >= 10, two);
        Assert.Equal(30, Of(three, 200) + Of(three, 503));
        Assert.True(Of(three, 503) > 0, three);
        Assert.True(Of(three, 200) > 0, three);
        int turnedAway = Of(two, 503) + Of(three, 503);
        Assert.Equal(turnedAway, await OverflowsAsync(shell) - before);
        Assert.Equal(turnedAway, await FlaggedAsync(shell) - flaggedBefore);
        TestContext.Current.TestOutputHelper?.WriteLine($"-c 2: {Of(two, 503)} of 20 turned away; -c 3: {Of(three, 503)} of 30");
    }

    private async Task<Shell> StartAsync()
    {
        Shell shell = bookinfo.Cluster.Shell();
        shell.AtEnd("kubectl delete -f samples/httpbin/httpbin.yaml --wait=false --ignore-not-found");
        shell.AtEnd("kubectl delete -f samples/httpbin/sample-client/fortio-deploy.yaml --wait=false");
        shell.AtEnd("kubectl delete destinationrule httpbin --ignore-not-found");
        await shell.RunAsync("kubectl apply -f samples/httpbin/httpbin.yaml -f samples/httpbin/sample-client/fortio-deploy.yaml");
        await shell.RunAsync("kubectl wait --for=condition=Available deployment/httpbin deployment/fortio-deploy --timeout=90s");
        await shell.RunAsync("export FORTIO_POD=$(kubectl get pods -l app=fortio -o 'jsonpath={.items[0].metadata.name}')");
        return shell;
    }

    private static async Task<long> OverflowsAsync(Shell shell)
    {
        string statistics = await shell.RunAsync(
            "kubectl exec \"$FORTIO_POD\" -c istio-proxy -- pilot-agent request GET stats | grep httpbin | grep pending");
        string line = Assert.Single(statistics.Split('\n'), l => l.StartsWith(Overflow, StringComparison.Ordinal));
        return long.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
    }

    private static async Task<long> FlaggedAsync(Shell shell) =>
        long.Parse(await shell.RunAsync("kubectl logs \"$FORTIO_POD\" -c istio-proxy | grep -c ' 503 UO '|| true"), CultureInfo.InvariantCulture);

    private static int Of(string report, int code) =>
        CodeLine().Matches(report).Where(m => m.Groups[1].Value == code.ToString(CultureInfo.InvariantCulture))
            .Sum(m => int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"^Code +(\S+) : (\d+) ", RegexOptions.Multiline)]
    private static partial Regex CodeLine();
}
