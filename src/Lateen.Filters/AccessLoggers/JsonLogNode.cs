namespace Lateen.Filters.AccessLoggers;

using System.Text;
using Lateen.Proxy.Formatting;

/// <summary>A value of a JSON log format: an object, a list, a constant, or text with operators.</summary>
internal abstract class JsonLogNode
{
    /// <summary>Writes the value; false when it is empty, and then nothing was written.</summary>
    public abstract bool TryWrite(FormatBuffer buffer, in FormatInput input, bool omitEmpty);

    public static JsonLogNode Object(IEnumerable<KeyValuePair<string, JsonLogNode>> fields) => new ObjectNode(fields);

    public static JsonLogNode List(IEnumerable<JsonLogNode> items) => new ListNode([.. items]);

    /// <summary>A number, true, false or null as it stands.</summary>
    public static JsonLogNode Constant(string json) => new ConstantNode(json);

    /// <exception cref="FormatException">An operator is not known.</exception>
    public static JsonLogNode Text(string format, bool allowsWithoutQuery = false) =>
        new TextNode(FormatParser.Parse(format, allowsWithoutQuery));

    private sealed class ObjectNode : JsonLogNode
    {
        private readonly (byte[] Key, JsonLogNode Value)[] _fields;

        // In the order of the keys: a struct has none of its own.
        public ObjectNode(IEnumerable<KeyValuePair<string, JsonLogNode>> fields) => _fields =
            [.. fields.OrderBy(static field => field.Key, StringComparer.Ordinal).Select(static f => (Quote(f.Key), f.Value))];

        public override bool TryWrite(FormatBuffer buffer, in FormatInput input, bool omitEmpty)
        {
            buffer.Append((byte)'{');
            bool first = true;
            foreach ((byte[] key, JsonLogNode value) in _fields)
            {
                int start = buffer.Length;
                if (!first)
                {
                    buffer.Append((byte)',');
                }

                buffer.Append(key);
                if (value.TryWrite(buffer, input, omitEmpty))
                {
                    first = false;
                }
                else if (omitEmpty)
                {
                    buffer.Advance(start - buffer.Length);
                }
                else
                {
                    first = false;
                    buffer.Append("null"u8);
                }
            }

            buffer.Append((byte)'}');
            return true;
        }

        private static byte[] Quote(string key)
        {
            var buffer = new FormatBuffer();
            buffer.Append(key);
            buffer.EscapeJsonFrom(0);
            return Encoding.UTF8.GetBytes("\"" + Encoding.UTF8.GetString(buffer.Written) + "\":");
        }
    }

    private sealed class ListNode(JsonLogNode[] items) : JsonLogNode
    {
        public override bool TryWrite(FormatBuffer buffer, in FormatInput input, bool omitEmpty)
        {
            buffer.Append((byte)'[');
            for (int i = 0; i < items.Length; i++)
            {
                if (i > 0)
                {
                    buffer.Append((byte)',');
                }

                if (!items[i].TryWrite(buffer, input, omitEmpty))
                {
                    buffer.Append("null"u8);
                }
            }

            buffer.Append((byte)']');
            return true;
        }
    }

    private sealed class ConstantNode(string json) : JsonLogNode
    {
        private readonly byte[] _bytes = Encoding.UTF8.GetBytes(json);

        public override bool TryWrite(FormatBuffer buffer, in FormatInput input, bool omitEmpty)
        {
            buffer.Append(_bytes);
            return true;
        }
    }

    // Exactly one operator keeps its type; among other text it is text.
    private sealed class TextNode(FormatOperator[] parts) : JsonLogNode
    {
        public override bool TryWrite(FormatBuffer buffer, in FormatInput input, bool omitEmpty)
        {
            bool single = parts.Length == 1;
            if (single && parts[0].IsNumber)
            {
                return parts[0].TryWrite(buffer, input);
            }

            buffer.Append((byte)'"');
            int start = buffer.Length;
            foreach (FormatOperator part in parts)
            {
                if (part.TryWrite(buffer, input))
                {
                    continue;
                }

                if (single)
                {
                    buffer.Advance(-1);
                    return false;
                }

                buffer.Append(omitEmpty ? ""u8 : "-"u8);
            }

            buffer.EscapeJsonFrom(start);
            buffer.Append((byte)'"');
            return true;
        }
    }
}
