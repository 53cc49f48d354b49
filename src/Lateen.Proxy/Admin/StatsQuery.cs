namespace Lateen.Proxy.Admin;

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lateen.Proxy.Stats;

/// <summary>/stats with ?filter=, ?usedonly, ?type= and ?format=text, json or prometheus.</summary>
internal static class StatsQuery
{
    public static LocalResponse Answer(StatsStore stats, LocalRequest request, bool prometheus = false)
    {
        Regex? regex = null;
        if (request.Parameter("filter") is { Length: > 0 } filter)
        {
            try
            {
                regex = new Regex(filter, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                return new LocalResponse(400, $"filter: {e.Message}\n");
            }
        }

        string type = request.Parameter("type") ?? "All";
        if (type is not ("All" or "Counters" or "Gauges" or "Histograms" or "TextReadouts"))
        {
            return new LocalResponse(400, $"type '{type}' is not known; use All, Counters, Gauges, Histograms or TextReadouts\n");
        }

        bool usedOnly = request.Parameter("usedonly") is not null;
        bool Includes(Stat stat) => (regex is null || regex.IsMatch(stat.Name.EnvoyName)) && IsOf(stat, type) && !(usedOnly && IsUnused(stat));
        string format = prometheus ? "prometheus" : request.Parameter("format") ?? "text";
        return format switch
        {
            "prometheus" => LocalResponse.Ok(StatsText.Prometheus(stats, Includes)),
            "json" => LocalResponse.Json(Json(stats, Includes)),
            "text" or "" or "html" => LocalResponse.Ok(StatsText.Envoy(stats, Includes)),
            _ => new LocalResponse(400, $"format '{format}' is not known; use text, json or prometheus\n"),
        };
    }

    private static bool IsOf(Stat stat, string type) => type switch
    {
        "Counters" => stat.Value is Counter,
        "Gauges" => stat.Value is Gauge,
        "Histograms" => stat.Value is Histogram,
        "TextReadouts" => false,
        _ => true,
    };

    private static bool IsUnused(Stat stat) => stat.Value switch
    {
        Counter counter => counter.Value == 0,
        Gauge gauge => gauge.Value == 0,
        Histogram histogram => histogram.Count == 0,
        _ => true,
    };

    private static string Json(StatsStore stats, Func<Stat, bool> include)
    {
        var list = new JsonArray();
        var histograms = new JsonArray();
        foreach (Stat stat in stats.Snapshot().Where(include).OrderBy(static s => s.Name.EnvoyName, StringComparer.Ordinal))
        {
            switch (stat.Value)
            {
                case Counter counter:
                    list.Add((JsonNode)new JsonObject { ["name"] = stat.Name.EnvoyName, ["value"] = counter.Value });
                    break;
                case Gauge gauge:
                    list.Add((JsonNode)new JsonObject { ["name"] = stat.Name.EnvoyName, ["value"] = gauge.Value });
                    break;
                case Histogram histogram:
                    histograms.Add((JsonNode)Details(stat.Name.EnvoyName, histogram));
                    break;
            }
        }

        if (histograms.Count > 0)
        {
            list.Add((JsonNode)new JsonObject { ["histograms"] = new JsonObject { ["details"] = histograms } });
        }

        return new JsonObject { ["stats"] = list }.ToJsonString(JsonText.Indented);
    }

    // Buckets as they are counted: each with its upper bound and how many are at or below it.
    private static JsonObject Details(string name, Histogram histogram)
    {
        var totals = new JsonArray();
        ReadOnlySpan<double> bounds = Histogram.BucketBounds;
        for (int i = 0; i < bounds.Length; i++)
        {
            totals.Add((JsonNode)new JsonObject { ["upper_bound"] = bounds[i], ["cumulative_count"] = histogram.CumulativeCount(i) });
        }

        return new JsonObject { ["name"] = name, ["count"] = histogram.Count, ["sum"] = histogram.Sum, ["totals"] = totals };
    }
}
