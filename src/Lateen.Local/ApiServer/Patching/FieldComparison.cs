namespace Lateen.Local.ApiServer.Patching;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Schemas;

/// <summary>What one version of an object changed against another, as field sets.</summary>
internal sealed class FieldComparison
{
    private FieldComparison(FieldSet added, FieldSet modified, FieldSet removed)
    {
        Added = added;
        Modified = modified;
        Removed = removed;
    }

    public FieldSet Added { get; }

    public FieldSet Modified { get; }

    public FieldSet Removed { get; }

    public static FieldComparison Of(Schema schema, JsonObject before, JsonObject after)
    {
        FieldSet old = FieldSet.FromObject(schema, before);
        FieldSet now = FieldSet.FromObject(schema, after);
        var modified = new FieldSet();
        foreach (string[] path in old.Intersect(now).Paths())
        {
            JsonNode? a = FieldPaths.Find(schema, before, path, out Schema? leaf);
            JsonNode? b = FieldPaths.Find(schema, after, path, out _);
            bool container = leaf is not null && IsContainer(leaf, a) && IsContainer(leaf, b);
            if (!container && !JsonNode.DeepEquals(a, b))
            {
                modified.Insert(path);
            }
        }

        return new FieldComparison(now.Difference(old), modified, old.Difference(now));
    }

    /// <summary>Members of a container are compared by themselves, so the container has no value of its own.</summary>
    private static bool IsContainer(Schema schema, JsonNode? value)
    {
        return value is JsonObject { Count: > 0 } ? !schema.AtomicMap : value is JsonArray
            && (schema.IsAssociativeList || schema.IsSet);
    }
}
