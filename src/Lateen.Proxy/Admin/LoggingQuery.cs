namespace Lateen.Proxy.Admin;

using System.Globalization;
using System.Text;
using Lateen.Proxy.Agent;

/// <summary>/logging: shows levels; POST ?level= sets all, ?NAME= one logger, ?paths=a:debug,b:info several.</summary>
internal static class LoggingQuery
{
    public static LocalResponse Answer(ProxyLog log, LocalRequest request)
    {
        if (request.Query.Length == 0)
        {
            return Show(log);
        }

        if (request.Method != "POST")
        {
            return new LocalResponse(405, "this path changes something: use POST\n");
        }

        var changes = new List<(string Logger, LogLevel Level)>();
        foreach ((string name, string word) in Wanted(request.Query))
        {
            if (!Enum.TryParse(word, true, out LogLevel level) || !Enum.IsDefined(level) || char.IsAsciiDigit(word[0]))
            {
                return new LocalResponse(400, $"unknown level '{word}'; use trace, debug, info, warning, error, critical or off\n");
            }

            if (name.Length > 0 && !log.Components.Contains(name))
            {
                return new LocalResponse(400, $"unknown logger '{name}'; there are {string.Join(", ", log.Components)}\n");
            }

            changes.Add((name, level));
        }

        foreach ((string logger, LogLevel level) in changes)
        {
            log.SetLevel(logger, level);
        }

        return Show(log);
    }

    // "" stands for all loggers.
    private static IEnumerable<(string Logger, string Level)> Wanted(string query)
    {
        foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = pair.Split('=', 2);
            string value = parts.Length == 2 ? Uri.UnescapeDataString(parts[1]) : "";
            if (parts[0] != "paths")
            {
                yield return (parts[0] == "level" ? "" : parts[0], value);
                continue;
            }

            foreach (string each in value.Split(',', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] named = each.Split(':', 2);
                yield return named.Length == 2 ? (named[0], named[1]) : ("", named[0]);
            }
        }
    }

    private static LocalResponse Show(ProxyLog log)
    {
        var text = new StringBuilder("active loggers:\n");
        foreach (string component in log.Components)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {component}: {log.LevelOf(component).ToString().ToLowerInvariant()}\n");
        }

        return LocalResponse.Ok(text.ToString());
    }
}
