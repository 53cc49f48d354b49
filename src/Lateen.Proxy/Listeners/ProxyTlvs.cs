namespace Lateen.Proxy.Listeners;

using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using Lateen.Proxy.Config;

/// <summary>Makes metadata, as JSON, of the values that a PROXY protocol header carries (proxy-protocol.txt, section 2.2.7).</summary>
internal static class ProxyTlvs
{
    private const int HeadBytes = 3;

    // A value need be no text; what is none becomes '!' (Envoy, proxy_protocol filter).
    private static readonly Encoding Text = Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback("!"));

    /// <summary>Null when no rule finds its value. Of a type that comes twice the last counts.</summary>
    public static byte[]? ToMetadata(IReadOnlyList<ProxyTlvRule> rules, ReadOnlySpan<byte> tlvs)
    {
        if (rules.Count == 0 || tlvs.IsEmpty)
        {
            return null;
        }

        var found = new SortedDictionary<(string Namespace, string Key), string>();
        for (ReadOnlySpan<byte> rest = tlvs; rest.Length >= HeadBytes;)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(rest[1..]);
            foreach (ProxyTlvRule rule in rules)
            {
                if (rule.Type == rest[0])
                {
                    found[(rule.Namespace, rule.Key)] = Text.GetString(rest.Slice(HeadBytes, length));
                }
            }

            rest = rest[(HeadBytes + length)..];
        }

        return found.Count == 0 ? null : Write(found);
    }

    private static byte[] Write(SortedDictionary<(string Namespace, string Key), string> values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (IGrouping<string, KeyValuePair<(string Namespace, string Key), string>> group in values.GroupBy(static v => v.Key.Namespace))
        {
            writer.WriteStartObject(group.Key);
            foreach (KeyValuePair<(string Namespace, string Key), string> value in group)
            {
                writer.WriteString(value.Key.Key, value.Value);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
