namespace Lateen.Samples.Fortio;

using System.Globalization;

/// <summary>fortio's flags, as far as the tasks use them. A flag may have one dash or two, and its value after a blank or "=".</summary>
internal sealed record FortioOptions
{
    private const int MaxConnections = 1000;

    /// <summary>Flags that name fortio's inner workings; here they would change nothing, and scripts carry them along.</summary>
    private static readonly HashSet<string> WithoutMeaning = new(StringComparer.Ordinal)
        { "stdclient", "a", "log-errors", "logger-force-color", "logger-no-color", "logger-json", "quiet", "h2", "nocatchup", "jitter" };

    public Uri? Url { get; init; }

    public int Connections { get; init; } = 4;

    /// <summary>Calls a second over all connections; 0 means as fast as answers come.</summary>
    public double Rate { get; init; } = 8;

    /// <summary>Calls in all; 0 means that the duration decides.</summary>
    public long Count { get; init; }

    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(5);

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);

    public bool Quiet { get; init; }

    public bool AllowInitialErrors { get; init; }

    public bool KeepAlive { get; init; } = true;

    /// <summary>Spreads the connections' first calls over the time between two calls.</summary>
    public bool Uniform { get; init; }

    public bool Insecure { get; init; }

    public double Resolution { get; init; } = 0.001;

    public string? Json { get; init; }

    public string Labels { get; init; } = "";

    public string? Method { get; init; }

    public string Payload { get; init; } = "";

    public string HttpPort { get; init; } = "8080";

    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    public IReadOnlyList<double> Percentiles { get; init; } = [50, 75, 90, 99, 99.9];

    public static FortioOptions? Parse(IReadOnlyList<string> args, out string error)
    {
        FortioOptions options = new();
        error = "";
        for (int i = 0; i < args.Count; i++)
        {
            if (!args[i].StartsWith('-'))
            {
                string text = args[i].Contains("://", StringComparison.Ordinal) ? args[i] : "http://" + args[i];
                if (!Uri.TryCreate(text, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
                {
                    error = $"'{args[i]}' is no http URL";
                    return null;
                }

                options = options with { Url = url };
                continue;
            }

            (string name, string? value) = Split(args[i].TrimStart('-'));
            if (value is null && !IsSwitch(name))
            {
                value = i + 1 < args.Count ? args[++i] : "";
            }

            if (options.With(name, value ?? "true") is not { } changed)
            {
                error = $"flag -{name} is unknown here or cannot take '{value}'";
                return null;
            }

            options = changed;
        }

        return options;
    }

    private static (string Name, string? Value) Split(string flag) =>
        flag.IndexOf('=', StringComparison.Ordinal) is > 0 and int at ? (flag[..at], flag[(at + 1)..]) : (flag, null);

    private static bool IsSwitch(string name) =>
        name is "quiet" or "allow-initial-errors" or "keepalive" or "uniform" or "k" or "L" || WithoutMeaning.Contains(name);

    private FortioOptions? With(string name, string value)
    {
        bool isNumber = double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= 0;
        bool isSwitch = bool.TryParse(value, out bool on);
        return name switch
        {
            "c" when isNumber && number >= 1 => this with { Connections = (int)Math.Min(number, MaxConnections) },
            "qps" when isNumber || value is "-1" or "max" => this with { Rate = value is "-1" or "max" ? 0 : number },
            "n" when isNumber => this with { Count = (long)number },
            "t" when GoDuration.Parse(value) is { } time => this with { Duration = time },
            "timeout" when GoDuration.Parse(value) is { } time => this with { Timeout = time },
            "H" when value.IndexOf(':', StringComparison.Ordinal) is > 0 and int colon =>
                this with { Headers = [.. Headers, (value[..colon].Trim(), value[(colon + 1)..].Trim())] },
            "content-type" => this with { Headers = [.. Headers, ("Content-Type", value)] },
            "quiet" when isSwitch => this with { Quiet = on },
            "allow-initial-errors" when isSwitch => this with { AllowInitialErrors = on },
            "keepalive" when isSwitch => this with { KeepAlive = on },
            "uniform" when isSwitch => this with { Uniform = on },
            "k" when isSwitch => this with { Insecure = on },
            "r" when isNumber && number > 0 => this with { Resolution = number },
            "p" => WithPercentiles(value),
            "json" => this with { Json = value },
            "labels" => this with { Labels = value },
            "X" => this with { Method = value },
            "payload" => this with { Payload = value },
            "http-port" => this with { HttpPort = value.TrimStart(':') },
            "loglevel" => this with { Quiet = Quiet || value.ToLowerInvariant() is "error" or "critical" or "fatal" },
            _ => WithoutMeaning.Contains(name) && isSwitch ? this : null,
        };
    }

    private FortioOptions? WithPercentiles(string value)
    {
        List<double> percentiles = [];
        foreach (string part in value.Split(','))
        {
            if (!double.TryParse(part, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double percent) || percent > 100)
            {
                return null;
            }

            percentiles.Add(percent);
        }

        return this with { Percentiles = percentiles };
    }
}
