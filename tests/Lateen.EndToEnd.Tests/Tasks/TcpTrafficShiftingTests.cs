namespace Lateen.EndToEnd.Tests.Tasks;

using System.Globalization;
using Lateen.EndToEnd.Tests.Harness;

/// <summary>Task "TCP Traffic Shifting": connections to port 31400 of the ingress.</summary>
[Collection(BookinfoCollection.Name)]
public sealed class TcpTrafficShiftingTests(Bookinfo bookinfo)
{
    private const int Connections = 150;

    // Bash's own TCP: the machine may have no nc. The date goes there and comes back behind the version's word.
    private const string Ask = "(exec 3<>/dev/tcp/$INGRESS_HOST/$TCP_INGRESS_PORT && date >&3 && head -1 <&3)";

    [Fact]
    public async Task All_connections_reach_one_then_a_fifth_of_them_two()
    {
        LocalCluster.Require();
        await using Shell shell = await bookinfo.Cluster.ShellWithIngressAsync();
        shell.AtEnd("kubectl delete -f samples/tcp-echo/tcp-echo-services.yaml --wait=false");
        shell.AtEnd("kubectl delete -f samples/curl/curl.yaml --wait=false --ignore-not-found");
        shell.AtEnd("kubectl delete -f samples/tcp-echo/tcp-echo-all-v1.yaml");
        await shell.RunAsync("kubectl apply -f samples/curl/curl.yaml -f samples/tcp-echo/tcp-echo-services.yaml");
        await shell.RunAsync("kubectl wait --for=condition=Available deployment/curl deployment/tcp-echo-v1 deployment/tcp-echo-v2 --timeout=90s");

        await shell.RunAsync("kubectl apply -f samples/tcp-echo/tcp-echo-all-v1.yaml");
        await shell.UntilAsync(Ask, static answer => answer.StartsWith("one ", StringComparison.Ordinal));
        Assert.Equal(20, await CountAsync(shell, 20, "one"));

        await shell.RunAsync("kubectl apply -f samples/tcp-echo/tcp-echo-20-v2.yaml");
        await shell.UntilAsync(Ask, static answer => answer.StartsWith("two ", StringComparison.Ordinal));
        int two = await CountAsync(shell, Connections, "two");

        // n = 150, weight 20: expected 30, three standard deviations are 15.
        Assert.InRange(two, 15, 45);
        Assert.Equal(Connections, two + await CountAsync(shell, 0, "one", keep: true));
        string inside = await shell.RunAsync(
            "kubectl exec deploy/curl -c curl -- sh -c \"(date; sleep 1) | nc istio-ingressgateway.istio-system $TCP_INGRESS_PORT\"");
        Assert.Matches("^(one|two) ", inside);
    }

    private static async Task<int> CountAsync(Shell shell, int connections, string word, bool keep = false)
    {
        if (!keep)
        {
            await shell.RunAsync($"answers=$(for i in $(seq 1 {connections}); do {Ask}; done)");
        }

        return int.Parse(await shell.RunAsync($"grep -c '^{word} ' <<<\"$answers\" || true"), CultureInfo.InvariantCulture);
    }
}
