namespace Lateen.EndToEnd.Tests.Tasks;

using System.Globalization;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>Task "Mirroring": v2 gets a copy of what v1 answers.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class MirroringTests(Bookinfo bookinfo)
{
    private const int Calls = 20;

    [Fact]
    public async Task Version_2_sees_every_request_and_the_client_only_version_1_s_answers()
    {
        LocalCluster.Require();
        await using Shell shell = bookinfo.Cluster.Shell();
        shell.AtEnd("kubectl delete -f samples/httpbin/httpbin-versions.yaml -f samples/curl/curl.yaml --ignore-not-found --wait=false");
        shell.AtEnd("kubectl delete virtualservice,destinationrule httpbin --ignore-not-found");
        await shell.RunAsync("kubectl apply -f samples/httpbin/httpbin-versions.yaml -f samples/curl/curl.yaml");
        await shell.RunAsync("kubectl wait --for=condition=Available deployment/httpbin-v1 deployment/httpbin-v2 deployment/curl --timeout=90s");

        await shell.RunAsync($"kubectl apply -f - <<EOF\n{Rule("")}EOF");
        await shell.RunAsync("""
            kubectl apply -f - <<EOF
            apiVersion: networking.istio.io/v1
            kind: DestinationRule
            metadata:
              name: httpbin
            spec:
              host: httpbin
              subsets:
              - name: v1
                labels:
                  version: v1
              - name: v2
                labels:
                  version: v2
            EOF
            """);
        await shell.UntilAsync(Ask("hostname", 10), static answers => Count(answers, "httpbin-v1-") == 10);
        await shell.RunAsync(Ask("headers?only=v1", Calls));
        await shell.UntilAsync(Logged("v1", "only=v1"), static count => count == $"{Calls}");
        Assert.Equal("0", await shell.RunAsync(Logged("v2", "only=v1")));

        await shell.RunAsync($"kubectl apply -f - <<EOF\n{Rule("""
                mirror:
                  host: httpbin
                  subset: v2
                mirrorPercentage:
                  value: 100.0

            """)}EOF");
        await shell.UntilAsync($"{Ask("headers?probe", 1)} >/dev/null; {Logged("v2", "probe")}", static count => Number(count) > 0);

        string answers = await shell.RunAsync(Ask("hostname?mirrored", Calls));
        Assert.Equal(Calls, Count(answers, "httpbin-v1-"));
        await shell.UntilAsync(Logged("v1", "mirrored"), static count => count == $"{Calls}");
        await shell.UntilAsync(Logged("v2", "mirrored"), static count => count == $"{Calls}");
    }

    private static string Ask(string path, int times) =>
        $"kubectl exec deploy/curl -c curl -- sh -c 'for i in $(seq 1 {times}); do curl -sS \"http://httpbin:8000/{path}\"; done'";

    private static string Logged(string version, string text) => $"kubectl logs deploy/httpbin-{version} -c httpbin | grep -c '{text}' || true";

    private static int Count(string text, string word) => text.Split(word).Length - 1;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Rule(string mirror) => $"""
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata:
          name: httpbin
        spec:
          hosts:
          - httpbin
          http:
          - route:
            - destination:
                host: httpbin
                subset: v1
              weight: 100
        {mirror}
        """;
}
