namespace Lateen.CommandLine.Proxies;

using System.Text.Json.Nodes;
using Lateen.CommandLine.Output;

/// <summary>What is left of a dump after the filters, ready to be printed in any format.</summary>
internal sealed record DumpView
{
    public required IReadOnlyList<string> Header { get; init; }

    public required IReadOnlyList<IReadOnlyList<string>> Rows { get; init; }

    /// <summary>The rows of -o wide, where they differ.</summary>
    public IReadOnlyList<IReadOnlyList<string>>? WideRows { get; init; }

    public required IReadOnlyList<JsonObject> Resources { get; init; }

    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>What a table without rows says instead of its header.</summary>
    public string? Empty { get; init; }

    public string Print(string format) => format switch
    {
        "json" or "yaml" => DumpJson.Write(new JsonArray([.. Resources.Select(DumpJson.WithJsonNames)]), format == "yaml"),
        "name" => string.Concat(Names.Distinct().Select(static n => n + "\n")),
        _ when Rows.Count == 0 && Empty is not null => Empty + "\n",
        "wide" => TextTable.Format(Header, WideRows ?? Rows),
        _ => TextTable.Format(Header, Rows),
    };
}
