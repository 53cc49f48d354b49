namespace Lateen.Filters.AccessLoggers;

/// <summary>
/// One JSON object per line. A value that is exactly one operator keeps its type, and is null, or left out, when it is missing.
/// </summary>
internal sealed class JsonLogFormat(JsonLogNode root, bool omitEmpty = false) : LogFormat
{
    public override void Write(LogBuffer buffer, in LogEntry entry)
    {
        root.TryWrite(buffer, entry, omitEmpty);
        buffer.Append((byte)'\n');
    }
}
