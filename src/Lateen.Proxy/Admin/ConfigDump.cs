namespace Lateen.Proxy.Admin;

using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Text;
using Lateen.Proxy.Xds;
using Message = Envoy.Config.Bootstrap.V3.Bootstrap;

/// <summary>The body of /config_dump in the shape of envoy.admin.v3.ConfigDump, from the messages as they were received.</summary>
internal sealed class ConfigDump(ResourceStore store, Message bootstrap, DateTimeOffset started)
{
    private const string Prefix = "type.googleapis.com/envoy.admin.v3.";

    private static readonly JsonFormatter Formatter =
        new(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true).WithTypeRegistry(ProtoTypes.Registry));

    public JsonArray Configs(bool includeEndpoints)
    {
        var configs = new JsonArray { Bootstrap() };
        lock (store.Gate)
        {
            configs.Add(Clusters());
            if (includeEndpoints)
            {
                configs.Add(Endpoints());
            }

            configs.Add(Listeners());
            configs.Add(Routes());
            configs.Add(Secrets());
            configs.Add(Extensions());
        }

        SecretMask.Apply(configs);
        return configs;
    }

    private static JsonNode? Format(IMessage? message) => message is null ? null : JsonNode.Parse(Formatter.Format(message));

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static JsonObject State(string key, string version, Any? message, DateTimeOffset updated) => new()
    {
        ["version_info"] = version,
        [key] = Format(message),
        ["last_updated"] = Time(updated),
    };

    private static JsonObject Newest<T>(string key, XdsResource<T> resource)
        where T : class => State(key, resource.Version, resource.Message, resource.LastUpdated);

    private static JsonObject Serving<T>(string key, XdsResource<T> resource)
        where T : class => State(key, resource.ActiveVersion, resource.ActiveMessage, resource.ActiveUpdated);

    private static JsonObject WithError<T>(JsonObject target, XdsResource<T> resource)
        where T : class
    {
        if (resource.Rejection is { } rejection)
        {
            target["error_state"] = new JsonObject
            {
                ["failed_configuration"] = Format(rejection.Message),
                ["last_update_attempt"] = Time(rejection.At),
                ["details"] = rejection.Details,
                ["version_info"] = rejection.Version,
            };
        }

        return target;
    }

    // One entry for what serves and one for what waits; a refused one that never served shows its error alone.
    private static (JsonArray Active, JsonArray Warming) Split<T>(
        IReadOnlyDictionary<string, XdsResource<T>> resources, string key, bool named = false)
        where T : class
    {
        (JsonArray active, JsonArray warming) = ([], []);
        foreach (XdsResource<T> each in resources.Values.OrderBy(static r => r.Name, StringComparer.Ordinal))
        {
            if (each.ActiveMessage is not null)
            {
                active.Add((JsonNode)Named(WithError(Serving(key, each), each), each.Name, named));
            }

            if (each.IsWarming || each.ActiveMessage is null)
            {
                JsonObject entry = Newest(key, each);
                warming.Add((JsonNode)Named(each.ActiveMessage is null ? WithError(entry, each) : entry, each.Name, named));
            }
        }

        return (active, warming);
    }

    private static JsonObject Named(JsonObject entry, string name, bool named)
    {
        if (named)
        {
            entry["name"] = name;
        }

        return entry;
    }

    private JsonNode Bootstrap() => new JsonObject
    {
        ["@type"] = Prefix + "BootstrapConfigDump",
        ["bootstrap"] = Format(bootstrap),
        ["last_updated"] = Time(started),
    };

    private JsonArray Static<T>(IEnumerable<T>? messages, string key, Func<T, string>? name = null)
        where T : IMessage
    {
        var list = new JsonArray();
        foreach (T message in messages ?? [])
        {
            var entry = new JsonObject { [key] = Format(Any.Pack(message)), ["last_updated"] = Time(started) };
            list.Add((JsonNode)Named(entry, name?.Invoke(message) ?? "", name is not null));
        }

        return list;
    }

    private JsonNode Clusters()
    {
        (JsonArray active, JsonArray warming) = Split(store.Clusters.ByName, "cluster");
        return new JsonObject
        {
            ["@type"] = Prefix + "ClustersConfigDump",
            ["version_info"] = store.Clusters.ByName.Values.Select(static c => c.Version).Max() ?? "",
            ["static_clusters"] = Static(bootstrap.StaticResources?.Clusters, "cluster"),
            ["dynamic_active_clusters"] = active,
            ["dynamic_warming_clusters"] = warming,
        };
    }

    private JsonNode Endpoints()
    {
        var dynamicConfigs = new JsonArray();
        foreach (var endpoints in store.Endpoints.ByName.Values.OrderBy(static e => e.Name, StringComparer.Ordinal))
        {
            dynamicConfigs.Add((JsonNode)WithError(Newest("endpoint_config", endpoints), endpoints));
        }

        return new JsonObject
        {
            ["@type"] = Prefix + "EndpointsConfigDump",
            ["static_endpoint_configs"] = Static(
                bootstrap.StaticResources?.Clusters.Select(static c => c.LoadAssignment).Where(static a => a is not null), "endpoint_config"),
            ["dynamic_endpoint_configs"] = dynamicConfigs,
        };
    }

    private JsonNode Listeners()
    {
        var list = new JsonArray();
        foreach (var listener in store.Listeners.ByName.Values.OrderBy(static l => l.Name, StringComparer.Ordinal))
        {
            var entry = new JsonObject { ["name"] = listener.Name };
            if (listener.ActiveMessage is not null)
            {
                entry["active_state"] = Serving("listener", listener);
            }

            if (listener.IsWarming)
            {
                entry["warming_state"] = Newest("listener", listener);
            }

            list.Add((JsonNode)WithError(entry, listener));
        }

        return new JsonObject
        {
            ["@type"] = Prefix + "ListenersConfigDump",
            ["version_info"] = store.Listeners.ByName.Values.Select(static l => l.Version).Max() ?? "",
            ["static_listeners"] = Static(bootstrap.StaticResources?.Listeners, "listener"),
            ["dynamic_listeners"] = list,
        };
    }

    private JsonNode Routes()
    {
        var list = new JsonArray();
        foreach (var routes in store.Routes.ByName.Values.OrderBy(static r => r.Name, StringComparer.Ordinal))
        {
            list.Add((JsonNode)WithError(Newest("route_config", routes), routes));
        }

        return new JsonObject
        {
            ["@type"] = Prefix + "RoutesConfigDump",
            ["static_route_configs"] = new JsonArray(),
            ["dynamic_route_configs"] = list,
        };
    }

    private JsonNode Secrets()
    {
        (JsonArray active, JsonArray warming) = Split(store.Secrets.ByName, "secret", named: true);
        return new JsonObject
        {
            ["@type"] = Prefix + "SecretsConfigDump",
            ["static_secrets"] = Static(bootstrap.StaticResources?.Secrets, "secret", static s => s.Name),
            ["dynamic_active_secrets"] = active,
            ["dynamic_warming_secrets"] = warming,
        };
    }

    private JsonNode Extensions()
    {
        (JsonArray active, _) = Split(store.Extensions.ByName, "ecds_filter");
        return new JsonObject { ["@type"] = Prefix + "EcdsConfigDump", ["ecds_filters"] = active };
    }
}
