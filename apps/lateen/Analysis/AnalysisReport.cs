namespace Lateen.CommandLine.Analysis;

using System.Text;
using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.CommandLine.Proxies;
using Lateen.Control.Analysis;

/// <summary>Messages as istioctl prints them: a line each, or a list in JSON or YAML.</summary>
internal static class AnalysisReport
{
    public static string Print(IReadOnlyList<AnalysisMessage> messages, string format, bool useColor) => format switch
    {
        "json" or "yaml" => DumpJson.Write(new JsonArray([.. messages.Select(Json)]), format == "yaml"),
        _ => Lines(messages, useColor),
    };

    private static string Lines(IReadOnlyList<AnalysisMessage> messages, bool useColor)
    {
        var text = new StringBuilder();
        foreach (AnalysisMessage message in messages)
        {
            string line = message.ToString();
            string level = message.Type.Level.ToString();
            text.Append(useColor ? $"{Color(message.Type.Level)}{level}\e[0m{line[level.Length..]}" : line).Append('\n');
        }

        return text.ToString();
    }

    private static string Color(Severity level) => level switch
    {
        Severity.Error => "\e[1;31m",
        Severity.Warning => "\e[33m",
        _ => "\e[32m",
    };

    private static JsonNode Json(AnalysisMessage message)
    {
        var node = new JsonObject
        {
            ["code"] = message.Type.Code,
            ["level"] = message.Type.Level.ToString(),
            ["message"] = message.Text,
            ["name"] = message.Type.Name,
            ["origin"] = message.Object.FriendlyName,
        };
        if (message.Reference.Length > 0)
        {
            node["reference"] = message.Reference;
        }

        return node;
    }
}
