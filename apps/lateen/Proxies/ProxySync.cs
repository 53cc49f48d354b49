namespace Lateen.CommandLine.Proxies;

using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>How far one proxy follows the control plane, as an istiod's /debug/syncz tells it.</summary>
internal sealed record ProxySync(string Name, string Cluster, string Istiod, string Version, JsonObject Source)
{
    public const string NotSent = "NOT SENT";

    /// <summary>In the order in which istiod sends them.</summary>
    private static readonly string[] KnownTypes = ["CDS", "LDS", "EDS", "RDS"];

    public static ProxySync Read(JsonObject entry)
    {
        // sidecar~10.244.0.7~reviews-v1-5d8.default~default.svc.cluster.local
        string[] id = entry.TextAt("proxy").Split('~');
        return new ProxySync(
            id.Length == 4 ? id[2] : entry.TextAt("proxy"),
            entry.TextAt("clusterId"), entry.TextAt("istiodName"), entry.TextAt("istioVersion"), entry);
    }

    public string State(string type) =>
        Source.At("types", type) is JsonObject known && known.TextAt("status") is { Length: > 0 } state ? state : NotSent;

    /// <summary>"4 (CDS,LDS,EDS,RDS)": what was asked for and sent.</summary>
    public string Subscribed()
    {
        List<string> names = [.. KnownTypes.Where(t => State(t) != NotSent)];
        names.AddRange((Source.At("types") as JsonObject ?? []).Select(static t => t.Key)
            .Where(k => !KnownTypes.Contains(k) && State(k) != NotSent));
        return names.Count == 0 ? "0" : $"{names.Count} ({string.Join(',', names)})";
    }
}
