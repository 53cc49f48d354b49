namespace Lateen.Local.ApiServer.Http;

using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Tables;
using Lateen.Local.Store;
using Microsoft.AspNetCore.Http;

/// <summary>GET of one object and of a collection, as objects, tables or metadata alone.</summary>
internal sealed class ListHandler(ResourcePipeline pipeline)
{
    public Task GetAsync(HttpContext http, ResourceDefinition resource, string? ns, string name)
    {
        StoredObject stored = pipeline.Get(resource, ns, name);
        var view = ObjectView.From(http.Request);
        if (view.Kind == ViewKind.Object)
        {
            return Responses.WriteAsync(http, 200, VersionConversion.ToServedBytes(resource, stored));
        }

        JsonObject obj = VersionConversion.ToServed(resource, stored.Value);
        return Responses.WriteAsync(http, 200, view.Kind == ViewKind.Table
            ? TableBuilder.Build(resource, [obj], view.IncludeObject, obj.Str("metadata", "resourceVersion") ?? "", null)
            : ObjectView.MetadataOnly(obj));
    }

    public Task ListAsync(HttpContext http, ResourceDefinition resource, string? ns)
    {
        ListQuery query = ListQuery.Read(http.Request.Query, resource, null);
        StoredList list = pipeline.Store.List(resource.StoreCollection, ns);
        CheckVersion(query, list.ResourceVersion);
        List<StoredObject> items = Select(query, resource, list, out string? next, out int remaining);
        var metadata = new JsonObject { ["resourceVersion"] = list.ResourceVersion.ToString(CultureInfo.InvariantCulture) };
        if (next is not null)
        {
            metadata["continue"] = next;
            metadata["remainingItemCount"] = remaining;
        }

        var view = ObjectView.From(http.Request);
        switch (view.Kind)
        {
            case ViewKind.Table:
                IEnumerable<JsonObject> rows = items.Select(item => VersionConversion.ToServed(resource, item.Value));
                JsonObject table = TableBuilder.Build(resource, rows, view.IncludeObject, "", metadata);
                return Responses.WriteAsync(http, 200, table);
            case ViewKind.Metadata:
                return Responses.WriteAsync(http, 200, MetadataList(resource, items, metadata));
            default:
                return Responses.WriteAsync(http, 200, Join(resource, items, metadata));
        }
    }

    private static List<StoredObject> Select(ListQuery query, ResourceDefinition resource, StoredList list, out string? next,
        out int remaining)
    {
        var items = new List<StoredObject>();
        next = null;
        remaining = 0;
        foreach (StoredObject item in list.Items)
        {
            if (query.After is { } after && Compare(item.Key, after) <= 0)
            {
                continue;
            }

            if (!query.Matches(VersionConversion.ToServed(resource, item.Value)))
            {
                continue;
            }

            if (query.Limit > 0 && items.Count == query.Limit)
            {
                next ??= ListQuery.WriteContinue(items[^1].Key.Namespace, items[^1].Key.Name, list.ResourceVersion);
                remaining++;
                continue;
            }

            items.Add(item);
        }

        return items;
    }

    private static int Compare(ObjectKey key, (string Namespace, string Name) after)
    {
        int order = string.CompareOrdinal(key.Namespace, after.Namespace);
        return order != 0 ? order : string.CompareOrdinal(key.Name, after.Name);
    }

    private static void CheckVersion(ListQuery query, long current)
    {
        if (query.Match == "Exact" && long.TryParse(query.ResourceVersion, out long exact) && exact != current)
        {
            throw exact > current ? TooLarge(exact, current) : ApiErrors.Expired(exact, current);
        }

        if (query.Match == "NotOlderThan" && long.TryParse(query.ResourceVersion, out long least) && least > current)
        {
            throw TooLarge(least, current);
        }
    }

    private static Cluster.ApiException TooLarge(long wanted, long current)
    {
        return new Cluster.ApiException(504, "Timeout", $"Too large resource version: {wanted}, current: {current}",
            new JsonObject { ["causes"] = new JsonArray { new JsonObject
            {
                ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version",
            } }, ["retryAfterSeconds"] = 1 });
    }

    private static byte[] Join(ResourceDefinition resource, List<StoredObject> items, JsonObject metadata)
    {
        using var buffer = new MemoryStream();
        string head = $"{{\"kind\":\"{resource.ListKind}\",\"apiVersion\":\"{resource.Type.ApiVersion}\",\"metadata\":"
            + $"{metadata.ToJsonString()},\"items\":[";
        buffer.Write(Encoding.UTF8.GetBytes(head));
        for (int i = 0; i < items.Count; i++)
        {
            if (i > 0)
            {
                buffer.WriteByte((byte)',');
            }

            buffer.Write(VersionConversion.ToServedBytes(resource, items[i]));
        }

        buffer.Write("]}"u8);
        return buffer.ToArray();
    }

    private static JsonObject MetadataList(ResourceDefinition resource, List<StoredObject> items, JsonObject metadata)
    {
        var array = new JsonArray();
        foreach (StoredObject item in items)
        {
            array.Add(ObjectView.MetadataOnly(VersionConversion.ToServed(resource, item.Value)));
        }

        return new JsonObject
        {
            ["kind"] = "PartialObjectMetadataList", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = metadata, ["items"] = array,
        };
    }
}
