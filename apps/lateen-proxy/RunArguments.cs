namespace Lateen.ProxyApp;

using System.Globalization;
using Lateen.Engine.Loop;
using Lateen.Proxy.Agent;

/// <summary>The flags of the commands that run a proxy.</summary>
internal sealed record RunArguments
{
    // Flags of pilot-agent's template that name what we learn elsewhere or do not have; each takes a value.
    private static readonly HashSet<string> Accepted = new(StringComparer.Ordinal)
    {
        "--domain", "--serviceCluster", "--proxyComponentLogLevel", "--log_output_level", "--log_as_json", "--stsPort",
        "--tokenManagerPlugin", "--trust-domain", "--templateFile", "--drain-time-s", "--parent-shutdown-time-s", "--restart-epoch",
        "--base-id", "--component-log-level", "--log-format", "--service-node", "--service-cluster",
    };

    public string ConfigPath { get; init; } = "";

    public string NodeType { get; init; } = "";

    /// <summary>0 when not given.</summary>
    public int Concurrency { get; init; }

    /// <summary>The kernel interface of the workers' loops.</summary>
    public LoopBackend Loop { get; init; } = LoopBackend.Auto;

    public LogLevel LogLevel { get; init; } = LogLevel.Info;

    /// <exception cref="FormatException">A flag is unknown or its value is wrong.</exception>
    public static RunArguments Parse(IReadOnlyList<string> args)
    {
        var result = new RunArguments();
        for (int i = 0; i < args.Count; i++)
        {
            if (args[i] is "sidecar" or "router")
            {
                result = result with { NodeType = args[i] };
                continue;
            }

            int equals = args[i].IndexOf('=', StringComparison.Ordinal);
            string name = equals > 0 ? args[i][..equals] : args[i];
            string value = equals > 0 ? args[i][(equals + 1)..] : i + 1 < args.Count ? args[++i] : "";
            result = result.With(name, value);
        }

        return result;
    }

    private RunArguments With(string name, string value)
    {
        switch (name)
        {
            case "-c" or "--config-path":
                return this with { ConfigPath = value };
            case "--concurrency":
                return int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int workers) && workers <= 256
                    ? this with { Concurrency = workers }
                    : throw new FormatException($"--concurrency {value}: a number from 0 to 256 is needed");
            case "--loop":
                return this with { Loop = LoopOf(value) };
            case "-l" or "--log-level" or "--proxyLogLevel":
                return Enum.TryParse(value, ignoreCase: true, out LogLevel level) && Enum.IsDefined(level)
                    ? this with { LogLevel = level }
                    : throw new FormatException($"{name} {value}: use trace, debug, info, warning, error, critical or off");
            default:
                return Accepted.Contains(name) ? this : throw new FormatException($"unknown flag {name}");
        }
    }

    private static LoopBackend LoopOf(string value) => value switch
    {
        "auto" => LoopBackend.Auto,
        "epoll" => LoopBackend.Epoll,
        "io_uring" => LoopBackend.IoUring,
        _ => throw new FormatException($"--loop {value}: use auto, io_uring or epoll"),
    };
}
