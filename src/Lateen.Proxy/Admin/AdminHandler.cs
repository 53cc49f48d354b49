namespace Lateen.Proxy.Admin;

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Proxy.Agent;
using Lateen.Proxy.Config;

/// <summary>The admin interface (port 15000): Envoy's paths as istioctl, Kiali and people use them.</summary>
public sealed class AdminHandler
{
    private readonly AdminState _state;
    private readonly ConfigDump _dump;
    private readonly Dictionary<string, Route> _routes;
    private volatile bool _failHealthCheck;

    public AdminHandler(AdminState state)
    {
        _state = state;
        _dump = new ConfigDump(state.Store, state.Setup.Bootstrap, state.Started);
        _routes = new Dictionary<string, Route>(StringComparer.Ordinal)
        {
            ["/"] = new(Index, "this list"),
            ["/help"] = new(Index, "this list"),
            ["/certs"] = new(Certificates, "certificates of all secrets"),
            ["/clusters"] = new(Clusters, "hosts and their state (?format=json)"),
            ["/config_dump"] = new(
                request => ConfigDumpQuery.Answer(_dump, request),
                "configuration as received (?include_eds, ?resource=, ?mask=, ?name_regex=)"),
            ["/drain_listeners"] = new(Drain, "stop accepting (POST; ?graceful ends connections with their next response first)"),
            ["/healthcheck/fail"] = new(request => FailHealthCheck(request, true), "make /ready fail (POST)"),
            ["/healthcheck/ok"] = new(request => FailHealthCheck(request, false), "undo /healthcheck/fail (POST)"),
            ["/hot_restart_version"] = new(static _ => LocalResponse.Ok("disabled\n"), "hot restart is not supported"),
            ["/init_dump"] = new(InitDump, "what is still waited for"),
            ["/listeners"] = new(Listeners, "listeners and their addresses (?format=json)"),
            ["/logging"] = new(request => LoggingQuery.Answer(_state.Log, request), "log levels (POST ?level=debug, ?xds=debug)"),
            ["/memory"] = new(static _ => LocalResponse.Json(MemoryText.Write()), "memory of the managed heap, and all ever allocated"),
            ["/quitquitquit"] = new(Quit, "end the process (POST)"),
            ["/ready"] = new(Ready, "200 LIVE when serving"),
            ["/reset_counters"] = new(ResetCounters, "set all counters to zero (POST)"),
            ["/runtime"] = new(static _ => LocalResponse.Json("{\"layers\":[],\"entries\":{}}"), "runtime values; there are none"),
            ["/server_info"] = new(ServerInfo, "version, state and node"),
            ["/stats"] = new(
                request => StatsQuery.Answer(_state.Stats, request),
                "statistics (?filter=REGEX, ?usedonly, ?type=Counters|Gauges|Histograms, ?format=json|prometheus)"),
            ["/stats/prometheus"] = new(
                request => StatsQuery.Answer(_state.Stats, request, prometheus: true), "statistics for Prometheus (?filter=, ?usedonly)"),
        };
    }

    public Task<LocalResponse> HandleAsync(LocalRequest request, CancellationToken cancel)
    {
        string path = request.Path.Length > 1 ? request.Path.TrimEnd('/') : request.Path;
        if (!_routes.TryGetValue(path, out Route? route))
        {
            return Task.FromResult(LocalResponse.NotFound($"invalid path {request.Path}; / lists what there is\n"));
        }

        return Task.FromResult(route.Answer(request));
    }

    /// <summary>200 LIVE once everything is configured, 503 before and while draining.</summary>
    public LocalResponse Ready(LocalRequest request) => _state.IsReady() && !_failHealthCheck
        ? LocalResponse.Ok("LIVE\n")
        : new LocalResponse(503, "PRE_INITIALIZING\n");

    private static LocalResponse PostOnly() => new(405, "this path changes something: use POST\n");

