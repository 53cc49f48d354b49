namespace Lateen.Filters.AccessLoggers;

using Lateen.Proxy.Formatting;

/// <summary>
/// One JSON object per line. A value that is exactly one operator keeps its type, and is null, or left out, when it is missing.
/// </summary>
internal sealed class JsonLogFormat(JsonLogNode root, bool omitEmpty = false) : LogFormat
{
    public override void Write(FormatBuffer buffer, in FormatInput input)
    {
        root.TryWrite(buffer, input, omitEmpty);
        buffer.Append((byte)'\n');
    }
}
