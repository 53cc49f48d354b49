namespace Lateen.CommandLine.Proxies;

using System.Globalization;
using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>proxy-config cluster: SERVICE FQDN, PORT, SUBSET, DIRECTION, TYPE, DESTINATION RULE.</summary>
internal sealed record ClusterView
{
    public string? Fqdn { get; init; }

    public int? Port { get; init; }

    public string? Subset { get; init; }

    public string? Direction { get; init; }

    public DumpView Of(ConfigDump dump)
    {
        List<Row> rows =
        [
            .. dump.Clusters.Select(Read).Where(IsWanted)
                .OrderBy(static r => r.Host, StringComparer.Ordinal).ThenBy(static r => r.Port ?? 0)
                .ThenBy(static r => r.Subset, StringComparer.Ordinal).ThenBy(static r => r.Direction, StringComparer.Ordinal),
        ];
        return new DumpView
        {
            Header = ["SERVICE FQDN", "PORT", "SUBSET", "DIRECTION", "TYPE", "DESTINATION RULE"],
            Rows = [.. rows.Select(static r => new[] { r.Host, PortText(r), Dash(r.Subset), Dash(r.Direction), r.Type, r.Rule })],
            Resources = [.. rows.Select(static r => r.Resource)],
            Names = [.. rows.Select(static r => r.Resource.TextAt("name"))],
        };
    }

    private static string PortText(Row row) => row.Port?.ToString(CultureInfo.InvariantCulture) ?? "-";

    private static string Dash(string text) => text.Length == 0 ? "-" : text;

    // "outbound|9080|v1|reviews.default.svc.cluster.local"; any other name is a cluster of the proxy itself.
    private static Row Read(JsonObject cluster)
    {
        string name = cluster.TextAt("name");
        string type = cluster.TextAt("type") is { Length: > 0 } known ? known
            : cluster.TextAt("cluster_type", "name") is { Length: > 0 } own ? own
            : "STATIC";
        string[] parts = name.Split('|');
        return parts.Length == 4 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int port)
            ? new Row(parts[3], port, parts[2], parts[0], type, OriginObject.Of(cluster), cluster)
            : new Row(name, null, "", "", type, OriginObject.Of(cluster), cluster);
    }

    private bool IsWanted(Row row) =>
        (Fqdn is null || row.Host.Contains(Fqdn, StringComparison.Ordinal))
        && (Port is null || row.Port == Port)
        && (Subset is null || row.Subset == Subset)
        && (Direction is null || row.Direction == Direction);

    private sealed record Row(
        string Host, int? Port, string Subset, string Direction, string Type, string Rule, JsonObject Resource);
}
