namespace Lateen.CommandLine.Commands;

using System.CommandLine;
using Lateen.CommandLine.Proxies;

/// <summary>lateen proxy-config log: shows a proxy's log level, or sets it.</summary>
internal static class ProxyLogCommand
{
    private static readonly string[] Levels = ["trace", "debug", "info", "warning", "error", "critical", "off"];

    public static Command Create()
    {
        var source = new DumpSource(hasFile: false);
        var level = new Option<string?>("--level")
        {
            Description = string.Join(" | ", Levels) + "; NAME:LEVEL for one logger",
            HelpName = "LEVEL",
        };
        level.Validators.Add(static result =>
        {
            string word = (result.GetValueOrDefault<string>() ?? "").Split(':')[^1];
            if (!Levels.Contains(word))
            {
                result.AddError($"--level {word}: use one of {string.Join(", ", Levels)}");
            }
        });
        var reset = new Option<bool>("--reset", "-r") { Description = "back to the level it has by default, warning" };
        var command = new Command("log", "show or set the proxy's log level") { level, reset };
        command.Aliases.Add("o");
        source.AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            string? wanted = parsed.GetValue(reset) ? "warning" : parsed.GetValue(level);
            Console.Write(await source.PostAsync(parsed, Request(wanted), cancel));
            return 0;
        });
        return command;
    }

    /// <summary>Envoy takes ?level=LEVEL for all loggers and ?NAME=LEVEL for one.</summary>
    internal static string Request(string? level) => level?.Split(':') switch
    {
        null => "logging",
        [var name, var word] => $"logging?{name}={word}",
        [var word, ..] => $"logging?level={word}",
        _ => "logging",
    };
}
