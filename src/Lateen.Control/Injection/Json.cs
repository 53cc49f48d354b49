namespace Lateen.Control.Injection;

using System.Text.Json.Nodes;

/// <summary>Small builders, so that a template reads like the YAML it stands for.</summary>
internal static class Json
{
    private static readonly Dictionary<string, string> MergeKeys = new()
    {
        ["env"] = "name",
        ["ports"] = "containerPort",
        ["volumeMounts"] = "mountPath",
    };

    public static JsonObject Env(string name, string value) => new() { ["name"] = name, ["value"] = value };

    public static JsonObject EnvField(string name, string path) => new()
    {
        ["name"] = name,
        ["valueFrom"] = new JsonObject { ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = path } },
    };

    public static JsonObject EnvResource(string name, string resource) => new()
    {
        ["name"] = name,
        ["valueFrom"] = new JsonObject { ["resourceFieldRef"] = new JsonObject { ["resource"] = resource, ["divisor"] = "1" } },
    };

    public static JsonObject Mount(string name, string path, bool readOnly = false)
    {
        var mount = new JsonObject { ["name"] = name, ["mountPath"] = path };
        if (readOnly)
        {
            mount["readOnly"] = true;
        }

        return mount;
    }

    public static JsonObject HttpProbe(string path, int port) =>
        new() { ["httpGet"] = new JsonObject { ["path"] = path, ["port"] = port } };

    public static JsonArray Strings(params IEnumerable<string> values) => [.. values.Select(v => (JsonNode)v)];

    /// <summary>The array under a key, created when it is missing.</summary>
    public static JsonArray ArrayAt(JsonObject parent, string key)
    {
        if (parent[key] is not JsonArray array)
        {
            parent[key] = array = [];
        }

        return array;
    }

    public static JsonObject ObjectAt(JsonObject parent, string key)
    {
        if (parent[key] is not JsonObject child)
        {
            parent[key] = child = [];
        }

        return child;
    }

    /// <summary>
    /// Merges <paramref name="overlay"/> into <paramref name="target"/>: objects merge, the lists of a container merge by the key that
    /// Kubernetes merges them by, everything else is replaced.
    /// </summary>
    public static void Merge(JsonObject target, JsonObject overlay)
    {
        foreach ((string key, JsonNode? value) in overlay)
        {
            if (value is JsonObject inner && target[key] is JsonObject existing)
            {
                Merge(existing, inner);
            }
            else if (value is JsonArray items && target[key] is JsonArray present && MergeKeys.TryGetValue(key, out string? by))
            {
                MergeList(present, items, by);
            }
            else
            {
                target[key] = value?.DeepClone();
            }
        }
    }

    private static void MergeList(JsonArray target, JsonArray overlay, string by)
    {
        foreach (JsonObject item in overlay.OfType<JsonObject>())
        {
            JsonObject? same = target.OfType<JsonObject>().FirstOrDefault(t => t[by]?.ToString() == item[by]?.ToString());
            if (same is not null)
            {
                target.Remove(same);
            }

            target.Add(item.DeepClone());
        }
    }
}
