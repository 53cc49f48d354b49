namespace Lateen.Proxy.Xds.Reading;

using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Schema;

/// <summary>Collects everything that is wrong with one resource, each with the path of its field.</summary>
public sealed class ReadContext(ExtensionCatalog extensions)
{
    private readonly List<string> _errors = [];
    private readonly List<string> _warnings = [];

    public ExtensionCatalog Extensions => extensions;

    /// <summary>Where filters whose configuration comes on its own find it; null without a control plane.</summary>
    internal DiscoveredFilters? Discovered { get; init; }

    /// <summary>The chains of the listener's last good message; null when there is none.</summary>
    internal FilterChainCache? ChainsBefore { get; init; }

    /// <summary>The chains that were read now.</summary>
    internal FilterChainCache Chains { get; } = new();

    /// <summary>Why the resource is rejected; empty when it is good.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>What is understood but has no effect.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    public void Error(string path, string why) => _errors.Add($"{path}: {why}");

    public void Warn(string path, string why) => _warnings.Add($"{path}: {why}");

    /// <summary>Notes a field that is set and that this version does not act on.</summary>
    public void NoEffect(bool isSet, string path)
    {
        if (isSet)
        {
            Warn(path, "has no effect in this version");
        }
    }

    /// <summary>Unpacks a message of one expected type; its unknown fields become warnings.</summary>
    public bool TryUnpack<T>(Any? any, string path, MessageParser<T> parser, out T message)
        where T : IMessage<T>, new()
    {
        message = new T();
        if (any is null)
        {
            Error(path, $"a {message.Descriptor.FullName} is required");
            return false;
        }

        // Only errors ask for the library's descriptors, which take milliseconds to make.
        MessageSchema? schema = ProtoSchema.Find(any.TypeUrl);
        if (schema is null || schema.ClrName != ClassName<T>.Value)
        {
            Error(path, $"unknown extension type URL {any.TypeUrl}; {message.Descriptor.FullName} is expected here");
            return false;
        }

        // A wrapper (UInt32Value and its like) that is cut short makes the library throw InvalidOperationException.
        try
        {
            message = parser.ParseFrom(any.Value);
            foreach (string unknown in UnknownFields.Find(any.Value, schema, path))
            {
                Warn(unknown, "unknown field, ignored");
            }
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidOperationException)
        {
            Error(path, $"is no valid {message.Descriptor.FullName}: {e.Message}");
            return false;
        }

        return true;
    }

    /// <summary>An optional duration; negative and out-of-range ones are errors.</summary>
    public TimeSpan Duration(Duration? duration, TimeSpan whenAbsent, string path)
    {
        if (duration is null)
        {
            return whenAbsent;
        }

        // TimeSpan holds about 29,000 years; protobuf allows 10,000 (duration.proto).
        const long maxSeconds = 315_576_000_000;
        if (duration.Seconds is < 0 or > maxSeconds || duration.Nanos is < 0 or >= 1_000_000_000)
        {
            Error(path, "must be a duration of 0 s or more");
            return whenAbsent;
        }

        return TimeSpan.FromTicks((duration.Seconds * TimeSpan.TicksPerSecond) + (duration.Nanos / TimeSpan.NanosecondsPerTick));
    }

    public static string TypeName(string typeUrl) => typeUrl[(typeUrl.LastIndexOf('/') + 1)..];

    private static class ClassName<T>
    {
        public static readonly string? Value = typeof(T).FullName;
    }
}
