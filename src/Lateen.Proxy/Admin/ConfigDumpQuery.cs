namespace Lateen.Proxy.Admin;

using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

/// <summary>/config_dump's ?resource=, ?mask= and ?name_regex=, as Envoy answers them.</summary>
internal static class ConfigDumpQuery
{
    private static readonly string[] Inner = ["cluster", "listener", "route_config", "endpoint_config", "secret", "ecds_filter"];

    public static LocalResponse Answer(ConfigDump dump, LocalRequest request)
    {
        string? resource = request.Parameter("resource");
        bool endpoints = request.Parameter("include_eds") is not null
            || resource is "static_endpoint_configs" or "dynamic_endpoint_configs";
        Regex? names = null;
        if (request.Parameter("name_regex") is { Length: > 0 } pattern)
        {
            try
            {
                names = new Regex($"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                return new LocalResponse(400, $"name_regex: {e.Message}\n");
            }
        }

        JsonArray configs = dump.Configs(endpoints);
        if (names is not null)
        {
            KeepNamed(configs, names);
        }

        JsonArray? chosen = resource is null ? configs : Choose(configs, resource);
        if (chosen is null)
        {
            return new LocalResponse(404, $"{resource} not found in config dump\n");
        }

        if (request.Parameter("mask") is { Length: > 0 } mask)
        {
            chosen = new JsonArray([.. chosen.Select(each => Masked((JsonObject?)each, mask.Split(','))).OfType<JsonNode>()]);
        }

        return LocalResponse.Json(new JsonObject { ["configs"] = Detached(chosen) }.ToJsonString(JsonText.Indented));
    }

    // The items of one list, each with the type that it has there.
    private static JsonArray? Choose(JsonArray configs, string resource)
    {
        foreach (JsonObject config in configs.OfType<JsonObject>())
        {
            if (config[resource] is JsonArray items)
            {
                string owner = config["@type"]?.GetValue<string>() ?? "";
                var chosen = new JsonArray();
                foreach (JsonNode? item in items)
                {
                    var entry = new JsonObject { ["@type"] = $"{owner}.{TypeOf(resource)}" };
                    foreach ((string key, JsonNode? value) in (JsonObject?)item ?? [])
                    {
                        entry[key] = value?.DeepClone();
                    }

                    chosen.Add((JsonNode)entry);
                }

                return chosen;
            }

            if (config[resource] is not null && resource == "bootstrap")
            {
                return new JsonArray(config.DeepClone());
            }
        }

        return null;
    }

    // dynamic_active_clusters holds ClustersConfigDump.DynamicCluster, and so on.
    private static string TypeOf(string resource)
    {
        string kind = resource.StartsWith("static_", StringComparison.Ordinal) ? "Static" : "Dynamic";
        string[] words = resource.Split('_');
        return words[^1] switch
        {
            "clusters" => kind + "Cluster",
            "listeners" => kind + "Listener",
            "secrets" => kind + "Secret",
            "filters" => "EcdsFilterConfig",
            _ => kind + (resource.Contains("route", StringComparison.Ordinal) ? "RouteConfig" : "EndpointConfig"),
        };
    }

    private static void KeepNamed(JsonArray configs, Regex names)
    {
        foreach (JsonObject config in configs.OfType<JsonObject>())
        {
            foreach (JsonArray list in config.Select(static field => field.Value).OfType<JsonArray>())
            {
                for (int i = list.Count - 1; i >= 0; i--)
                {
                    if (!names.IsMatch(NameOf((JsonObject?)list[i])))
                    {
                        list.RemoveAt(i);
                    }
                }
            }
        }
    }

    private static string NameOf(JsonObject? entry)
    {
        if (entry?["name"] is JsonValue own)
        {
            return own.GetValue<string>();
        }

        foreach (string key in Inner)
        {
            if (entry?[key] is JsonObject inner)
            {
                return (inner["name"] ?? inner["cluster_name"])?.GetValue<string>() ?? "";
            }
        }

        return "";
    }

    // A mask names fields by dotted paths (google.protobuf.FieldMask); what no path covers is left out.
    private static JsonObject? Masked(JsonObject? entry, string[] paths)
    {
        if (entry is null)
        {
            return null;
        }

        var kept = new JsonObject();
        if (entry["@type"] is { } type)
        {
            kept["@type"] = type.DeepClone();
        }

        foreach (string path in paths)
        {
            Copy(entry, kept, path.Trim().Split('.'), 0);
        }

        return kept;
    }

    private static void Copy(JsonObject from, JsonObject to, string[] path, int at)
    {
        JsonNode? value = from[path[at]];
        if (value is null)
        {
            return;
        }

        if (at == path.Length - 1)
        {
            to[path[at]] = value.DeepClone();
        }
        else if (value is JsonObject inner)
        {
            if (to[path[at]] is not JsonObject target)
            {
                to[path[at]] = target = [];
            }

            if (inner["@type"] is { } type)
            {
                target["@type"] = type.DeepClone();
            }

            Copy(inner, target, path, at + 1);
        }
    }

    private static JsonArray Detached(JsonArray array) => array.Parent is null ? array : (JsonArray)array.DeepClone();
}
