namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.CommandLine.Proxies;

/// <summary>lateen proxy-config: what a proxy was told, from the proxy itself.</summary>
internal static class ProxyConfigCommand
{
    private const string DumpPath = "config_dump?include_eds=true";
    private const string ClustersPath = "clusters?format=json";

    public static Command Create()
    {
        var command = new Command("proxy-config", "show what a proxy was told: clusters, listeners, routes, endpoints, …")
        {
            Clusters(), Listeners(), Routes(), Endpoints(), Bootstrap(), Secrets(), Extensions(), Everything(), ProxyLogCommand.Create(),
        };
        command.Aliases.Add("pc");
        return command;
    }

    private static Command Clusters()
    {
        Option<string?> fqdn = new("--fqdn") { Description = "only clusters whose service name contains this" };
        Option<int?> port = Port("only clusters of this service port");
        Option<string?> subset = new("--subset") { Description = "only clusters of this subset" };
        Option<string?> direction = new("--direction") { Description = "inbound | outbound" };
        direction.AcceptOnlyFromAmong("inbound", "outbound");
        return Verb("cluster", ["c", "clusters"], "where calls can go",
            [fqdn, port, subset, direction], DumpPath, (parsed, text, origin) =>
            new ClusterView
            {
                Fqdn = parsed.GetValue(fqdn),
                Port = parsed.GetValue(port),
                Subset = parsed.GetValue(subset),
                Direction = parsed.GetValue(direction),
            }.Of(ConfigDump.Parse(text, origin)));
    }

    private static Command Listeners()
    {
        Option<string?> address = new("--address") { Description = "only listeners on this address" };
        Option<int?> port = Port("only listeners on this port");
        Option<string?> type = new("--type") { Description = "HTTP | TCP | HTTP+TCP | UNKNOWN" };
        type.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "HTTP", "TCP", "HTTP+TCP", "UNKNOWN");
        return Verb("listener", ["l", "listeners"], "where calls are taken",
            [address, port, type], DumpPath, (parsed, text, origin) =>
            new ListenerView
            {
                Address = parsed.GetValue(address),
                Port = parsed.GetValue(port),
                Type = parsed.GetValue(type),
            }.Of(ConfigDump.Parse(text, origin)));
    }

    private static Command Routes()
    {
        Option<string?> name = new("--name") { Description = "only the route configuration of this name, for example 9080" };
        return Verb("route", ["r", "routes"], "how HTTP calls are routed", [name], DumpPath, (parsed, text, origin) =>
            new RouteView { Name = parsed.GetValue(name) }.Of(ConfigDump.Parse(text, origin)));
    }

    private static Command Endpoints()
    {
        Option<string?> cluster = new("--cluster")
        {
            Description = "only endpoints of this cluster, for example 'outbound|9080||reviews.default.svc.cluster.local'",
        };
        Option<string?> address = new("--address") { Description = "only endpoints with this address" };
        Option<int?> port = Port("only endpoints with this port");
        Option<string?> status = new("--status") { Description = "healthy | unhealthy | degraded | draining" };
        status.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, "healthy", "unhealthy", "degraded", "draining");
        return Verb("endpoint", ["ep", "endpoints"], "the pods behind each cluster",
            [cluster, address, port, status], ClustersPath, (parsed, text, origin) =>
            new EndpointView
            {
                Cluster = parsed.GetValue(cluster),
                Address = parsed.GetValue(address),
                Port = parsed.GetValue(port),
                Status = parsed.GetValue(status),
            }.Of(text, origin));
    }

    private static Command Bootstrap() => Verb("bootstrap", ["b"], "what the proxy was started with", [], DumpPath,
        static (_, text, origin) => BootstrapView.Of(ConfigDump.Parse(text, origin), origin));

    private static Command Secrets() => Verb("secret", ["s", "secrets"], "keys and certificates", [], DumpPath,
        static (_, text, origin) => SecretView.Of(ConfigDump.Parse(text, origin)));

    private static Command Extensions() => Verb("ecds", ["ec"], "filters that are discovered by themselves", [], DumpPath,
        static (_, text, origin) => ExtensionView.Of(ConfigDump.Parse(text, origin)));

    // One dump, the tables of each section; as JSON or YAML the dump as it is.
    private static Command Everything()
    {
        var source = new DumpSource();
        Option<string> output = Options.Output("table", "short", "json", "yaml");
        var command = new Command("all", "all of these in one") { output };
        command.Aliases.Add("a");
        source.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            (string text, string origin) = await source.ReadAsync(parsed, DumpPath, cancel);
            string format = parsed.GetRequiredValue(output);
            if (format is "json" or "yaml")
            {
                Console.Write(DumpJson.Write(DumpJson.WithJsonNames(ConfigDump.ParseJson(text, origin)) ?? new JsonObject(), format == "yaml"));
                return 0;
            }

            ConfigDump dump = ConfigDump.Parse(text, origin);
            List<DumpView> views = [new ClusterView().Of(dump), new ListenerView().Of(dump), new RouteView().Of(dump)];
            if (dump.HasEndpoints)
            {
                views.Add(new EndpointView().Of(text, origin));
            }

            views.Add(SecretView.Of(dump));
            Console.Write(string.Join('\n', views.Select(v => v.Print(format))));
            return 0;
        });
        return command;
    }

    private static Option<int?> Port(string description) => new("--port")
    {
        Description = description,
        CustomParser = static result =>
        {
            if (ushort.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
            {
                return port;
            }

            result.AddError($"--port {result.Tokens[0].Value}: a port is a number from 0 to 65535");
            return null;
        },
    };

    private static Command Verb(
        string name, IEnumerable<string> aliases, string description, IEnumerable<Option> filters, string path,
        Func<ParseResult, string, string, DumpView> view)
    {
        var source = new DumpSource();
        Option<string> output = Options.Output("table", "short", "wide", "json", "yaml", "name");
        var command = new Command(name, description) { output };
        foreach (string alias in aliases)
        {
            command.Aliases.Add(alias);
        }

        foreach (Option filter in filters)
        {
            command.Options.Add(filter);
        }

        source.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            (string text, string origin) = await source.ReadAsync(parsed, path, cancel);
            Console.Write(view(parsed, text, origin).Print(parsed.GetRequiredValue(output)));
            return 0;
        });
        return command;
    }
}
