namespace Lateen.Local.ApiServer.Patching;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Schemas;

/// <summary>
/// Kubernetes' strategic merge patch: lists merge by key, with $patch, $retainKeys, $setElementOrder and
/// $deleteFromPrimitiveList.
/// </summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string OrderPrefix = "$setElementOrder/";
    private const string DeletePrefix = "$deleteFromPrimitiveList/";

    public static void Apply(Schema schema, JsonObject target, JsonObject patch)
    {
        if (patch.Str(Directive) == "replace")
        {
            target.Clear();
            Copy(patch, target);
            return;
        }

        if (patch.Arr(RetainKeys) is { } retained)
        {
            var keep = retained.Strings().ToHashSet();
            foreach (string key in target.Select(pair => pair.Key).Where(key => !keep.Contains(key)).ToList())
            {
                target.Remove(key);
            }
        }

        foreach ((string key, JsonNode? value) in patch)
        {
            if (!key.StartsWith('$'))
            {
                ApplyMember(schema.Member(key), target, key, value);
            }
        }

        foreach ((string key, JsonNode? value) in patch)
        {
            if (key.StartsWith(DeletePrefix, StringComparison.Ordinal) && value is JsonArray gone)
            {
                RemoveValues(target.Arr(key[DeletePrefix.Length..]), gone);
            }
            else if (key.StartsWith(OrderPrefix, StringComparison.Ordinal) && value is JsonArray order)
            {
                string name = key[OrderPrefix.Length..];
                Reorder(target.Arr(name), order, schema.Member(name)?.PatchMergeKey);
            }
        }
    }

    private static void ApplyMember(Schema? member, JsonObject target, string key, JsonNode? value)
    {
        switch (value)
        {
            case null:
                target.Remove(key);
                break;
            case JsonObject obj when obj.Str(Directive) == "delete":
                target.Remove(key);
                break;
            case JsonObject obj:
                if (target[key] is not JsonObject existing)
                {
                    target[key] = existing = [];
                }

                Apply(member ?? new Schema { Kind = SchemaKind.Any }, existing, obj);
                break;
            case JsonArray items when member is { Kind: SchemaKind.Array, PatchStrategy: not null }
                && target[key] is JsonArray list:
                MergeList(member, list, items);
                break;
            case JsonArray items when member is { Kind: SchemaKind.Array, PatchStrategy: not null }:
                var fresh = new JsonArray();
                target[key] = fresh;
                MergeList(member, fresh, items);
                break;
            default:
                target[key] = value.DeepClone();
                break;
        }
    }

    private static void MergeList(Schema schema, JsonArray list, JsonArray patch)
    {
        if (schema.PatchMergeKey is not { } mergeKey)
        {
            foreach (JsonNode? item in patch)
            {
                if (!list.Any(existing => JsonNode.DeepEquals(existing, item)))
                {
                    list.Add(item?.DeepClone());
                }
            }

            return;
        }

        if (patch.Objects().Any(item => item.Str(Directive) == "replace"))
        {
            list.Clear();
            foreach (JsonObject item in patch.Objects().Where(item => item.Str(Directive) is null))
            {
                list.Add(item.DeepClone());
            }

            return;
        }

        foreach (JsonObject item in patch.Objects())
        {
            MergeItem(schema.Items ?? new Schema(), list, item, mergeKey);
        }
    }

    private static void MergeItem(Schema itemSchema, JsonArray list, JsonObject item, string mergeKey)
    {
        JsonObject? match = list.Objects().FirstOrDefault(existing => JsonNode.DeepEquals(existing[mergeKey], item[mergeKey]));
        if (item.Str(Directive) == "delete")
        {
            if (match is not null)
            {
                list.Remove(match);
            }

            return;
        }

        if (match is null)
        {
            match = [];
            list.Add(match);
        }

        Apply(itemSchema, match, item);
    }

    private static void RemoveValues(JsonArray? list, JsonArray gone)
    {
        for (int i = (list?.Count ?? 0) - 1; i >= 0; i--)
        {
            if (gone.Any(item => JsonNode.DeepEquals(item, list?[i])))
            {
                list?.RemoveAt(i);
            }
        }
    }

    /// <summary>Items that the order names come in that order; others keep their place behind the item they followed.</summary>
    private static void Reorder(JsonArray? list, JsonArray order, string? mergeKey)
    {
        if (list is null)
        {
            return;
        }

        List<JsonNode?> before = [.. list];
        list.Clear();
        List<JsonNode?> named = [.. order
            .Select(wanted => before.FirstOrDefault(item => SameItem(item, wanted, mergeKey)))
            .Where(item => item is not null).Distinct()];
        int next = 0;
        foreach (JsonNode? item in before)
        {
            list.Add(named.Contains(item) ? named[next++] : item);
        }
    }

    private static bool SameItem(JsonNode? item, JsonNode? wanted, string? mergeKey)
    {
        return mergeKey is null ? JsonNode.DeepEquals(item, wanted) : JsonNode.DeepEquals(item.At(mergeKey), wanted.At(mergeKey));
    }

    private static void Copy(JsonObject from, JsonObject to)
    {
        foreach ((string key, JsonNode? value) in from)
        {
            if (!key.StartsWith('$'))
            {
                to[key] = value?.DeepClone();
            }
        }
    }
}