    private LocalResponse Index(LocalRequest request)
    {
        var text = new StringBuilder("lateen-proxy admin\n");
        foreach ((string path, Route route) in _routes.OrderBy(static r => r.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {path}: {route.Help}\n");
        }

        return LocalResponse.Ok(text.ToString());
    }

    private LocalResponse Clusters(LocalRequest request) => request.Parameter("format") == "json"
        ? LocalResponse.Json(ClustersText.Json(_state.Clusters()))
        : LocalResponse.Ok(ClustersText.Text(_state.Clusters()));

    private LocalResponse Drain(LocalRequest request)
    {
        if (request.Method != "POST")
        {
            return PostOnly();
        }

        if (request.Parameter("graceful") is not null)
        {
            _state.DrainGracefully(request.Parameter("inboundonly") is not null);
        }
        else
        {
            _state.DrainListeners();
        }

        return LocalResponse.Ok("OK\n");
    }

    private LocalResponse FailHealthCheck(LocalRequest request, bool fail)
    {
        if (request.Method != "POST")
        {
            return PostOnly();
        }

        _failHealthCheck = fail;
        return LocalResponse.Ok("OK\n");
    }

    private LocalResponse Quit(LocalRequest request)
    {
        if (request.Method != "POST")
        {
            return PostOnly();
        }

        _state.Quit();
        return LocalResponse.Ok("OK\n");
    }

    private LocalResponse Listeners(LocalRequest request)
    {
        IEnumerable<ListenerConfig> listeners = _state.Snapshot().Listeners.OrderBy(static l => l.Name, StringComparer.Ordinal);
        if (request.Parameter("format") != "json")
        {
            return LocalResponse.Ok(string.Concat(listeners.Select(static l => $"{l.Name}::{l.Address}\n")));
        }

        var statuses = new JsonArray();
        foreach (ListenerConfig listener in listeners)
        {
            var address = new JsonObject
            {
                ["address"] = listener.Address.IsNone ? "" : listener.Address.ToIPAddress().ToString(),
                ["port_value"] = listener.Address.Port,
            };
            statuses.Add((JsonNode)new JsonObject
            {
                ["name"] = listener.Name,
                ["local_address"] = new JsonObject { ["socket_address"] = address },
            });
        }

        return LocalResponse.Json(new JsonObject { ["listener_statuses"] = statuses }.ToJsonString(JsonText.Indented));
    }

    private LocalResponse Certificates(LocalRequest request) =>
        LocalResponse.Json(CertificatesText.Write(_state.Snapshot().Secrets.Values, _state.Time.GetUtcNow()));

    private LocalResponse InitDump(LocalRequest request)
    {
        var waiting = new JsonArray();
        lock (_state.Store.Gate)
        {
            foreach (string name in _state.Store.Clusters.ByName.Values.Where(static c => c.IsWarming).Select(static c => c.Name))
            {
                waiting.Add((JsonNode)new JsonObject { ["name"] = $"cluster {name}", ["target_names"] = new JsonArray("EDS or SDS") });
            }

            foreach (string name in _state.Store.Listeners.ByName.Values.Where(static l => l.IsWarming).Select(static l => l.Name))
            {
                var targets = new JsonArray("RDS, SDS or ECDS");
                waiting.Add((JsonNode)new JsonObject { ["name"] = $"listener {name}", ["target_names"] = targets });
            }
        }

        return LocalResponse.Json(new JsonObject { ["unready_targets_dumps"] = waiting }.ToJsonString(JsonText.Indented));
    }

    private LocalResponse ResetCounters(LocalRequest request)
    {
        if (request.Method != "POST")
        {
            return PostOnly();
        }

        _state.Stats.ResetCounters();
        return LocalResponse.Ok("OK\n");
    }

    private LocalResponse ServerInfo(LocalRequest request)
    {
        double uptime = Math.Floor((_state.Time.GetUtcNow() - _state.Started).TotalSeconds);
        var node = _state.Setup.Bootstrap.Node;
        string uptimeText = uptime.ToString(CultureInfo.InvariantCulture) + "s";
        return LocalResponse.Json(new JsonObject
        {
            ["version"] = $"lateen-proxy/{ProxyVersion.Number}",
            ["state"] = _state.IsReady() ? "LIVE" : "PRE_INITIALIZING",
            ["uptime_current_epoch"] = uptimeText,
            ["uptime_all_epochs"] = uptimeText,
            ["hot_restart_version"] = "disabled",
            ["command_line_options"] = new JsonObject { ["concurrency"] = _state.Concurrency },
            ["node"] = node is null ? null : JsonNode.Parse(new Google.Protobuf.JsonFormatter(
                Google.Protobuf.JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true)).Format(node)),
        }.ToJsonString(JsonText.Indented));
    }

    private sealed record Route(Func<LocalRequest, LocalResponse> Answer, string Help);
}
