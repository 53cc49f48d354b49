namespace Lateen.Api.Schema;

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

/// <summary>The values of fields in JSON form.</summary>
internal static class ProtoJsonValues
{
    private const long MaxSeconds = 315_576_000_000;

    public static void Scalar(WireWriter writer, JsonNode? node, FieldSchema field)
    {
        switch (field.Kind)
        {
            case FieldKind.Text:
                writer.Text(Text(node, field));
                break;
            case FieldKind.Bytes:
                writer.Bytes(Base64(Text(node, field), field));
                break;
            case FieldKind.Bool:
                writer.Varint(Kind(node) switch
                {
                    JsonValueKind.True => 1ul,
                    JsonValueKind.False => 0ul,
                    _ => throw Wrong(node, field),
                });
                break;
            case FieldKind.Enum:
                writer.Varint((ulong)(long)Enum(node, field));
                break;
            case FieldKind.Double:
                writer.Fixed64(BitConverter.DoubleToUInt64Bits(Real(node, field)));
                break;
            case FieldKind.Float:
                writer.Fixed32(BitConverter.SingleToUInt32Bits(Single(node, field)));
                break;
            case FieldKind.Fixed32:
                writer.Fixed32((uint)Whole(node, field, 0, uint.MaxValue));
                break;
            case FieldKind.SFixed32:
                writer.Fixed32((uint)(int)Whole(node, field, int.MinValue, int.MaxValue));
                break;
            case FieldKind.Fixed64:
                writer.Fixed64((ulong)Whole(node, field, 0, ulong.MaxValue));
                break;
            case FieldKind.SFixed64:
                writer.Fixed64((ulong)(long)Whole(node, field, long.MinValue, long.MaxValue));
                break;
            case FieldKind.UInt32:
                writer.Varint((ulong)Whole(node, field, 0, uint.MaxValue));
                break;
            case FieldKind.UInt64:
                writer.Varint((ulong)Whole(node, field, 0, ulong.MaxValue));
                break;
            case FieldKind.Int32:
                writer.Varint((ulong)(long)Whole(node, field, int.MinValue, int.MaxValue));
                break;
            case FieldKind.Int64:
                writer.Varint((ulong)(long)Whole(node, field, long.MinValue, long.MaxValue));
                break;
            case FieldKind.SInt32 or FieldKind.SInt64:
                bool isShort = field.Kind is FieldKind.SInt32;
                long signed = (long)Whole(node, field, isShort ? int.MinValue : long.MinValue, isShort ? int.MaxValue : long.MaxValue);
                writer.Varint((ulong)((signed << 1) ^ (signed >> 63)));
                break;
            default:
                throw Wrong(node, field);
        }
    }

    public static string Text(JsonNode? node) =>
        Kind(node) is JsonValueKind.String ? node?.GetValue<string>() ?? "" : throw new FormatException("\"@type\" must be a string");

    public static (long Seconds, int Nanos) Duration(JsonNode? node)
    {
        string text = Kind(node) is JsonValueKind.String ? node?.GetValue<string>() ?? "" : "";
        bool negative = text.StartsWith('-');
        ReadOnlySpan<char> rest = text.AsSpan(negative ? 1 : 0);
        int dot = rest.IndexOf('.');
        ReadOnlySpan<char> whole = rest is [.., 's'] ? dot < 0 ? rest[..^1] : rest[..dot] : default;
        ReadOnlySpan<char> fraction = rest is [.., 's'] && dot >= 0 ? rest[(dot + 1)..^1] : default;
        if (!long.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds)
            || !TryNanos(fraction, dot >= 0, out int nanos) || seconds > MaxSeconds)
        {
            throw new FormatException($"{node?.ToJsonString() ?? "null"} is no duration such as \"1.5s\"");
        }

        return negative ? (-seconds, -nanos) : (seconds, nanos);
    }

    public static (long Seconds, int Nanos) Timestamp(JsonNode? node)
    {
        string text = Kind(node) is JsonValueKind.String ? node?.GetValue<string>() ?? "" : "";
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
        {
            throw new FormatException($"{node?.ToJsonString() ?? "null"} is no time such as \"2026-01-31T12:00:00Z\"");
        }

        long ticks = time.UtcTicks - DateTime.UnixEpoch.Ticks;
        long seconds = Math.DivRem(ticks, TimeSpan.TicksPerSecond, out long rest);
        return rest < 0
            ? (seconds - 1, (int)((rest + TimeSpan.TicksPerSecond) * TimeSpan.NanosecondsPerTick))
            : (seconds, (int)(rest * TimeSpan.NanosecondsPerTick));
    }

    private static bool TryNanos(ReadOnlySpan<char> fraction, bool isGiven, out int nanos)
    {
        nanos = 0;
        if (!isGiven)
        {
            return true;
        }

        if (fraction.Length is 0 or > 9 || !int.TryParse(fraction, NumberStyles.None, CultureInfo.InvariantCulture, out nanos))
        {
            return false;
        }

        for (int i = fraction.Length; i < 9; i++)
        {
            nanos *= 10;
        }

        return true;
    }

    private static string Text(JsonNode? node, FieldSchema field) =>
        Kind(node) is JsonValueKind.String ? node?.GetValue<string>() ?? "" : throw Wrong(node, field);

    // Both alphabets, with and without padding.
    private static byte[] Base64(string text, FieldSchema field)
    {
        string standard = text.TrimEnd('=').Replace('-', '+').Replace('_', '/');
        try
        {
            return Convert.FromBase64String(standard.PadRight((standard.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException e)
        {
            throw new FormatException($"{field.Name} is no base64", e);
        }
    }

    private static int Enum(JsonNode? node, FieldSchema field)
    {
        if (Kind(node) is not JsonValueKind.String)
        {
            // NullValue is written as null.
            return node is null ? 0 : (int)Whole(node, field, int.MinValue, int.MaxValue);
        }

        return field.Enum.Find(node?.GetValue<string>() ?? "") ?? throw Wrong(node, field);
    }

    private static decimal Whole(JsonNode? node, FieldSchema field, decimal least, decimal most)
    {
        string text = Number(node, field);
        return decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value)
            && value == decimal.Truncate(value) && value >= least && value <= most ? value : throw Wrong(node, field);
    }

    private static double Real(JsonNode? node, FieldSchema field)
    {
        string text = Number(node, field);
        return text switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
                ? value : throw Wrong(node, field),
        };
    }

    private static float Single(JsonNode? node, FieldSchema field)
    {
        double value = Real(node, field);
        return double.IsFinite(value) && float.IsInfinity((float)value) ? throw Wrong(node, field) : (float)value;
    }

    private static string Number(JsonNode? node, FieldSchema field) => Kind(node) switch
    {
        JsonValueKind.Number => node?.ToJsonString() ?? "",
        JsonValueKind.String => node?.GetValue<string>() ?? "",
        _ => throw Wrong(node, field),
    };

    private static JsonValueKind Kind(JsonNode? node) => node?.GetValueKind() ?? JsonValueKind.Null;

    private static FormatException Wrong(JsonNode? node, FieldSchema field) =>
        new($"{field.Name}: {node?.ToJsonString() ?? "null"} does not fit a field of type {field.Kind}");
}
