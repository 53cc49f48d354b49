namespace Lateen.Local.ApiServer.Patching;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Schemas;

/// <summary>
/// A set of field paths, as metadata.managedFields writes them (FieldsV1): "f:name", list items as "k:{…}" or "v:…".
/// </summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<string, FieldSet> children = new(StringComparer.Ordinal);

    /// <summary>The path itself belongs to the set, not only something below it.</summary>
    public bool IsMember { get; private set; }

    public IReadOnlyDictionary<string, FieldSet> Children => children;

    public bool IsEmpty => !IsMember && children.Count == 0;

    public static FieldSet FromJson(JsonObject? fields)
    {
        var set = new FieldSet();
        foreach ((string key, JsonNode? value) in fields ?? [])
        {
            if (key == ".")
            {
                set.IsMember = true;
            }
            else
            {
                set.children[key] = FromJson(value as JsonObject);
            }
        }

        set.IsMember |= set.children.Count == 0 && fields is not null;
        return set;
    }

    /// <summary>Every field that the object sets.</summary>
    public static FieldSet FromObject(Schema schema, JsonObject obj)
    {
        var set = new FieldSet();
        foreach ((string name, JsonNode? value) in obj)
        {
            if (name is not ("apiVersion" or "kind"))
            {
                set.AddValue($"f:{name}", schema.Member(name), value, name.Length > 0 && !schema.Properties.ContainsKey(name));
            }
        }

        if (set.children.TryGetValue("f:metadata", out FieldSet? metadata))
        {
            string[] server = ["name", "namespace", "creationTimestamp", "selfLink", "uid", "generation", "managedFields",
                "resourceVersion", "generateName", "deletionTimestamp", "deletionGracePeriodSeconds"];
            foreach (string field in server)
            {
                metadata.children.Remove($"f:{field}");
            }

            metadata.IsMember = false;
            if (metadata.children.Count == 0)
            {
                set.children.Remove("f:metadata");
            }
        }

        return set;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        if (IsMember && children.Count > 0)
        {
            json["."] = new JsonObject();
        }

        foreach ((string key, FieldSet child) in children)
        {
            json[key] = child.ToJson();
        }

        return json;
    }

    public bool Contains(ReadOnlySpan<string> path)
    {
        FieldSet set = this;
        foreach (string step in path)
        {
            if (!set.children.TryGetValue(step, out FieldSet? next))
            {
                return false;
            }

            set = next;
        }

        return set.IsMember;
    }

    public FieldSet Union(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember || other.IsMember };
        foreach (string key in children.Keys.Concat(other.children.Keys).Distinct())
        {
            FieldSet? a = children.GetValueOrDefault(key);
            FieldSet? b = other.children.GetValueOrDefault(key);
            result.children[key] = a is null ? b ?? new FieldSet() : b is null ? a : a.Union(b);
        }

        return result;
    }

    public FieldSet Difference(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember && !other.IsMember };
        foreach ((string key, FieldSet child) in children)
        {
            FieldSet rest = other.children.TryGetValue(key, out FieldSet? taken) ? child.Difference(taken) : child;
            if (!rest.IsEmpty)
            {
                result.children[key] = rest;
            }
        }

        return result;
    }

    public FieldSet Intersect(FieldSet other)
    {
        var result = new FieldSet { IsMember = IsMember && other.IsMember };
        foreach ((string key, FieldSet child) in children)
        {
            if (other.children.TryGetValue(key, out FieldSet? match) && child.Intersect(match) is { IsEmpty: false } both)
            {
                result.children[key] = both;
            }
        }

        return result;
    }

    /// <summary>The part under one top-level field.</summary>
    public FieldSet Only(string field)
    {
        var result = new FieldSet();
        if (children.TryGetValue($"f:{field}", out FieldSet? part))
        {
            result.children[$"f:{field}"] = part;
        }

        return result;
    }

    public FieldSet Without(string field)
    {
        var result = new FieldSet { IsMember = IsMember };
        foreach ((string key, FieldSet child) in children)
        {
            if (key != $"f:{field}")
            {
                result.children[key] = child;
            }
        }

        return result;
    }

    /// <summary>Every member path, as lists of steps.</summary>
    public IEnumerable<string[]> Paths()
    {
        foreach ((string key, FieldSet child) in children)
        {
            if (child.IsMember)
            {
                yield return [key];
            }

            foreach (string[] below in child.Paths())
            {
                yield return [key, .. below];
            }
        }
    }

    public void Insert(ReadOnlySpan<string> path)
    {
        FieldSet set = this;
        foreach (string step in path)
        {
            set = set.Child(step);
        }

        set.IsMember = true;
    }

    /// <summary>How messages write a path: ".spec.containers[name=\"app\"].image".</summary>
    public static string Describe(string[] path)
    {
        var text = new System.Text.StringBuilder();
        foreach (string step in path)
        {
            text.Append(step[0] switch
            {
                'f' => $".{step[2..]}",
                'v' => $"[={step[2..]}]",
                _ => $"[{DescribeKey(step[2..])}]",
            });
        }

        return text.ToString();
    }

    public static string ListKey(Schema list, JsonObject item)
    {
        var key = new JsonObject();
        foreach (string name in list.ListMapKeys.Order(StringComparer.Ordinal))
        {
            JsonNode? value = item[name] ?? (name == "protocol" ? JsonValue.Create("TCP") : list.Items?.Member(name)?.Default);
            if (value is not null)
            {
                key[name] = value.DeepClone();
            }
        }

        return $"k:{System.Text.Encoding.UTF8.GetString(JsonParser.ToUtf8(key))}";
    }

    private static string DescribeKey(string json)
    {
        return JsonNode.Parse(json) is JsonObject key
            ? string.Join(",", key.Select(pair => $"{pair.Key}={pair.Value?.ToJsonString() ?? "null"}")) : json;
    }

    private FieldSet Child(string step)
    {
        if (!children.TryGetValue(step, out FieldSet? child))
        {
            children[step] = child = new FieldSet();
        }

        return child;
    }

    private void AddValue(string step, Schema? schema, JsonNode? value, bool isMapEntry)
    {
        FieldSet child = Child(step);
        switch (value)
        {
            case JsonObject { Count: > 0 } obj when schema?.AtomicMap != true:
                child.IsMember = isMapEntry;
                foreach ((string name, JsonNode? member) in obj)
                {
                    bool declared = schema?.Properties.ContainsKey(name) == true;
                    child.AddValue($"f:{name}", schema?.Member(name), member, !declared);
                }

                break;
            case JsonArray { Count: > 0 } list when schema?.IsAssociativeList == true:
                foreach (JsonObject item in list.Objects())
                {
                    FieldSet entry = child.Child(ListKey(schema, item));
                    entry.IsMember = true;
                    foreach ((string name, JsonNode? member) in item)
                    {
                        entry.AddValue($"f:{name}", schema.Items?.Member(name), member,
                            schema.Items?.Properties.ContainsKey(name) != true);
                    }
                }

                break;
            case JsonArray { Count: > 0 } list when schema?.IsSet == true:
                foreach (JsonNode? item in list)
                {
                    child.Child($"v:{item?.ToJsonString() ?? "null"}").IsMember = true;
                }

                break;
            default:
                child.IsMember = true;
                break;
        }
    }
}
