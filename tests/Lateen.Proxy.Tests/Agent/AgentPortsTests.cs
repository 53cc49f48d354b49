namespace Lateen.Proxy.Tests.Agent;

using System.Globalization;
using Lateen.Proxy.Admin;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Stats;

public sealed class AgentPortsTests : IDisposable
{
    private readonly StatsStore _stats = new();
    private readonly List<IDisposable> _owned = [];
    private bool _ready = true;
    private int _drained;
    private int _quit;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _owned.ForEach(static each => each.Dispose());

    [Theory]
    [InlineData(200)]
    [InlineData(503)]
    public async Task An_HTTP_probe_returns_the_applications_own_status(int status)
    {
        PodApplication app = Own(PodApplication.Http(status));

        int answer = await ProbeAsync($$$"""{"httpGet":{"path":"/healthy?x=1","port":{{{app.Port}}},"httpHeaders":[{"name":"x-who","value":"kubelet"}]}}""");

        Assert.Equal(status, answer);
        Assert.StartsWith("GET /healthy?x=1 HTTP/1.1\r\n", app.LastRequest, StringComparison.Ordinal);
        Assert.Contains("x-who: kubelet\r\n", app.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_probe_comes_from_the_address_that_passes_the_sidecar()
    {
        PodApplication app = Own(PodApplication.Http(200));

        await ProbeAsync($$$"""{"httpGet":{"path":"/","port":{{{app.Port}}}}}""");

        Assert.Equal("127.0.0.6", app.LastCaller);
    }

    [Fact]
    public async Task A_TCP_probe_succeeds_when_the_port_is_open_and_fails_when_it_is_not()
    {
        PodApplication app = Own(PodApplication.Http(200));
        string probe = $$$"""{"tcpSocket":{"port":{{{app.Port}}}}}""";

        int open = await ProbeAsync(probe);
        app.Dispose();
        int closed = await ProbeAsync(probe);

        Assert.Equal(200, open);
        Assert.Equal(500, closed);
    }

    [Theory]
    [InlineData(1, 200)]
    [InlineData(2, 500)]
    public async Task A_gRPC_probe_asks_the_health_service(byte healthStatus, int expected)
    {
        PodApplication app = Own(PodApplication.Grpc(healthStatus));

        int answer = await ProbeAsync($$$"""{"grpc":{"port":{{{app.Port}}},"service":"orders"},"timeoutSeconds":20}""");

        Assert.Equal(expected, answer);
        Assert.Equal("\n\u0006orders", app.LastRequest);
    }

    [Fact]
    public async Task A_gRPC_probe_of_something_that_speaks_no_gRPC_fails()
    {
        PodApplication app = Own(PodApplication.Http(200));

        Assert.Equal(500, await ProbeAsync($$$"""{"grpc":{"port":{{{app.Port}}}},"timeoutSeconds":20}"""));
    }

    [Fact]
    public async Task A_probe_that_was_not_configured_is_not_found()
    {
        AgentHandler agent = Agent([]);

        Assert.Equal(404, (await agent.StatusAsync(new LocalRequest("GET", "/app-health/other/livez", ""), Cancel)).Status);
    }

    [Fact]
    public void A_probe_of_no_known_kind_is_an_error_that_says_what_is_possible()
    {
        var error = Assert.Throws<FormatException>(() => Agent(new() { ["ISTIO_KUBE_APP_PROBERS"] = """{"/app-health/a/livez":{"exec":{}}}""" }));

        Assert.Equal("ISTIO_KUBE_APP_PROBERS: /app-health/a/livez needs one of httpGet, tcpSocket and grpc", error.Message);
    }

    [Fact]
    public async Task Metrics_of_the_application_follow_our_own()
    {
        PodApplication app = Own(PodApplication.Http(200, "orders_total 7"));
        _stats.Counter("server.something").Increment();

        LocalResponse answer = await MetricsAsync(app.Port);

        Assert.Equal(200, answer.Status);
        Assert.Contains("envoy_server_something{} 1\n", answer.Body, StringComparison.Ordinal);
        Assert.EndsWith("\norders_total 7\n", answer.Body, StringComparison.Ordinal);
        Assert.StartsWith("GET /stats HTTP/1.1\r\n", app.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_without_metrics_costs_its_own_part_only()
    {
        PodApplication app = Own(PodApplication.Http(500, "no metrics"));
        _stats.Counter("server.something").Increment();

        LocalResponse answer = await MetricsAsync(app.Port);

        Assert.Equal(200, answer.Status);
        Assert.Contains("envoy_server_something{} 1\n", answer.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("no metrics", answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Readiness_follows_the_configuration_on_both_ports()
    {
        AgentHandler agent = Agent([]);
        var request = new LocalRequest("GET", "/healthz/ready", "");

        int[] ready = [(await agent.StatusAsync(request, Cancel)).Status, (await agent.ReadyAsync(request, Cancel)).Status];
        _ready = false;
        int[] waiting = [(await agent.StatusAsync(request, Cancel)).Status, (await agent.ReadyAsync(request, Cancel)).Status];

        Assert.Equal([200, 200], ready);
        Assert.Equal([503, 503], waiting);
    }

    [Fact]
    public async Task Draining_and_ending_insist_on_POST()
    {
        AgentHandler agent = Agent([]);

        Assert.Equal(405, (await agent.StatusAsync(new LocalRequest("GET", "/quitquitquit", ""), Cancel)).Status);
        Assert.Equal(405, (await agent.StatusAsync(new LocalRequest("GET", "/drain", ""), Cancel)).Status);
        Assert.Equal((0, 0), (_drained, _quit));
        Assert.Equal(200, (await agent.StatusAsync(new LocalRequest("POST", "/drain", ""), Cancel)).Status);
        Assert.Equal(200, (await agent.StatusAsync(new LocalRequest("POST", "/quitquitquit", ""), Cancel)).Status);
        Assert.Equal((1, 1), (_drained, _quit));
    }

    private async Task<int> ProbeAsync(string probe)
    {
        AgentHandler agent = Agent(new() { ["ISTIO_KUBE_APP_PROBERS"] = $$$"""{"/app-health/app/readyz":{{{probe}}}}""" });
        return (await agent.StatusAsync(new LocalRequest("GET", "/app-health/app/readyz", ""), Cancel)).Status;
    }

    private Task<LocalResponse> MetricsAsync(int port)
    {
        string number = port.ToString(CultureInfo.InvariantCulture);
        AgentHandler agent = Agent(new()
        {
            ["ISTIO_PROMETHEUS_ANNOTATIONS"] = $$"""{"scrape":"true","port":"{{number}}","path":"/stats"}""",
        });
        return agent.StatusAsync(new LocalRequest("GET", "/stats/prometheus", ""), Cancel);
    }

    private AgentHandler Agent(Dictionary<string, string> environment)
    {
        environment["INSTANCE_IP"] = "127.0.0.1";
        AgentOptions options = AgentEnvironment.Read("sidecar", environment, static _ => null);
        var termination = new Termination(
            options, _ => Task.FromResult(true), () => _drained++, () => 0, new ProxyLog(TextWriter.Null, TimeProvider.System), new ImpatientTime());
        return Own(new AgentHandler(options, _stats, () => _ready, termination, () => _quit++));
    }

    private T Own<T>(T item)
        where T : IDisposable
    {
        _owned.Add(item);
        return item;
    }
}
