namespace Lateen.Local.ApiServer.Tables;

using System.Text.Json.Nodes;

/// <summary>One column; priority 1 shows only with -o wide.</summary>
internal sealed record TableColumn(string Name, string Type = "string", string Format = "", int Priority = 0);

/// <summary>How a kind is printed.</summary>
internal sealed record TablePrinter(IReadOnlyList<TableColumn> Columns, Func<JsonObject, DateTimeOffset, JsonArray> Cells);
