namespace Lateen.CommandLine.Proxies;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>proxy-config listener: ADDRESSES, PORT, MATCH, DESTINATION, a row for each filter chain.</summary>
internal sealed record ListenerView
{
    private const string Http = "HTTP";
    private const string Tcp = "TCP";

    public string? Address { get; init; }

    public int? Port { get; init; }

    public string? Type { get; init; }

    public DumpView Of(ConfigDump dump)
    {
        List<JsonObject> listeners =
        [
            .. dump.Listeners.Where(IsWanted)
                .OrderBy(PortOf).ThenBy(AddressOf, StringComparer.Ordinal)
                .ThenBy(static l => l.TextAt("name"), StringComparer.Ordinal),
        ];
        return new DumpView
        {
            Header = ["ADDRESSES", "PORT", "MATCH", "DESTINATION"],
            Rows = [.. listeners.SelectMany(Rows)],
            Resources = listeners,
            Names = [.. listeners.Select(static l => l.TextAt("name"))],
        };
    }

    private static string AddressOf(JsonObject listener) =>
        listener.TextAt("address", "socket_address", "address") is { Length: > 0 } ip ? ip
        : listener.TextAt("address", "pipe", "path") is { Length: > 0 } path ? $"unix:{path}"
        : listener.TextAt("name");

    private static int PortOf(JsonObject listener) => listener.NumberAt("address", "socket_address", "port_value");

    private static IEnumerable<(JsonNode? Match, JsonObject Chain)> Chains(JsonObject listener)
    {
        IEnumerable<(JsonNode?, JsonObject)> chains =
            listener.ObjectsAt("filter_chains").Select(static c => (c.At("filter_chain_match"), c));
        return listener.At("default_filter_chain") is JsonObject last ? chains.Append((null, last)) : chains;
    }

    private static IEnumerable<IReadOnlyList<string>> Rows(JsonObject listener)
    {
        string port = PortOf(listener).ToString(CultureInfo.InvariantCulture);
        foreach ((JsonNode? match, JsonObject chain) in Chains(listener))
        {
            yield return [AddressOf(listener), port, Match(match), Destination(chain)];
        }
    }

    private static string Match(JsonNode? match)
    {
        List<string> parts = [];
        Add("SNI: ", string.Join(',', match.TextsAt("server_names")));
        Add("Trans: ", match.TextAt("transport_protocol"));
        Add("App: ", string.Join(',', match.TextsAt("application_protocols")));
        int port = match.NumberAt("destination_port");
        string addresses = string.Join(',', match.ObjectsAt("prefix_ranges").Select(static r =>
            $"{r.TextAt("address_prefix")}/{r.NumberAt("prefix_len")}"));
        string suffix = port > 0 ? $":{port}" : "";
        Add("Addr: ", addresses.Length > 0 ? addresses + suffix : suffix.Length > 0 ? "*" + suffix : "");
        return parts.Count == 0 ? "ALL" : string.Join("; ", parts);

        void Add(string label, string value)
        {
            if (value.Length > 0)
            {
                parts.Add(label + value);
            }
        }
    }

    private static string Destination(JsonObject chain)
    {
        foreach (JsonObject filter in chain.ObjectsAt("filters"))
        {
            JsonNode? config = filter.At("typed_config");
            switch (Kind(filter))
            {
                case Http when config.TextAt("rds", "route_config_name") is { Length: > 0 } name:
                    return $"Route: {name}";
                case Http:
                    return Inline(config.At("route_config"));
                case Tcp when config.At("weighted_clusters", "clusters") is JsonArray:
                    return "Cluster: " + string.Join(", ", config.ObjectsAt("weighted_clusters", "clusters")
                        .Select(static c => $"{c.TextAt("name")} ({c.NumberAt("weight")})"));
                case Tcp:
                    return Cluster(config.TextAt("cluster"));
            }
        }

        return "Non-HTTP/Non-TCP";
    }

    private static string Kind(JsonObject filter)
    {
        string type = filter.TextAt("typed_config", "@type");
        return type.EndsWith(".HttpConnectionManager", StringComparison.Ordinal) ? Http
            : type.EndsWith(".TcpProxy", StringComparison.Ordinal) ? Tcp
            : "";
    }

    // "Cluster: PassthroughCluster" would say it twice.
    private static string Cluster(string name) => name.EndsWith("Cluster", StringComparison.Ordinal) ? name : $"Cluster: {name}";

    private static string Inline(JsonNode? routes)
    {
        List<JsonObject> all = [.. routes.ObjectsAt("virtual_hosts").SelectMany(static v => v.ObjectsAt("routes"))];
        return all is [var only] && only.TextAt("match", "prefix") == "/"
            && only.TextAt("route", "cluster") is { Length: > 0 } cluster
            ? Cluster(cluster)
            : "Inline Route: " + string.Join(", ", all.Select(static r => RouteView.Path(r.At("match"))));
    }

    private static string TypeOf(JsonObject listener)
    {
        HashSet<string> kinds = [.. Chains(listener).SelectMany(static c => c.Chain.ObjectsAt("filters")).Select(Kind)];
        return kinds.Contains(Http) ? (kinds.Contains(Tcp) ? "HTTP+TCP" : Http) : kinds.Contains(Tcp) ? Tcp : "UNKNOWN";
    }

    private bool IsWanted(JsonObject listener) =>
        (Address is null || string.Equals(AddressOf(listener), Address, StringComparison.OrdinalIgnoreCase))
        && (Port is null || PortOf(listener) == Port)
        && (Type is null || string.Equals(TypeOf(listener), Type, StringComparison.OrdinalIgnoreCase));
}
