namespace Lateen.Proxy.Tests.Agent;

using Envoy.Config.Core.V3;
using Envoy.Service.Discovery.V3;
using Google.Protobuf;
using Lateen.Dev.Xds.V1;
using Lateen.Proxy.Admin;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Tests.Xds;
using Lateen.Proxy.Xds;

public sealed class TerminationTests : IDisposable
{
    private const string Type = "lateen.dev.xds.v1.EndpointRelease";
    private const string Address = "10.244.0.7";

    private readonly FakeControlPlane _server = new();
    private readonly ProxyLog _log = new(TextWriter.Null, TimeProvider.System);
    private readonly List<IDisposable> _owned = [];
    private int _lameDucks;
    private int _callers;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _owned.ForEach(static each => each.Dispose());

    [Fact]
    public async Task A_preStop_hook_is_answered_when_the_control_plane_releases_the_address_and_not_before()
    {
        AgentHandler agent = Agent([]);

        Task<LocalResponse> hook = agent.StatusAsync(new LocalRequest("GET", "/app-lifecycle/reviews/prestopz", ""), Cancel);
        DeltaDiscoveryRequest question = await _server.NextRequestAsync();
        _server.Remove(Type, Address);

        Assert.Equal([Address], question.ResourceNamesSubscribe);
        Assert.Equal("sidecar~10.244.0.7~a.b~b.svc", question.Node.Id);
        Assert.Equal(1, _lameDucks);
        Assert.False(hook.IsCompleted);

        _server.Send(Type, Release());

        Assert.Equal(200, (await hook).Status);
    }

    [Fact]
    public async Task Hooks_of_several_containers_wait_for_one_release()
    {
        AgentHandler agent = Agent([]);

        Task<LocalResponse> one = agent.StatusAsync(new LocalRequest("GET", "/app-lifecycle/one/prestopz", ""), Cancel);
        Task<LocalResponse> other = agent.StatusAsync(new LocalRequest("GET", "/app-lifecycle/other/prestopz", ""), Cancel);
        await _server.NextRequestAsync();
        _server.Send(Type, Release());

        Assert.Equal([200, 200], (await Task.WhenAll(one, other)).Select(static each => each.Status));
        Assert.Equal(1, _lameDucks);
    }

    [Fact]
    public async Task The_hook_that_the_application_had_runs_after_the_release()
    {
        using PodApplication app = PodApplication.Http(200);
        AgentHandler agent = Agent(new()
        {
            ["ISTIO_KUBE_APP_PROBERS"] = $$$"""{"/app-lifecycle/app/prestopz":{"httpGet":{"path":"/bye","port":{{{app.Port}}}},"timeoutSeconds":600}}""",
        });

        Task<LocalResponse> hook = agent.StatusAsync(new LocalRequest("GET", "/app-lifecycle/app/prestopz", ""), Cancel);
        await _server.NextRequestAsync();
        Assert.Equal("", app.LastRequest ?? "");
        _server.Send(Type, Release());

        Assert.Equal(200, (await hook).Status);
        Assert.StartsWith("GET /bye HTTP/1.1", app.LastRequest, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_control_plane_the_hook_is_answered_after_the_termination_drain_duration()
    {
        AgentOptions options = Options([]) with { TerminationDrainDuration = TimeSpan.FromMilliseconds(20) };
        Termination termination = Create(options, new NoControlPlane());

        await termination.ReleaseAsync(Cancel);

        Assert.True(termination.IsReleased);
    }

    [Fact]
    public async Task A_release_that_never_comes_is_waited_for_three_quarters_of_the_grace_period()
    {
        AgentOptions options = Options(new() { ["TERMINATION_GRACE_PERIOD_SECONDS"] = "2" });
        Termination termination = Create(options, _server);

        Task release = termination.ReleaseAsync(Cancel);
        await _server.NextRequestAsync();
        _server.Remove(Type, Address);

        await release;
        Assert.Equal(TimeSpan.FromSeconds(2), options.GracePeriod);
    }

    [Fact]
    public async Task Callers_that_are_still_connected_are_waited_for()
    {
        _callers = 3;
        Termination termination = Create(Options([]) with { TerminationDrainDuration = TimeSpan.FromHours(1), GracePeriod = TimeSpan.FromHours(2) }, _server);

        Task release = termination.ReleaseAsync(Cancel);
        await _server.NextRequestAsync();
        _server.Send(Type, Release());
        while (_callers > 0)
        {
            Assert.False(release.IsCompleted);
            _callers--;
        }

        await release;
    }

    private static (string Name, string Version, IMessage Message) Release() => (Address, "1", new EndpointRelease { Address = Address });

    private AgentHandler Agent(Dictionary<string, string> environment)
    {
        AgentOptions options = Options(environment);
        var handler = new AgentHandler(options, new StatsStore(), static () => true, Create(options, _server), static () => { });
        _owned.Add(handler);
        return handler;
    }

    private static AgentOptions Options(Dictionary<string, string> environment)
    {
        environment["INSTANCE_IP"] = "127.0.0.1";
        return AgentEnvironment.Read("sidecar", environment, static _ => null);
    }

    private Termination Create(AgentOptions options, XdsTransport transport)
    {
        var node = new Node { Id = "sidecar~10.244.0.7~a.b~b.svc" };
        var client = new EndpointReleaseClient(transport, node, Address, _log, TimeProvider.System);
        return new Termination(
            options, cancel => client.AskAsync(options.TerminationDrainDuration, cancel), () => _lameDucks++, () => _callers, _log,
            TimeProvider.System);
    }

    private sealed class NoControlPlane : XdsTransport
    {
        public override Task<XdsStream> OpenAsync(CancellationToken cancel) => throw new IOException("connection refused");
    }
}
