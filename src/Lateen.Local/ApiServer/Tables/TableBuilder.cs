namespace Lateen.Local.ApiServer.Tables;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Http;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;

/// <summary>Server-side printing: meta.k8s.io/v1 Table.</summary>
internal static class TableBuilder
{
    public static JsonObject Build(ResourceDefinition resource, IEnumerable<JsonObject> objects, string includeObject,
        string resourceVersion, JsonObject? listMetadata)
    {
        TablePrinter printer = TablePrinters.For(resource);
        var columns = new JsonArray();
        foreach (TableColumn column in printer.Columns)
        {
            columns.Add(new JsonObject
            {
                ["name"] = column.Name, ["type"] = column.Type, ["format"] = column.Format, ["description"] = column.Name,
                ["priority"] = column.Priority,
            });
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        var rows = new JsonArray();
        foreach (JsonObject obj in objects)
        {
            var row = new JsonObject { ["cells"] = printer.Cells(obj, now) };
            row["object"] = includeObject switch
            {
                "None" => null,
                "Object" => obj.DeepClone(),
                _ => ObjectView.MetadataOnly(obj),
            };
            rows.Add(row);
        }

        return new JsonObject
        {
            ["kind"] = "Table", ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = listMetadata ?? new JsonObject { ["resourceVersion"] = resourceVersion },
            ["columnDefinitions"] = columns, ["rows"] = rows,
        };
    }

    public static JsonObject Bookmark(JsonObject bookmark)
    {
        return new JsonObject
        {
            ["kind"] = "Table", ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = bookmark.Str("metadata", "resourceVersion") },
            ["columnDefinitions"] = null,
            ["rows"] = new JsonArray { new JsonObject { ["cells"] = new JsonArray(), ["object"] = bookmark } },
        };
    }
}
