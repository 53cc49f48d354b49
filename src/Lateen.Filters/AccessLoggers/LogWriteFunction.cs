namespace Lateen.Filters.AccessLoggers;

/// <summary>Writes an operator that takes no argument.</summary>
internal delegate bool LogWriteFunction(LogBuffer buffer, in LogEntry entry);
