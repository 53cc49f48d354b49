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

    public string Write(bool includeEndpoints)
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
        }

        return new JsonObject { ["configs"] = configs }.ToJsonString(JsonText.Indented);
    }

    private static JsonNode? Format(IMessage? message) => message is null ? null : JsonNode.Parse(Formatter.Format(message));

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static JsonObject State<T>(string key, XdsResource<T> resource)
        where T : class => new()
        {
            ["version_info"] = resource.Version,
            [key] = Format(resource.Message),
            ["last_updated"] = Time(resource.LastUpdated),
        };

    private static void AddError<T>(JsonObject target, XdsResource<T> resource)
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
    }

    private JsonNode Bootstrap() => new JsonObject
    {
        ["@type"] = Prefix + "BootstrapConfigDump",
        ["bootstrap"] = Format(bootstrap),
        ["last_updated"] = Time(started),
    };

    private JsonArray Static<T>(IEnumerable<T>? messages, string key)
        where T : IMessage
    {
        var list = new JsonArray();
        foreach (T message in messages ?? [])
        {
            list.Add((JsonNode)new JsonObject { [key] = Format(Any.Pack(message)), ["last_updated"] = Time(started) });
        }

        return list;
    }

    private JsonNode Clusters()
    {
        var active = new JsonArray();
        var warming = new JsonArray();
        foreach (var cluster in store.Clusters.ByName.Values.OrderBy(static c => c.Name, StringComparer.Ordinal))
        {
            JsonObject state = State("cluster", cluster);
            AddError(state, cluster);
            (ReferenceEquals(cluster.Active, cluster.Latest) && cluster.Active is not null ? active : warming).Add((JsonNode)state);
        }

        return new JsonObject
        {
            ["@type"] = Prefix + "ClustersConfigDump",
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
            dynamicConfigs.Add((JsonNode)State("endpoint_config", endpoints));
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
            if (listener.Message is not null)
            {
                bool warm = ReferenceEquals(listener.Active, listener.Latest);
                entry[warm ? "active_state" : "warming_state"] = State("listener", listener);
            }

            AddError(entry, listener);
            list.Add((JsonNode)entry);
        }

        return new JsonObject
        {
            ["@type"] = Prefix + "ListenersConfigDump",
            ["static_listeners"] = Static(bootstrap.StaticResources?.Listeners, "listener"),
            ["dynamic_listeners"] = list,
        };
    }

    private JsonNode Routes()
    {
        var list = new JsonArray();
        foreach (var routes in store.Routes.ByName.Values.OrderBy(static r => r.Name, StringComparer.Ordinal))
        {
            JsonObject state = State("route_config", routes);
            AddError(state, routes);
            list.Add((JsonNode)state);
        }

        return new JsonObject
        {
            ["@type"] = Prefix + "RoutesConfigDump",
            ["static_route_configs"] = new JsonArray(),
            ["dynamic_route_configs"] = list,
        };
    }
}
