namespace Lateen.Proxy.Agent;

using System.Globalization;

/// <summary>The proxy's own log: one line per event on standard error, never per request.</summary>
public sealed class ProxyLog(TextWriter output, TimeProvider time)
{
    private readonly Lock _lock = new();
    private volatile int _level = (int)LogLevel.Info;

    /// <summary>Lines below this are not written; may change at any time (/logging).</summary>
    public LogLevel Level
    {
        get => (LogLevel)_level;
        set => _level = (int)value;
    }

    public void Debug(string component, string message) => Write(LogLevel.Debug, component, message);

    public void Info(string component, string message) => Write(LogLevel.Info, component, message);

    public void Warning(string component, string message) => Write(LogLevel.Warning, component, message);

    public void Error(string component, string message) => Write(LogLevel.Error, component, message);

    private void Write(LogLevel level, string component, string message)
    {
        if (level < Level)
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
