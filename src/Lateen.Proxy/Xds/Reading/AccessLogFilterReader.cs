namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Accesslog.V3;
using Google.Protobuf.Collections;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Message = Envoy.Config.Accesslog.V3.AccessLogFilter;

/// <summary>Reads which entries an access logger writes.</summary>
internal static class AccessLogFilterReader
{
    /// <summary>Null lets everything through.</summary>
    public static AccessLogFilter? Read(Message? message, string path, ReadContext context)
    {
        switch (message?.FilterSpecifierCase)
        {
            case null or Message.FilterSpecifierOneofCase.None:
                return null;
            case Message.FilterSpecifierOneofCase.StatusCodeFilter:
                return Comparison(message.StatusCodeFilter.Comparison, static info => info.ResponseCode);
            case Message.FilterSpecifierOneofCase.DurationFilter:
                return Comparison(message.DurationFilter.Comparison, static info => (info.EndMicros - info.StartMicros) / 1000);
            case Message.FilterSpecifierOneofCase.ResponseFlagFilter:
                return Flags(message.ResponseFlagFilter, $"{path}.response_flag_filter", context);
            case Message.FilterSpecifierOneofCase.GrpcStatusFilter:
                return GrpcStatus(message.GrpcStatusFilter);
            case Message.FilterSpecifierOneofCase.HeaderFilter:
                return Header(message.HeaderFilter, $"{path}.header_filter", context);
            case Message.FilterSpecifierOneofCase.NotHealthCheckFilter:
                // Nothing here answers health checks of its own, so every stream is somebody's request.
                return null;
            case Message.FilterSpecifierOneofCase.RuntimeFilter:
                return Share(message.RuntimeFilter, $"{path}.runtime_filter", context);
            case Message.FilterSpecifierOneofCase.AndFilter:
                return All(message.AndFilter.Filters, $"{path}.and_filter", context);
            case Message.FilterSpecifierOneofCase.OrFilter:
                return Any(message.OrFilter.Filters, $"{path}.or_filter", context);
            default:
                context.Error(path, $"{message.FilterSpecifierCase} is not supported");
                return null;
        }
    }

    private static AccessLogFilter Comparison(ComparisonFilter? comparison, Func<StreamInfo, long> value)
    {
        long limit = comparison?.Value?.DefaultValue ?? 0;
        return comparison?.Op switch
        {
            ComparisonFilter.Types.Op.Ge => (info, _) => value(info) >= limit,
            ComparisonFilter.Types.Op.Le => (info, _) => value(info) <= limit,
            ComparisonFilter.Types.Op.Ne => (info, _) => value(info) != limit,
            _ => (info, _) => value(info) == limit,
        };
    }

    private static AccessLogFilter Flags(ResponseFlagFilter message, string path, ReadContext context)
    {
        Dictionary<string, ResponseFlags> known = Enum.GetValues<ResponseFlags>().Where(static flag => flag is not ResponseFlags.None)
            .ToDictionary(ResponseFlagNames.ShortName, StringComparer.Ordinal);
        ResponseFlags wanted = ResponseFlags.None;
        foreach (string name in message.Flags)
        {
            if (!known.TryGetValue(name, out ResponseFlags flag))
            {
                context.Error($"{path}.flags", $"'{name}' is no response flag");
            }

            wanted |= flag;
        }

        // Without names any flag counts (accesslog.proto).
        return message.Flags.Count == 0
            ? static (info, _) => info.Flags is not ResponseFlags.None
            : (info, _) => (info.Flags & wanted) != 0;
    }

    private static AccessLogFilter GrpcStatus(GrpcStatusFilter message)
    {
        HashSet<int> wanted = [.. message.Statuses.Select(static status => (int)status)];
        bool exclude = message.Exclude;
        return (info, _) => wanted.Contains(info.GrpcStatus) != exclude;
    }

    private static AccessLogFilter? Header(HeaderFilter message, string path, ReadContext context)
    {
        if (message.Header is null)
        {
            context.Error($"{path}.header", "is required");
            return null;
        }

        HeaderMatcher matcher = MatcherReader.ReadHeaders([message.Header], $"{path}.header", context)[0];
        return (_, request) => request is not null && matcher.Matches(request);
    }

    private static AccessLogFilter Share(RuntimeFilter message, string path, ReadContext context)
    {
        FractionalShare share = MatcherReader.ReadShare(message.PercentSampled, $"{path}.percent_sampled", context);
        return (_, _) => (uint)Random.Shared.Next((int)share.Denominator) < share.Numerator;
    }

    private static AccessLogFilter? All(RepeatedField<Message> messages, string path, ReadContext context)
    {
        AccessLogFilter[] filters = ReadEach(messages, path, context);
        return filters.Length == 0 ? null : (info, request) => CountOf(filters, info, request) == filters.Length;
    }

    // One that lets everything through makes the whole do so.
    private static AccessLogFilter? Any(RepeatedField<Message> messages, string path, ReadContext context)
    {
        AccessLogFilter[] filters = ReadEach(messages, path, context);
        return filters.Length < messages.Count ? null : (info, request) => CountOf(filters, info, request) > 0;
    }

    // A loop of its own: a closure over the entry would allocate for each.
    private static int CountOf(AccessLogFilter[] filters, StreamInfo info, HeaderMap? request)
    {
        int count = 0;
        foreach (AccessLogFilter filter in filters)
        {
            count += filter(info, request) ? 1 : 0;
        }

        return count;
    }

    private static AccessLogFilter[] ReadEach(RepeatedField<Message> messages, string path, ReadContext context)
    {
        if (messages.Count < 2)
        {
            context.Error($"{path}.filters", "at least two are required");
        }

        var filters = new List<AccessLogFilter>();
        for (int i = 0; i < messages.Count; i++)
        {
            if (Read(messages[i], $"{path}.filters[{i}]", context) is { } filter)
            {
                filters.Add(filter);
            }
        }

        return [.. filters];
    }
}
