namespace Lateen.Filters.AccessLoggers;

/// <summary>How an entry is written: text or JSON.</summary>
internal abstract class LogFormat
{
    public abstract void Write(LogBuffer buffer, in LogEntry entry);
}
