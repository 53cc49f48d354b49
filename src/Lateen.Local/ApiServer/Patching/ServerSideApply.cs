namespace Lateen.Local.ApiServer.Patching;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Schemas;
using Lateen.Local.Cluster;

/// <summary>Server-side apply: merges by ownership, refuses to take fields from another manager unless forced.</summary>
internal static class ServerSideApply
{
    /// <param name="resource">The kind.</param>
    /// <param name="live">The object as it is, or null when it will be created.</param>
    /// <param name="applied">What the manager wants, complete.</param>
    /// <param name="manager">The field manager.</param>
    /// <param name="force">Take conflicting fields.</param>
    /// <param name="subresource">"" or "status".</param>
    /// <param name="now">The time to record.</param>
    public static JsonObject Apply(ResourceDefinition resource, JsonObject? live, JsonObject applied, string manager, bool force,
        string subresource, DateTimeOffset now)
    {
        Schema schema = resource.Schema;
        JsonObject before = live ?? [];
        List<ManagedEntry> entries = ManagedFields.Read(live.Arr("metadata", "managedFields"));
        var own = new ManagedEntry(manager, "Apply", resource.Type.ApiVersion, subresource, KubeTime.Seconds(now),
            new FieldSet());
        FieldSet wanted = FieldSet.FromObject(schema, applied);
        wanted = subresource == "status" ? wanted.Only("status") : resource.HasStatus ? wanted.Without("status") : wanted;

        JsonObject merged = before.CloneObject();
        Merge(schema, merged, applied);
        if (!force)
        {
            CheckConflicts(resource, FieldComparison.Of(schema, before, merged), entries, own);
        }

        int index = entries.FindIndex(entry => entry.IsSameManager(own));
        FieldSet last = index >= 0 ? entries[index].Fields : new FieldSet();
        if (index >= 0)
        {
            entries.RemoveAt(index);
        }

        RemoveAbandoned(schema, merged, last.Difference(wanted), entries, wanted);
        FieldComparison changes = FieldComparison.Of(schema, before, merged);
        FieldSet lost = changes.Modified.Union(changes.Removed);
        entries = [.. entries.Select(entry => entry with { Fields = entry.Fields.Difference(lost) })];
        entries.Add(own with { Fields = wanted });
        ManagedFields.Write(merged, entries);
        return merged;
    }

    private static void CheckConflicts(ResourceDefinition resource, FieldComparison changes, List<ManagedEntry> entries,
        ManagedEntry own)
    {
        var causes = new JsonArray();
        var lines = new List<(string Manager, string Field)>();
        foreach (ManagedEntry entry in entries.Where(entry => !entry.IsSameManager(own)))
        {
            foreach (string[] path in changes.Modified.Intersect(entry.Fields).Paths())
            {
                string subresource = entry.Subresource.Length > 0 ? $" with subresource \"{entry.Subresource}\"" : "";
                string version = entry.Operation == "Update" ? $" using {entry.ApiVersion}" : "";
                string who = $"\"{entry.Manager}\"{subresource}{version}";
                lines.Add((who, FieldSet.Describe(path)));
                causes.Add(new JsonObject
                {
                    ["reason"] = "FieldManagerConflict", ["message"] = $"conflict with {who}", ["field"] =
                        FieldSet.Describe(path),
                });
            }
        }

        if (lines.Count == 0)
        {
            return;
        }

        string text = lines.Count == 1 ? $"conflict with {lines[0].Manager}: {lines[0].Field}"
            : string.Join("\n", lines.GroupBy(line => line.Manager)
                .Select(group => $"conflicts with {group.Key}:\n{string.Join("\n", group.Select(line => $"- {line.Field}"))}"));
        string noun = lines.Count == 1 ? "conflict" : "conflicts";
        throw new ApiException(409, "Conflict", $"Apply failed with {lines.Count} {noun}: {text}",
            new JsonObject { ["causes"] = causes });
    }

    /// <summary>What this manager applied last time and no longer wants goes, unless someone else owns it too.</summary>
    private static void RemoveAbandoned(Schema schema, JsonObject merged, FieldSet abandoned, List<ManagedEntry> others,
        FieldSet wanted)
    {
        // Deepest first, so that an item that others still own in part is not removed with its holder.
        foreach (string[] path in abandoned.Paths().OrderByDescending(path => path.Length))
        {
            bool shared = others.Any(entry => entry.Fields.Contains(path)) || OwnsBelow(others, path) || wanted.Contains(path);
            if (!shared)
            {
                FieldPaths.Remove(schema, merged, path);
                RemoveEmptyHolders(schema, merged, path);
            }
        }
    }

    private static void RemoveEmptyHolders(Schema schema, JsonObject merged, string[] path)
    {
        for (int length = path.Length - 1; length > 1; length--)
        {
            JsonNode? holder = FieldPaths.Find(schema, merged, path.AsSpan(0, length), out _);
            if (holder is not (JsonObject { Count: 0 } or JsonArray { Count: 0 }))
            {
                return;
            }

            FieldPaths.Remove(schema, merged, path.AsSpan(0, length));
        }
    }

    private static bool OwnsBelow(List<ManagedEntry> others, string[] path)
    {
        return others.Any(entry => Descend(entry.Fields, path) is { Children.Count: > 0 });
    }

    private static FieldSet? Descend(FieldSet set, string[] path)
    {
        foreach (string step in path)
        {
            if (!set.Children.TryGetValue(step, out FieldSet? next))
            {
                return null;
            }

            set = next;
        }

        return set;
    }

    private static void Merge(Schema schema, JsonObject target, JsonObject source)
    {
        foreach ((string key, JsonNode? value) in source)
        {
            Schema? member = schema.Member(key);
            if (value is JsonObject obj && target[key] is JsonObject existing && member?.AtomicMap != true)
            {
                Merge(member ?? new Schema(), existing, obj);
            }
            else if (value is JsonArray list && target[key] is JsonArray current && member is { IsAssociativeList: true })
            {
                MergeList(member, current, list);
            }
            else if (value is JsonArray set && target[key] is JsonArray values && member is { IsSet: true })
            {
                foreach (JsonNode? item in set.Where(item => !values.Any(other => JsonNode.DeepEquals(item, other))))
                {
                    values.Add(item?.DeepClone());
                }
            }
            else
            {
                target[key] = value?.DeepClone();
            }
        }
    }

    private static void MergeList(Schema list, JsonArray target, JsonArray source)
    {
        foreach (JsonObject item in source.Objects())
        {
            string key = FieldSet.ListKey(list, item);
            if (target.Objects().FirstOrDefault(existing => FieldSet.ListKey(list, existing) == key) is { } match)
            {
                Merge(list.Items ?? new Schema(), match, item);
            }
            else
            {
                target.Add(item.DeepClone());
            }
        }
    }
}
