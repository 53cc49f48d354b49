namespace Lateen.Filters.AccessLoggers;

/// <summary>One piece of a format: literal text or a command operator such as %DURATION%.</summary>
internal abstract class LogOperator
{
    /// <summary>The value is a JSON number.</summary>
    public virtual bool IsNumber => false;

    /// <summary>Writes the value; writes nothing and returns false when there is none, which is shown as "-" or null.</summary>
    public abstract bool TryWrite(LogBuffer buffer, in LogEntry entry);
}
