namespace Lateen.Local.ApiServer.Patching;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;

/// <summary>Reads, updates and writes metadata.managedFields: who last set which field.</summary>
internal static class ManagedFields
{
    /// <summary>Records what a create, update or patch changed; the loser of a field loses its ownership.</summary>
    public static void TrackUpdate(ResourceDefinition resource, JsonObject? before, JsonObject after, string manager,
        string subresource, DateTimeOffset now)
    {
        if (resource.CreateOnly || manager.Length == 0)
        {
            return;
        }

        // A client that sends an empty list resets the record; one that sends none keeps it.
        List<ManagedEntry> entries = Read(after.Arr("metadata", "managedFields") is { } sent ? sent
            : before.Arr("metadata", "managedFields"));
        FieldComparison changes = FieldComparison.Of(resource.Schema, before ?? [], after);
        FieldSet set = changes.Added.Union(changes.Modified);
        FieldSet lost = changes.Modified.Union(changes.Removed);
        if (set.IsEmpty && lost.IsEmpty)
        {
            Write(after, entries);
            return;
        }

        var own = new ManagedEntry(manager, "Update", resource.Type.ApiVersion, subresource, KubeTime.Seconds(now),
            new FieldSet());
        int index = entries.FindIndex(entry => entry.IsSameManager(own));
        for (int i = 0; i < entries.Count; i++)
        {
            entries[i] = entries[i] with { Fields = entries[i].Fields.Difference(i == index ? changes.Removed : lost) };
        }

        if (index >= 0)
        {
            entries[index] = entries[index] with { Fields = entries[index].Fields.Union(set), Time = own.Time };
        }
        else if (!set.IsEmpty)
        {
            entries.Add(own with { Fields = set });
        }

        Write(after, entries);
    }

    public static List<ManagedEntry> Read(JsonArray? array)
    {
        return [.. array.Objects().Select(item => new ManagedEntry(item.Str("manager") ?? "", item.Str("operation") ?? "Update",
            item.Str("apiVersion") ?? "", item.Str("subresource") ?? "", item.Str("time") ?? "",
                FieldSet.FromJson(item.Obj("fieldsV1"))))];
    }

    public static void Write(JsonObject obj, IEnumerable<ManagedEntry> entries)
    {
        var array = new JsonArray();
        foreach (ManagedEntry entry in entries.Where(entry => !entry.Fields.IsEmpty))
        {
            var item = new JsonObject
            {
                ["manager"] = entry.Manager, ["operation"] = entry.Operation, ["apiVersion"] = entry.ApiVersion, ["time"] =
                    entry.Time,
                ["fieldsType"] = "FieldsV1", ["fieldsV1"] = entry.Fields.ToJson(),
            };
            if (entry.Subresource.Length > 0)
            {
                item["subresource"] = entry.Subresource;
            }

            array.Add(item);
        }

        if (array.Count > 0)
        {
            obj.Metadata()["managedFields"] = array;
        }
        else
        {
            obj.Metadata().Remove("managedFields");
        }
    }

    /// <summary>An update that changes nothing but times of ownership is no update.</summary>
    public static bool EqualExceptTimes(JsonObject a, JsonObject b)
    {
        return JsonNode.DeepEquals(WithoutTimes(a), WithoutTimes(b));
    }

    private static JsonObject WithoutTimes(JsonObject obj)
    {
        JsonObject copy = obj.CloneObject();
        foreach (JsonObject entry in copy.Arr("metadata", "managedFields").Objects())
        {
            entry.Remove("time");
        }

        copy.Metadata().Remove("resourceVersion");
        return copy;
    }
}
