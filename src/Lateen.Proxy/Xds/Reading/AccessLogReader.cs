namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Accesslog.V3;
using Lateen.Proxy.Http;

/// <summary>Reads a list of access loggers.</summary>
internal static class AccessLogReader
{
    public static IReadOnlyList<AccessLogger> Read(IReadOnlyList<AccessLog> messages, string path, ReadContext context)
    {
        var loggers = new List<AccessLogger>(messages.Count);
        for (int i = 0; i < messages.Count; i++)
        {
            AccessLogger? logger = ReadOne(messages[i], $"{path}[{i}]", context);
            if (logger is not null)
            {
                loggers.Add(logger);
            }
        }

        return loggers;
    }

    private static AccessLogger? ReadOne(AccessLog message, string path, ReadContext context)
    {
        if (message.TypedConfig is null)
        {
            context.Error($"{path}.typed_config", $"is required ({message.Name})");
            return null;
        }

        string type = ReadContext.TypeName(message.TypedConfig.TypeUrl);
        if (!context.Extensions.AccessLoggers.TryGetValue(type, out AccessLoggerReader? reader))
        {
            context.Error($"{path}.typed_config", $"unknown extension type URL {message.TypedConfig.TypeUrl}");
            return null;
        }

        AccessLogger? logger = reader(message.TypedConfig, $"{path}.typed_config", context);
        Predicate<StreamInfo>? filter = ReadFilter(message.Filter, $"{path}.filter", context);
        return logger is null || filter is null ? logger : new FilteredAccessLogger(filter, logger);
    }

    private static Predicate<StreamInfo>? ReadFilter(AccessLogFilter? message, string path, ReadContext context)
    {
        switch (message?.FilterSpecifierCase)
        {
            case null or AccessLogFilter.FilterSpecifierOneofCase.None:
                return null;
            case AccessLogFilter.FilterSpecifierOneofCase.StatusCodeFilter:
                return Comparison(message.StatusCodeFilter.Comparison, static info => info.ResponseCode);
            case AccessLogFilter.FilterSpecifierOneofCase.DurationFilter:
                return Comparison(message.DurationFilter.Comparison, static info => (info.EndMicros - info.StartMicros) / 1000);
            case AccessLogFilter.FilterSpecifierOneofCase.ResponseFlagFilter:
                return FlagFilter([.. message.ResponseFlagFilter.Flags]);
            default:
                context.Error(path, $"{message.FilterSpecifierCase} is not supported; use status_code, duration or response_flag");
                return null;
        }
    }

    private static Predicate<StreamInfo> Comparison(ComparisonFilter comparison, Func<StreamInfo, long> value)
    {
        long limit = comparison.Value?.DefaultValue ?? 0;
        return comparison.Op switch
        {
            ComparisonFilter.Types.Op.Ge => info => value(info) >= limit,
            ComparisonFilter.Types.Op.Le => info => value(info) <= limit,
            _ => info => value(info) == limit,
        };
    }

    private static Predicate<StreamInfo> FlagFilter(string[] names)
    {
        ResponseFlags wanted = ResponseFlags.None;
        for (int bit = 0; bit < 32; bit++)
        {
            ResponseFlags flag = (ResponseFlags)(1u << bit);
            if (Enum.IsDefined(flag) && names.Contains(ResponseFlagNames.ShortName(flag)))
            {
                wanted |= flag;
            }
        }

        // Without names any flag counts (accesslog.proto, which NR among others).
        return names.Length == 0 ? static info => info.Flags is not ResponseFlags.None : info => (info.Flags & wanted) != 0;
    }
}
