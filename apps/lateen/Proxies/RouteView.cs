namespace Lateen.CommandLine.Proxies;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>proxy-config route: NAME, VHOST NAME, DOMAINS, MATCH, VIRTUAL SERVICE, a row for each route.</summary>
internal sealed record RouteView
{
    private const int DomainsShown = 2;

    public string? Name { get; init; }

    public DumpView Of(ConfigDump dump)
    {
        List<JsonObject> routes =
        [
            .. dump.Routes.Where(r => Name is null || r.TextAt("name") == Name)
                .OrderBy(static r => Number(r.TextAt("name"))).ThenBy(static r => r.TextAt("name"), StringComparer.Ordinal),
        ];
        return new DumpView
        {
            Header = ["NAME", "VHOST NAME", "DOMAINS", "MATCH", "VIRTUAL SERVICE"],
            Rows = [.. routes.SelectMany(static r => Rows(r, isWide: false))],
            WideRows = [.. routes.SelectMany(static r => Rows(r, isWide: true))],
            Resources = routes,
            Names = [.. routes.Select(static r => r.TextAt("name"))],
        };
    }

    /// <summary>The path of a match: /x*, /x, a regular expression.</summary>
    public static string Path(JsonNode? match) =>
        match.TextAt("path") is { Length: > 0 } path ? path
        : match.TextAt("prefix") is { Length: > 0 } prefix ? prefix + "*"
        : match.TextAt("path_separated_prefix") is { Length: > 0 } separated ? separated + "/*"
        : match.TextAt("safe_regex", "regex") is { Length: > 0 } regex ? $"regex {regex}"
        : match.At("connect_matcher") is not null ? "CONNECT"
        : "";

    // Ports first and in their order, names like inbound|9080|| after them.
    private static int Number(string name) =>
        int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int port) ? port : int.MaxValue;

    private static IEnumerable<IReadOnlyList<string>> Rows(JsonObject configuration, bool isWide)
    {
        string name = configuration.TextAt("name");
        foreach (JsonObject host in configuration.ObjectsAt("virtual_hosts"))
        {
            string domains = Domains([.. host.TextsAt("domains")], isWide);
            List<JsonObject> routes = [.. host.ObjectsAt("routes")];
            if (routes.Count == 0)
            {
                // Nothing can match, and the proxy answers that itself.
                yield return [name, host.TextAt("name"), domains, "", "404"];
            }

            foreach (JsonObject route in routes)
            {
                yield return [name, host.TextAt("name"), domains, Match(route.At("match"), isWide), Origin(route)];
            }
        }
    }

    private static string Match(JsonNode? match, bool isWide)
    {
        string path = Path(match);
        return isWide ? string.Join(' ', match.ObjectsAt("headers").Select(Header).Prepend(path)) : path;
    }

    private static string Header(JsonObject header)
    {
        JsonNode? text = header.At("string_match");
        string value = text.TextAt("exact") is { Length: > 0 } exact ? $"={exact}"
            : text.TextAt("prefix") is { Length: > 0 } prefix ? $"={prefix}*"
            : text.TextAt("safe_regex", "regex") is { Length: > 0 } regex ? $"~{regex}"
            : header.TextAt("exact_match") is { Length: > 0 } old ? $"={old}"
            : "";
        return $"[{(header.FlagAt("invert_match") ? "not " : "")}{header.TextAt("name")}{value}]";
    }

    private static string Origin(JsonObject route) =>
        OriginObject.Of(route) is { Length: > 0 } name ? name : route.TextAt("direct_response", "status");

    private static string Domains(List<string> all, bool isWide)
    {
        List<string> shown = isWide ? all : [.. all.Where(d => !IsLongForm(d, all))];
        return isWide || shown.Count <= DomainsShown
            ? string.Join(", ", shown)
            : $"{string.Join(", ", shown.Take(DomainsShown))} + {shown.Count - DomainsShown} more...";
    }

    // host:port beside host, and host.svc or host.svc.DOMAIN beside host, tell nothing new.
    private static bool IsLongForm(string domain, List<string> all)
    {
        int colon = domain.LastIndexOf(':');
        if (colon > 0 && all.Contains(domain[..colon]))
        {
            return true;
        }

        int svc = domain.IndexOf(".svc", StringComparison.Ordinal);
        return svc > 0 && (domain.Length == svc + 4 || domain[svc + 4] == '.') && all.Contains(domain[..svc]);
    }
}
