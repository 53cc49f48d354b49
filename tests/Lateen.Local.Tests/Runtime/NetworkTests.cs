namespace Lateen.Local.Tests.Runtime;

using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

/// <summary>Pods, Services, names and the way out, over the real router.</summary>
public sealed class NetworkTests(RunningCluster cluster) : IClassFixture<RunningCluster>
{
    private const string Server = "exec /usr/bin/perl -e 'use IO::Socket::INET; $s=IO::Socket::INET->new(LocalPort=>8080,Listen=>50,ReuseAddr=>1) or die; "
        + "while($c=$s->accept){$l=<$c>; print $c \"HTTP/1.0 200 OK\\r\\n\\r\\n$ENV{HOSTNAME} \".$c->peerhost.\"\\n\"; close $c}'";

    private const string Probe = ",\"readinessProbe\":{\"tcpSocket\":{\"port\":8080},\"periodSeconds\":1},\"ports\":[{\"containerPort\":8080}]";

    [Fact]
    public async Task A_service_balances_over_ready_pods_and_answers_itself()
    {
        await StartServerAsync("echo-1", "echo");
        await StartServerAsync("echo-2", "echo");
        await CreateServiceAsync("echo", "10.96.7.1", "echo");
        await UntilAnswersAsync("echo-1", "http://echo/", "echo-1", "echo-2");

        (_, string output) = await cluster.ExecAsync("echo-1", "sh", "-c", "for i in $(seq 1 60); do curl -s --max-time 3 http://echo.default.svc.cluster.local/; done");

        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(60, lines.Length);
        int own = lines.Count(static line => line.StartsWith("echo-1", StringComparison.Ordinal));
        Assert.InRange(own, 10, 50);
    }

    [Fact]
    public async Task A_pod_reaches_another_pod_directly_and_is_seen_with_its_own_address()
    {
        await StartServerAsync("direct", "direct");
        await cluster.StartPodAsync("client", "sleep 1000");
        string server = (string?)(await cluster.PodAsync("direct"))["status"]?["podIP"] ?? "";
        string client = (string?)(await cluster.PodAsync("client"))["status"]?["podIP"] ?? "";

        (_, string output) = await cluster.ExecAsync("client", "curl", "-s", "--max-time", "3", $"http://{server}:8080/");

        Assert.Equal($"direct {client}\n", output);
    }

    [Fact]
    public async Task A_service_without_endpoints_refuses_at_once()
    {
        await cluster.StartPodAsync("refused", "sleep 1000");
        await CreateServiceAsync("nobody", "10.96.7.3", "nobody");

        (int code, _) = await cluster.ExecAsync("refused", "curl", "-sS", "--max-time", "3", "http://10.96.7.3/");

        Assert.Equal(7, code);
    }

    [Fact]
    public async Task The_host_is_reached_only_on_an_allowed_port_and_the_metadata_service_never()
    {
        await cluster.StartPodAsync("out", "sleep 1000");
        int allowed = ((IPEndPoint)cluster.AllowedHostPort.LocalEndpoint).Port, forbidden = ((IPEndPoint)cluster.ForbiddenHostPort.LocalEndpoint).Port;
        Task served = AnswerOnceAsync(cluster.AllowedHostPort);

        (_, string output) = await cluster.ExecAsync("out", "curl", "-sS", "--http0.9", "--max-time", "5", $"http://host.lateen.internal:{allowed}/");
        Assert.Equal("host", output);
        await served;
        (int refused, _) = await cluster.ExecAsync("out", "curl", "-sS", "--max-time", "5", $"http://host.lateen.internal:{forbidden}/");
        Assert.NotEqual(0, refused);
        (int metadata, _) = await cluster.ExecAsync("out", "curl", "-sS", "--max-time", "5", "http://169.254.169.254/");
        Assert.NotEqual(0, metadata);
        (int loopback, _) = await cluster.ExecAsync("out", "curl", "-sS", "--max-time", "5", $"http://127.0.0.1:{forbidden}/");
        Assert.Equal(7, loopback);
        Assert.False(cluster.ForbiddenHostPort.Pending());
    }

    [Fact]
    public async Task Names_resolve_as_in_Kubernetes()
    {
        await cluster.StartPodAsync("names", "sleep 1000");
        await CreateServiceAsync("named", "10.96.7.4", "names");

        foreach (string name in new[] { "named", "named.default", "named.default.svc", "named.default.svc.cluster.local" })
        {
            (_, string output) = await cluster.ExecAsync("names", "getent", "ahostsv4", name);
            Assert.StartsWith("10.96.7.4 ", output, StringComparison.Ordinal);
        }

        (int missing, _) = await cluster.ExecAsync("names", "getent", "ahostsv4", "none.default.svc.cluster.local");
        Assert.Equal(2, missing);
    }

