namespace Lateen.Proxy.Agent;

using Lateen.Proxy.Admin;
using Lateen.Proxy.Stats;

/// <summary>
/// What Istio's agent answers: readiness (15021 and 15020), merged metrics (15020), our own metrics (15090), the application's rewritten
/// probes, and the ways to end.
/// </summary>
public sealed class AgentHandler : IDisposable
{
    private readonly AgentOptions _options;
    private readonly StatsStore _stats;
    private readonly Func<bool> _isReady;
    private readonly Termination _termination;
    private readonly Action _quit;
    private readonly AppClient _app = new();
    private readonly ApplicationStart _start;

    public AgentHandler(AgentOptions options, StatsStore stats, Func<bool> isReady, Termination termination, Action quit)
    {
        _options = options;
        _start = new ApplicationStart(options.AppPorts);
        _stats = stats;
        _isReady = isReady;
        _termination = termination;
        _quit = quit;
    }

    public void Dispose() => _app.Dispose();

    /// <summary>Port 15020.</summary>
    public async Task<LocalResponse> StatusAsync(LocalRequest request, CancellationToken cancel)
    {
        switch (request.Path)
        {
            case "/healthz/started":
                return Ready();
            case "/healthz/ready" or "/ready":
                return await ReadyWithApplicationAsync().ConfigureAwait(false);
            case "/stats/prometheus" or "/metrics":
                return await MergedMetricsAsync(cancel).ConfigureAwait(false);
            case "/quitquitquit" or "/drain" when request.Method != "POST":
                return new LocalResponse(405, "use POST\n");
            case "/quitquitquit":
                _quit();
                return LocalResponse.Ok("OK\n");
            case "/drain":
                // As pilot-agent: graceful. Callers are still on their way here, so nothing is refused yet.
                _termination.Begin();
                return LocalResponse.Ok("OK\n");
            case { } path when path.StartsWith("/app-lifecycle/", StringComparison.Ordinal)
                && path.EndsWith("/prestopz", StringComparison.Ordinal):
                return await PreStopAsync(path, cancel).ConfigureAwait(false);
            default:
                if (!_options.Probes.TryGetValue(request.Path, out AppProbe? probe))
                {
                    return LocalResponse.NotFound("404 page not found\n");
                }

                return new LocalResponse(await _app.ProbeAsync(probe, cancel).ConfigureAwait(false), "");
        }
    }

    /// <summary>Port 15021.</summary>
    public async Task<LocalResponse> ReadyAsync(LocalRequest request, CancellationToken cancel) => request.Path switch
    {
        // The application starts only after this one: it must not wait for it.
        "/healthz/started" => Ready(),
        "/healthz/ready" => await ReadyWithApplicationAsync().ConfigureAwait(false),
        _ => LocalResponse.NotFound(),
    };

    /// <summary>Port 15090.</summary>
    public Task<LocalResponse> PrometheusAsync(LocalRequest request, CancellationToken cancel) =>
        Task.FromResult(request.Path == "/stats/prometheus" ? LocalResponse.Ok(StatsText.Prometheus(_stats)) : LocalResponse.NotFound());

    // The kubelet sends SIGTERM to the application only when its preStop hook has been answered: until then it can serve.
    private async Task<LocalResponse> PreStopAsync(string path, CancellationToken cancel)
    {
        await _termination.ReleaseAsync(cancel).ConfigureAwait(false);
        return _options.Probes.TryGetValue(path, out AppProbe? hook)
            ? new LocalResponse(await _app.ProbeAsync(hook, cancel).ConfigureAwait(false), "")
            : LocalResponse.Ok();
    }

    private async Task<LocalResponse> ReadyWithApplicationAsync()
    {
        LocalResponse own = Ready();
        if (own.Status == 200)
        {
            await _start.WaitAsync().ConfigureAwait(false);
        }

        return own;
    }

    private LocalResponse Ready() => _isReady() ? LocalResponse.Ok() : new LocalResponse(503, "not ready: no configuration yet\n");

    // Ours first: an application that does not answer costs its own part only.
    private async Task<LocalResponse> MergedMetricsAsync(CancellationToken cancel)
    {
        string own = StatsText.Prometheus(_stats);
        string? app = _options.AppMetrics is null
            ? null
            : await _app.MetricsAsync(_options.AppMetrics, cancel).ConfigureAwait(false);
        return LocalResponse.Ok(app is null ? own : own + app + (app.EndsWith('\n') ? "" : "\n"));
    }
}
