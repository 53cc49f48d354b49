namespace Lateen.Proxy.Formatting;

using System.Text;
using System.Text.Json;

/// <summary>
/// %UPSTREAM_METADATA(NAMESPACE:KEY*):Z% and %CLUSTER_METADATA(…)%: a value of the configuration's metadata;
/// %DYNAMIC_METADATA(…)%: of what the PROXY protocol told. Texts are written as they
/// are, everything else as JSON. Metadata is kept as JSON and read when asked, so that hosts by the thousand stay small.
/// </summary>
internal sealed class MetadataOperator : FormatOperator
{
    private readonly MetadataSource _source;
    private readonly byte[][] _path;
    private readonly int _maxBytes;

    /// <exception cref="FormatException">No namespace is given.</exception>
    public MetadataOperator(MetadataSource source, string argument, int maxBytes)
    {
        _source = source;
        _maxBytes = maxBytes;
        string[] path = argument.StartsWith('[') ? List(argument) : argument.Split(':');
        if (path.Any(static part => part.Length == 0))
        {
            throw new FormatException($"metadata ({argument}) needs a namespace, and then keys, separated by ':'");
        }

        _path = [.. path.Select(Encoding.UTF8.GetBytes)];
    }

    public override bool TryWrite(FormatBuffer buffer, in FormatInput input)
    {
        byte[]? metadata = _source switch
        {
            MetadataSource.Host => input.Info.UpstreamHost?.Config.Metadata,
            MetadataSource.Cluster => input.Info.Cluster?.Config.Metadata,
            _ => input.Info.DynamicMetadata,
        };
        if (metadata is null)
        {
            return false;
        }

        var reader = new Utf8JsonReader(metadata);
        reader.Read();
        foreach (byte[] part in _path)
        {
            if (!TryEnter(ref reader, part))
            {
                return false;
            }
        }

        int start = buffer.Length;
        bool found = TryWriteValue(buffer, ref reader, metadata);
        if (buffer.Length - start > _maxBytes)
        {
            buffer.Advance(start + _maxBytes - buffer.Length);
        }

        return found;
    }

    // The older way of writing it in headers: ["namespace", "key"].
    private static string[] List(string argument)
    {
        try
        {
            using var document = JsonDocument.Parse(argument);
            return [.. document.RootElement.EnumerateArray().Select(static e => e.GetString() ?? "")];
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new FormatException($"metadata ({argument}) is not a list of texts");
        }
    }

    private static bool TryEnter(ref Utf8JsonReader reader, byte[] name)
    {
        if (reader.TokenType is not JsonTokenType.StartObject)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            bool same = reader.ValueTextEquals(name);
            reader.Read();
            if (same)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }

    private static bool TryWriteValue(FormatBuffer buffer, ref Utf8JsonReader reader, byte[] metadata)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return false;
            case JsonTokenType.String:
                buffer.Advance(reader.CopyString(buffer.Reserve(reader.ValueSpan.Length)));
                return true;
            default:
                int start = (int)reader.TokenStartIndex;
                reader.Skip();
                buffer.Append(metadata.AsSpan(start, (int)reader.BytesConsumed - start));
                return true;
        }
    }
}
