namespace Lateen.CommandLine.Proxies;

using System.Text.Json.Nodes;
using Lateen.CommandLine.Output;

/// <summary>proxy-status: a line for each proxy that is connected to the control plane.</summary>
internal sealed record SyncView(IReadOnlyList<ProxySync> Proxies)
{
    private static readonly string[] Header = ["NAME", "CLUSTER", "ISTIOD", "VERSION", "SUBSCRIBED TYPES"];
    private static readonly string[] Types = ["CDS", "LDS", "EDS", "RDS"];

    /// <summary>Of the bodies of /debug/syncz, one of each istiod.</summary>
    public static SyncView Of(IEnumerable<JsonNode?> bodies) => new(
    [
        .. bodies.SelectMany(static b => (b as JsonArray ?? []).OfType<JsonObject>()).Select(ProxySync.Read)
            .OrderBy(static p => p.Name, StringComparer.Ordinal).ThenBy(static p => p.Istiod, StringComparer.Ordinal),
    ]);

    /// <summary>Only the proxies of a namespace.</summary>
    public SyncView In(string ns) => new([.. Proxies.Where(p => p.Name.EndsWith("." + ns, StringComparison.Ordinal))]);

    /// <summary>Only the named pods (NAME.NAMESPACE); each must be connected.</summary>
    public SyncView Of(IReadOnlyList<string> pods)
    {
        foreach (string pod in pods)
        {
            if (!Proxies.Any(p => p.Name == pod))
            {
                throw new CommandFailure(
                    $"the proxy of {pod} is not connected to the control plane; see `kubectl get pods -A` and its log: "
                    + $"`kubectl logs {pod[..pod.LastIndexOf('.')]} -n {pod[(pod.LastIndexOf('.') + 1)..]} -c istio-proxy`");
            }
        }

        return new([.. Proxies.Where(p => pods.Contains(p.Name))]);
    }

    public string Print(string format, int verbosity) => format switch
    {
        "json" or "yaml" => DumpJson.Write(new JsonArray(
            [.. Proxies.Select(static p => p.Source.DeepClone())]), format == "yaml"),
        "name" => string.Concat(Proxies.Select(static p => p.Name + "\n")),
        "wide" => Table(withStates: true),
        _ => Table(withStates: verbosity > 0),
    };

    private string Table(bool withStates) => TextTable.Format(
        withStates ? [.. Header, .. Types] : Header,
        [.. Proxies.Select(p => Row(p, withStates))]);

    private static IReadOnlyList<string> Row(ProxySync proxy, bool withStates) =>
        [proxy.Name, proxy.Cluster, proxy.Istiod, proxy.Version, proxy.Subscribed(), .. withStates ? Types.Select(proxy.State) : []];
}
