namespace Lateen.Proxy.Agent.Cni;

using System.Text.Json.Nodes;

/// <summary>Puts the plugin into the node's network configuration and takes it out again, leaving the rest as it is.</summary>
public static class CniConfiguration
{
    /// <summary>The plugin's own entry.</summary>
    public static JsonObject Plugin(IEnumerable<string> excludedNamespaces) => new()
    {
        ["type"] = CniNames.Type,
        ["capabilities"] = new JsonObject { [CniNames.AnnotationsCapability] = true },
        ["exclude_namespaces"] = new JsonArray([.. excludedNamespaces.Select(ns => (JsonNode)ns)]),
    };

    /// <summary>A list with the plugin last in the chain; a single network becomes a list of it and the plugin.</summary>
    public static JsonObject With(JsonObject existing, JsonObject plugin)
    {
        JsonObject list = Without(existing);
        if (list["plugins"] is not JsonArray)
        {
            JsonObject only = list;
            list = new JsonObject { ["cniVersion"] = only["cniVersion"]?.DeepClone(), ["name"] = only["name"]?.DeepClone() };
            only.Remove("cniVersion");
            only.Remove("name");
            list["plugins"] = new JsonArray(only);
        }

        (list["plugins"] as JsonArray)?.Add(plugin.DeepClone());
        return list;
    }

    public static JsonObject Without(JsonObject existing)
    {
        var copy = (JsonObject)existing.DeepClone();
        if (copy["plugins"] is JsonArray plugins)
        {
            foreach (JsonNode? own in plugins.Where(p => p?["type"]?.ToString() == CniNames.Type).ToList())
            {
                plugins.Remove(own);
            }
        }

        return copy;
    }

    public static bool Has(JsonObject list, JsonObject plugin) =>
        (list["plugins"] as JsonArray ?? []).Any(p => JsonNode.DeepEquals(p, plugin));
}
