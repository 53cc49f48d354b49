namespace Lateen.Filters.AccessLoggers;

/// <summary>An operator without arguments, from the table in <see cref="LogOperators"/>.</summary>
internal sealed class PlainOperator(LogWriteFunction write, bool isNumber) : LogOperator
{
    public override bool IsNumber => isNumber;

    public override bool TryWrite(LogBuffer buffer, in LogEntry entry) => write(buffer, entry);
}
