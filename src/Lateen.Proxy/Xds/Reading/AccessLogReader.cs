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
        AccessLogFilter? filter = AccessLogFilterReader.Read(message.Filter, $"{path}.filter", context);
        return logger is null || filter is null ? logger : new FilteredAccessLogger(filter, logger);
    }
}
