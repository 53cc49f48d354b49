namespace Lateen.Samples.Tools;

using System.Globalization;

/// <summary>The arguments of the load client, or what is wrong with them.</summary>
internal sealed record LoadOptions(Uri Url, double Rate, TimeSpan Duration, int Connections, long Count, TimeSpan Timeout,
    IReadOnlyList<(string Name, string Value)> Headers)
{
    private const double MaxRate = 10_000;
    private const int MaxConnections = 1000;

    public static LoadOptions? Parse(string[] args, out string error)
    {
        LoadOptions options = new(
            new Uri("http://127.0.0.1/"), 20, System.Threading.Timeout.InfiniteTimeSpan, 4, long.MaxValue, TimeSpan.FromSeconds(15), []);
        bool hasUrl = false;
        error = "";
        for (int i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith('-'))
            {
                hasUrl = Uri.TryCreate(args[i], UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https";
                options = options with { Url = url ?? options.Url };
                error = hasUrl ? error : $"'{args[i]}' is no http URL";
                continue;
            }

            string option = args[i];
            string value = i + 1 < args.Length ? args[++i] : "";
            if (options.With(option.TrimStart('-'), value) is not { } changed)
            {
                error = $"option {option} cannot take '{value}'";
                return null;
            }

            options = changed;
        }

        error = hasUrl ? error : error.Length > 0 ? error : "the URL is missing";
        return hasUrl ? options : null;
    }

    private LoadOptions? With(string option, string value)
    {
        bool number = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double amount) && amount > 0;
        switch (option)
        {
            case "qps" when number:
                return this with { Rate = Math.Min(amount, MaxRate) };
            case "c" when number:
                return this with { Connections = (int)Math.Min(amount, MaxConnections) };
            case "n" when number:
                return this with { Count = (long)amount };
            case "duration" or "t" when Time(value) is { } time:
                return this with { Duration = time };
            case "timeout" when Time(value) is { } time:
                return this with { Timeout = time };
            case "H" when value.IndexOf(':', StringComparison.Ordinal) is > 0 and int colon:
                return this with { Headers = [.. Headers, (value[..colon].Trim(), value[(colon + 1)..].Trim())] };
            default:
                return null;
        }
    }

    private static TimeSpan? Time(string text)
    {
        (string digits, double factor) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 0.001),
            _ when text.EndsWith('s') => (text[..^1], 1),
            _ when text.EndsWith('m') => (text[..^1], 60),
            _ when text.EndsWith('h') => (text[..^1], 3600),
            _ => (text, 1),
        };
        return double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double amount) && amount > 0
            ? TimeSpan.FromSeconds(amount * factor)
            : null;
    }
}
