namespace Lateen.CommandLine.Proxies;

using System.Text.Json;
using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>A proxy's /config_dump (envoy.admin.v3.ConfigDump), taken apart; Envoy's own dumps read the same.</summary>
internal sealed class ConfigDump
{
    private readonly List<JsonObject> _sections;

    private ConfigDump(IEnumerable<JsonObject> sections) => _sections = [.. sections];

    public IEnumerable<JsonObject> Clusters =>
        Section("ClustersConfigDump").SelectMany(static s =>
            s.ObjectsAt("static_clusters")
            .Concat(s.ObjectsAt("dynamic_active_clusters")).Concat(s.ObjectsAt("dynamic_warming_clusters")))
        .Select(static state => state.At("cluster")).OfType<JsonObject>();

    public IEnumerable<JsonObject> Listeners =>
        Section("ListenersConfigDump").SelectMany(static s =>
            s.ObjectsAt("static_listeners").Select(static state => state.At("listener"))
                .Concat(s.ObjectsAt("dynamic_listeners").Select(static d =>
                    d.At("active_state", "listener") ?? d.At("warming_state", "listener"))))
        .OfType<JsonObject>();

    public IEnumerable<JsonObject> Routes =>
        Section("RoutesConfigDump").SelectMany(static s =>
            s.ObjectsAt("static_route_configs").Concat(s.ObjectsAt("dynamic_route_configs")))
        .Select(static state => state.At("route_config")).OfType<JsonObject>();

    public IEnumerable<JsonObject> Endpoints =>
        Section("EndpointsConfigDump").SelectMany(static s =>
            s.ObjectsAt("static_endpoint_configs").Concat(s.ObjectsAt("dynamic_endpoint_configs")))
        .Select(static state => state.At("endpoint_config")).OfType<JsonObject>();

    /// <summary>True when the dump has a section for endpoints: without include_eds Envoy leaves it out.</summary>
    public bool HasEndpoints => Section("EndpointsConfigDump").Any();

    /// <summary>The bootstrap's part of the dump; null in a dump without one.</summary>
    public JsonObject? Bootstrap => Section("BootstrapConfigDump").FirstOrDefault();

    /// <summary>Each secret with its state: ACTIVE or WARMING.</summary>
    public IEnumerable<(string State, JsonObject Secret)> Secrets =>
        Section("SecretsConfigDump").SelectMany(static s =>
            s.ObjectsAt("static_secrets").Concat(s.ObjectsAt("dynamic_active_secrets")).Select(static e => ("ACTIVE", e))
                .Concat(s.ObjectsAt("dynamic_warming_secrets").Select(static e => ("WARMING", e))));

    public IEnumerable<JsonObject> Extensions =>
        Section("EcdsConfigDump").SelectMany(static s => s.ObjectsAt("ecds_filters"))
            .Select(static e => e.At("ecds_filter")).OfType<JsonObject>();

    public static ConfigDump Parse(string text, string origin)
    {
        JsonNode? root = ParseJson(text, origin);
        return root.At("configs") is JsonArray
            ? new ConfigDump(root.ObjectsAt("configs"))
            : throw new CommandFailure(
                $"{origin} is no config dump: it has no list `configs`; "
                + "make one with `pilot-agent request GET config_dump?include_eds=true`", CommandTree.DataError);
    }

    public static JsonNode? ParseJson(string text, string origin)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException e)
        {
            throw new CommandFailure($"{origin} is not JSON: {e.Message}", CommandTree.DataError);
        }
    }

    private IEnumerable<JsonObject> Section(string type) =>
        _sections.Where(s => s.TextAt("@type").EndsWith("." + type, StringComparison.Ordinal));
}
