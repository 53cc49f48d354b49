namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>lateen version.</summary>
internal static class VersionCommand
{
    public static Command Create()
    {
        Option<string> output = Options.Output("short", "json", "yaml");
        var command = new Command("version", "print the version of this program") { output };
        command.SetAction(parsed =>
        {
            string version = typeof(VersionCommand).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
            var report = new JsonObject { ["clientVersion"] = new JsonObject { ["version"] = version } };
            Console.Write(parsed.GetValue(output) switch
            {
                "json" => report.ToJsonString() + "\n",
                "yaml" => YamlWriter.Write(report),
                _ => $"client version: {version}\n",
            });
            return 0;
        });
        return command;
    }
}
