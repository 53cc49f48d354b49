namespace Lateen.Filters.AccessLoggers;

using System.Text;

/// <summary>
/// One JSON object per line with its keys in order. A value that is exactly one operator keeps its type, and is null when missing.
/// </summary>
internal sealed class JsonLogFormat : LogFormat
{
    private readonly Field[] _fields;

    public JsonLogFormat(IEnumerable<KeyValuePair<string, string>> fields)
    {
        var compiled = new List<Field>();
        foreach ((string key, string format) in fields.OrderBy(field => field.Key, StringComparer.Ordinal))
        {
            string prefix = (compiled.Count == 0 ? "{" : ",") + Quote(key) + ":";
            compiled.Add(new Field(Encoding.UTF8.GetBytes(prefix), LogFormatParser.Parse(format)));
        }

        _fields = [.. compiled];
    }

    public override void Write(LogBuffer buffer, in LogEntry entry)
    {
        foreach (Field field in _fields)
        {
            buffer.Append(field.Prefix);
            if (field.Parts.Length == 1)
            {
                WriteTyped(buffer, entry, field.Parts[0]);
            }
            else
            {
                WriteJoined(buffer, entry, field.Parts);
            }
        }

        buffer.Append(_fields.Length == 0 ? "{}\n"u8 : "}\n"u8);
    }

    private static void WriteTyped(LogBuffer buffer, in LogEntry entry, LogOperator part)
    {
        if (part.IsNumber)
        {
            if (!part.TryWrite(buffer, entry))
            {
                buffer.Append("null"u8);
            }

            return;
        }

        buffer.Append((byte)'"');
        int start = buffer.Length;
        if (!part.TryWrite(buffer, entry))
        {
            buffer.Advance(-1);
            buffer.Append("null"u8);
            return;
        }

        buffer.EscapeJsonFrom(start);
        buffer.Append((byte)'"');
    }

    private static void WriteJoined(LogBuffer buffer, in LogEntry entry, LogOperator[] parts)
    {
        buffer.Append((byte)'"');
        int start = buffer.Length;
        foreach (LogOperator part in parts)
        {
            if (!part.TryWrite(buffer, entry))
            {
                buffer.Append((byte)'-');
            }
        }

        buffer.EscapeJsonFrom(start);
        buffer.Append((byte)'"');
    }

    private static string Quote(string key)
    {
        var buffer = new LogBuffer();
        buffer.Append(key);
        buffer.EscapeJsonFrom(0);
        return "\"" + Encoding.UTF8.GetString(buffer.Written) + "\"";
    }

    private readonly record struct Field(byte[] Prefix, LogOperator[] Parts);
}
