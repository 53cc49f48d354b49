namespace Lateen.CommandLine.Proxies;

using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>proxy-config endpoint: from /clusters with health as the proxy sees it, or from a dump with health as it was told.</summary>
internal sealed record EndpointView
{
    public string? Cluster { get; init; }

    public string? Address { get; init; }

    public int? Port { get; init; }

    public string? Status { get; init; }

    /// <summary>Of the JSON of /clusters, or of a config dump; they are told apart by their first field.</summary>
    public DumpView Of(string text, string origin)
    {
        JsonNode? root = ConfigDump.ParseJson(text, origin);
        if (root.At("cluster_statuses") is JsonArray)
        {
            return OfClusters(root);
        }

        ConfigDump dump = ConfigDump.Parse(text, origin);
        return dump.HasEndpoints
            ? OfDump(dump)
            : throw new CommandFailure(
                $"{origin} has no endpoints; dump them with config_dump?include_eds=true", CommandTree.DataError);
    }

    private static string Health(JsonNode? status) =>
        status.TextAt("eds_health_status") is { Length: > 0 } known ? known : "HEALTHY";

    private static string AddressOf(JsonNode? address) =>
        address.TextAt("socket_address", "address") is { Length: > 0 } ip
            ? (ip.Contains(':') ? $"[{ip}]:" : $"{ip}:") + address.NumberAt("socket_address", "port_value")
        : address.TextAt("pipe", "path") is { Length: > 0 } path ? $"unix://{path}"
        : address.TextAt("envoy_internal_address", "server_listener_name");

    private DumpView OfClusters(JsonNode? root)
    {
        List<Row> rows =
        [
            .. from status in root.ObjectsAt("cluster_statuses")
               from host in status.ObjectsAt("host_statuses")
               select new Row(
                   status.TextAt("name"), host.At("address"), Health(host.At("health_status")),
                   host.FlagAt("health_status", "failed_outlier_check") ? "FAILED" : "OK", status),
        ];
        return View(rows, ["ENDPOINT", "STATUS", "OUTLIER CHECK", "CLUSTER"]);
    }

    private DumpView OfDump(ConfigDump dump)
    {
        List<Row> rows =
        [
            .. from assignment in dump.Endpoints
               from locality in assignment.ObjectsAt("endpoints")
               from endpoint in locality.ObjectsAt("lb_endpoints")
               select new Row(
                   assignment.TextAt("cluster_name"), endpoint.At("endpoint", "address"),
                   endpoint.TextAt("health_status") is { Length: > 0 } told and not "UNKNOWN" ? told : "HEALTHY",
                   Locality(locality.At("locality")), assignment),
        ];
        return View(rows, ["NAME", "STATUS", "LOCALITY", "CLUSTER"]);
    }

    private static string Locality(JsonNode? locality) =>
        string.Join('/', new[] { locality.TextAt("region"), locality.TextAt("zone"), locality.TextAt("sub_zone") }
            .Where(static p => p.Length > 0));

    private DumpView View(IEnumerable<Row> all, IReadOnlyList<string> header)
    {
        List<Row> rows =
        [
            .. all.Where(IsWanted)
                .OrderBy(static r => AddressOf(r.Address), StringComparer.Ordinal)
                .ThenBy(static r => r.Cluster, StringComparer.Ordinal),
        ];
        return new DumpView
        {
            Header = header,
            Rows = [.. rows.Select(static r => new[] { AddressOf(r.Address), r.Status, r.Third, r.Cluster })],
            Resources = 
            [
                .. rows.Select(static r => r.Resource).Distinct()
                    .OrderBy(static r => r.TextAt("name") + r.TextAt("cluster_name"), StringComparer.Ordinal),
            ],
            Names = [.. rows.Select(static r => AddressOf(r.Address))],
        };
    }

    private bool IsWanted(Row row) =>
        (Cluster is null || row.Cluster == Cluster)
        && (Address is null || row.Address.TextAt("socket_address", "address") == Address)
        && (Port is null || row.Address.NumberAt("socket_address", "port_value") == Port)
        && (Status is null || string.Equals(row.Status, Status, StringComparison.OrdinalIgnoreCase));

    private sealed record Row(string Cluster, JsonNode? Address, string Status, string Third, JsonObject Resource);
}
