namespace Lateen.Proxy.Bootstrap;

using Envoy.Config.Bootstrap.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Xds.Reading;

/// <summary>Reads layered_runtime: the few keys that act here; any other is refused rather than silently without effect.</summary>
internal static class RuntimeReader
{
    private const string ListenerPrefix = "envoy.resource_limits.listener.";
    private const string ListenerSuffix = ".connection_limit";
    private const string GlobalConnections = "overload.global_downstream_max_connections";

    // Our regular expressions are matched in linear time, so no limit on their program is needed.
    private const string RegexPrefix = "re2.max_program_size.";

    /// <summary>Connection limits by listener; later layers win.</summary>
    public static IReadOnlyDictionary<string, int> ReadListenerLimits(LayeredRuntime? runtime, string path, ReadContext context)
    {
        var limits = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach ((string key, Value value) in Keys(runtime))
        {
            if (key.StartsWith(ListenerPrefix, StringComparison.Ordinal) && key.EndsWith(ListenerSuffix, StringComparison.Ordinal))
            {
                limits[key[ListenerPrefix.Length..^ListenerSuffix.Length]] = (int)Number(value, $"{path}.{key}", context);
            }
            else if (key != GlobalConnections && !key.StartsWith(RegexPrefix, StringComparison.Ordinal))
            {
                context.Error($"{path}.{key}", "no such runtime key acts here; remove it");
            }
        }

        return limits;
    }

    /// <summary>The limit of all downstream connections that older configurations set here; null when it is absent.</summary>
    public static long? ReadGlobalConnections(LayeredRuntime? runtime, string path, ReadContext context)
    {
        long? limit = null;
        foreach ((string key, Value value) in Keys(runtime))
        {
            limit = key == GlobalConnections ? Number(value, $"{path}.{key}", context) : limit;
        }

        return limit;
    }

    private static long Number(Value value, string path, ReadContext context)
    {
        bool fits = value.KindCase is Value.KindOneofCase.NumberValue && value.NumberValue is >= 1 and <= int.MaxValue;
        if (!fits)
        {
            context.Error(path, "must be a whole number from 1 on");
        }

        return fits ? (long)value.NumberValue : 0;
    }

    // Keys may be written with dots or as nested objects.
    private static IEnumerable<KeyValuePair<string, Value>> Keys(LayeredRuntime? runtime) =>
        runtime?.Layers.Where(static layer => layer.StaticLayer is not null).SelectMany(static layer => Keys("", layer.StaticLayer)) ?? [];

    private static IEnumerable<KeyValuePair<string, Value>> Keys(string prefix, Struct values)
    {
        foreach ((string key, Value value) in values.Fields)
        {
            if (value.KindCase is not Value.KindOneofCase.StructValue)
            {
                yield return new(prefix + key, value);
                continue;
            }

            foreach (KeyValuePair<string, Value> inner in Keys($"{prefix}{key}.", value.StructValue))
            {
                yield return inner;
            }
        }
    }
}
