namespace Lateen.Local.ApiServer.Tables;

using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Resources;

/// <summary>Printer columns of custom resources.</summary>
internal static class CustomPrinter
{
    public static TablePrinter For(ResourceDefinition resource)
    {
        List<JsonObject> columns = [.. resource.PrinterColumns.Objects()];
        var head = new List<TableColumn> { new("Name", Format: "name") };
        if (columns.Count == 0)
        {
            return new TablePrinter([.. head, new TableColumn("Age", "date")], (obj, now) =>
                [obj.Name(), TablePrinters.Age(obj, now)]);
        }

        head.AddRange(columns.Select(column => new TableColumn(column.Str("name") ?? "", column.Str("type") ?? "string",
            column.Str("format") ?? "", (int)(column.Int("priority") ?? 0))));
        return new TablePrinter(head, (obj, now) =>
        {
            var cells = new JsonArray { obj.Name() };
            foreach (JsonObject column in columns)
            {
                cells.Add(Cell(column, obj, now));
            }

            return cells;
        });
    }

    private static JsonNode? Cell(JsonObject column, JsonObject obj, DateTimeOffset now)
    {
        List<JsonNode?> found = SimpleJsonPath.Find(obj, column.Str("jsonPath") ?? "");
        JsonNode? value = found.Count > 0 ? found[0] : null;
        switch (column.Str("type"))
        {
            case "date":
                return value is null ? null : Durations.Age(value.AsText(), now);
            case "string" when value is JsonArray or JsonObject:
                return value.ToJsonString();
            case "string" when found.Count > 1:
                return string.Join(",", found.Select(item => item.AsText() ?? item?.ToJsonString()));
            default:
                return value?.DeepClone();
        }
    }
}
