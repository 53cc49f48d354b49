namespace Lateen.Proxy.Agent;

using System.Collections.Frozen;
using System.Globalization;

/// <summary>The proxy's own log: one line per event on standard error, never per request.</summary>
public sealed class ProxyLog(TextWriter output, TimeProvider time)
{
    private readonly Lock _lock = new();
    private volatile int _level = (int)LogLevel.Info;
    private volatile FrozenDictionary<string, LogLevel> _own = FrozenDictionary<string, LogLevel>.Empty;

    /// <summary>The loggers there are; "lateen" is all that has no level of its own.</summary>
    public IReadOnlyList<string> Components { get; } =
        ["lateen", "admin", "app", "config", "dns", "drain", "engine", "listener", "main", "overload", "xds"];

    /// <summary>Lines below this are not written; may change at any time (/logging).</summary>
    public LogLevel Level
    {
        get => (LogLevel)_level;
        set => _level = (int)value;
    }

    public LogLevel LevelOf(string component) => _own.GetValueOrDefault(component, Level);

    /// <summary>Sets one logger's level, or with an empty name that of all.</summary>
    public void SetLevel(string component, LogLevel level)
    {
        if (component is "" or "lateen")
        {
            Level = level;
            _own = FrozenDictionary<string, LogLevel>.Empty;
            return;
        }

        _own = new Dictionary<string, LogLevel>(_own, StringComparer.Ordinal) { [component] = level }.ToFrozenDictionary();
    }

    public void Debug(string component, string message) => Write(LogLevel.Debug, component, message);

    public void Info(string component, string message) => Write(LogLevel.Info, component, message);

    public void Warning(string component, string message) => Write(LogLevel.Warning, component, message);

    public void Error(string component, string message) => Write(LogLevel.Error, component, message);

    private void Write(LogLevel level, string component, string message)
    {
        if (level < LevelOf(component))
        {
            return;
        }

        string stamp = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        lock (_lock)
        {
            output.WriteLine($"{stamp}\t{level.ToString().ToLowerInvariant()}\tlateen {component}\t{message}");
            output.Flush();
        }
    }
}