    [Fact]
    public async Task A_load_balancer_answers_on_the_host_and_reaches_its_pod()
    {
        await StartServerAsync("lb", "lb");
        await cluster.CreateAsync("""
            {"kind":"Service","metadata":{"name":"lb"},"spec":{"type":"LoadBalancer","clusterIP":"10.96.7.5","selector":{"app":"lb"},
             "ports":[{"name":"http","port":80,"targetPort":8080,"protocol":"TCP"}]}}
            """);
        string address = "";
        await RunningCluster.UntilAsync(async () =>
        {
            JsonObject service = await cluster.AskAsync(new JsonObject { ["op"] = "get", ["kind"] = "Service", ["name"] = "lb" });
            address = (string?)service["status"]?["loadBalancer"]?["ingress"]?[0]?["ip"] ?? "";
            return address.Length > 0;
        });

        using HttpClient client = new();
        await RunningCluster.UntilAsync(async () =>
        {
            try
            {
                return (await client.GetStringAsync($"http://{address}/")).StartsWith("lb ", StringComparison.Ordinal);
            }
            catch (HttpRequestException)
            {
                return false;
            }
        });
        Assert.StartsWith("127.", address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failing_liveness_probe_restarts_the_container()
    {
        await cluster.CreateAsync("""
            {"kind":"Pod","metadata":{"name":"sick"},"spec":{"containers":[{"name":"main","image":"busybox","command":["sleep","1000"],
             "livenessProbe":{"httpGet":{"port":9999,"path":"/"},"periodSeconds":1,"failureThreshold":1}}]}}
            """);

        await RunningCluster.UntilAsync(async () => (int?)(await cluster.PodAsync("sick"))["status"]?["containerStatuses"]?[0]?["restartCount"] > 0);
        Assert.Contains("Unhealthy: Liveness probe failed", await cluster.EventsAsync("sick"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirection_rules_of_an_init_container_act_in_the_pod_alone()
    {
        await cluster.CreateAsync($$"""
            {"kind":"Pod","metadata":{"name":"rules"},"spec":{
             "initContainers":[{"name":"init","image":"busybox","command":["iptables","-t","nat","-A","OUTPUT","-p","tcp","--dport","81","-j","REDIRECT","--to-ports","8080"],
               "securityContext":{"runAsUser":0,"capabilities":{"add":["NET_ADMIN","NET_RAW"],"drop":["ALL"]} } }],
             "containers":[{"name":"main","image":"busybox","command":["sh","-c",{{System.Text.Json.JsonSerializer.Serialize(Server)}}]{{Probe}} } ] } }
            """);
        await cluster.UntilReadyAsync("rules");

        (_, string output) = await cluster.ExecAsync("rules", "curl", "-s", "--max-time", "3", "http://10.1.2.3:81/");

        Assert.StartsWith("rules ", output, StringComparison.Ordinal);
        (int code, _) = await cluster.ExecAsync("rules", "iptables", "-t", "nat", "-L");
        Assert.NotEqual(0, code);
    }

    private Task StartServerAsync(string pod, string app) => CreateAndWaitAsync(pod, $$"""
        {"kind":"Pod","metadata":{"name":"{{pod}}","labels":{"app":"{{app}}"} },"spec":{
         "containers":[{"name":"main","image":"busybox","command":["sh","-c",{{System.Text.Json.JsonSerializer.Serialize(Server)}}]{{Probe}} } ] } }
        """);

    private async Task CreateAndWaitAsync(string pod, string json)
    {
        await cluster.CreateAsync(json);
        await cluster.UntilReadyAsync(pod);
    }

    private Task CreateServiceAsync(string name, string address, string app) => cluster.CreateAsync($$"""
        {"kind":"Service","metadata":{"name":"{{name}}"},"spec":{"type":"ClusterIP","clusterIP":"{{address}}","selector":{"app":"{{app}}"},
         "ports":[{"name":"http","port":80,"targetPort":8080,"protocol":"TCP"}] } }
        """);

    private Task UntilAnswersAsync(string pod, string url, params string[] names) => RunningCluster.UntilAsync(async () =>
    {
        (_, string output) = await cluster.ExecAsync(pod, "sh", "-c", $"for i in 1 2 3 4 5 6 7 8; do curl -s --max-time 1 {url}; done");
        return names.All(name => output.Contains(name, StringComparison.Ordinal));
    });

    private static async Task AnswerOnceAsync(TcpListener listener)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync("host"u8.ToArray());
    }
}
