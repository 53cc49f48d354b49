namespace Lateen.Proxy.Tests.Admin;

using Envoy.Config.Bootstrap.V3;
using Lateen.Proxy.Admin;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Bootstrap;
using Lateen.Proxy.Config;
using Lateen.Proxy.Stats;
using Lateen.Proxy.Xds;
using Lateen.Proxy.Xds.Reading;

public sealed class AdminHandlerTests
{
    private readonly AdminHandler _admin;
    private int _drained;
    private int _quit;

    public AdminHandlerTests()
    {
        _admin = new AdminHandler(new AdminState
        {
            Setup = new ProxySetup { Bootstrap = new Bootstrap() },
            Store = new ResourceStore(new ExtensionCatalog(), TimeProvider.System),
            Stats = new StatsStore(),
            Log = new ProxyLog(TextWriter.Null, TimeProvider.System),
            Clusters = static () => [],
            Snapshot = static () => ProxySnapshot.Empty,
            IsReady = static () => true,
            DrainListeners = () => _drained++,
            Quit = () => _quit++,
        });
    }

    [Theory]
    [InlineData("/healthcheck/fail")]
    [InlineData("/healthcheck/ok")]
    [InlineData("/quitquitquit")]
    [InlineData("/drain_listeners")]
    public async Task What_changes_the_proxy_insists_on_POST(string path)
    {
        Assert.Equal(405, await StatusAsync("GET", path));
        Assert.Equal(405, await StatusAsync("HEAD", path));
        Assert.Equal((0, 0), (_drained, _quit));
        Assert.Equal(200, await StatusAsync("GET", "/ready"));
        Assert.Equal(200, await StatusAsync("POST", path));
    }

    [Fact]
    public async Task A_failed_health_check_takes_readiness_away_until_it_is_undone()
    {
        await StatusAsync("POST", "/healthcheck/fail");
        int failed = await StatusAsync("GET", "/ready");
        await StatusAsync("POST", "/healthcheck/ok");

        Assert.Equal(503, failed);
        Assert.Equal(200, await StatusAsync("GET", "/ready"));
    }

    [Theory]
    [InlineData("/clusters")]
    [InlineData("/config_dump")]
    [InlineData("/hot_restart_version")]
    [InlineData("/init_dump")]
    [InlineData("/listeners")]
    [InlineData("/logging")]
    [InlineData("/memory")]
    [InlineData("/runtime")]
    [InlineData("/server_info")]
    [InlineData("/stats/prometheus")]
    public async Task Envoy_s_paths_answer(string path) => Assert.Equal(200, await StatusAsync("GET", path));

    [Fact]
    public async Task A_path_that_is_not_there_is_404() => Assert.Equal(404, await StatusAsync("GET", "/contention"));

    private async Task<int> StatusAsync(string method, string path) =>
        (await _admin.HandleAsync(new LocalRequest(method, path, ""), TestContext.Current.CancellationToken)).Status;
}
