namespace Lateen.Filters.AccessLoggers;

using Envoy.Config.Core.V3;
using Envoy.Extensions.AccessLoggers.File.V3;
using Envoy.Extensions.AccessLoggers.Stream.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Http;
using Lateen.Proxy.Xds.Reading;

/// <summary>Reads the configuration of the file, stdout and stderr access loggers.</summary>
internal static class AccessLogConfigReader
{
    public static AccessLogger? ReadFile(Any any, string path, ReadContext context, FilterEnvironment environment)
    {
        if (!context.TryUnpack(any, path, FileAccessLog.Parser, out FileAccessLog message))
        {
            return null;
        }

        LogFormat? format = message.AccessLogFormatCase is FileAccessLog.AccessLogFormatOneofCase.Format
            ? Text(message.Format, $"{path}.format", context)
            : Read(message.LogFormat, $"{path}.log_format", context);
        return Open(message.Path, format, $"{path}.path", context, environment);
    }

    public static AccessLogger? ReadStdout(Any any, string path, ReadContext context, FilterEnvironment environment) =>
        context.TryUnpack(any, path, StdoutAccessLog.Parser, out StdoutAccessLog message)
            ? Open("/dev/stdout", Read(message.LogFormat, $"{path}.log_format", context), path, context, environment)
            : null;

    public static AccessLogger? ReadStderr(Any any, string path, ReadContext context, FilterEnvironment environment) =>
        context.TryUnpack(any, path, StderrAccessLog.Parser, out StderrAccessLog message)
            ? Open("/dev/stderr", Read(message.LogFormat, $"{path}.log_format", context), path, context, environment)
            : null;

    private static FormattedAccessLogger? Open(
        string file, LogFormat? format, string path, ReadContext context, FilterEnvironment environment)
    {
        if (format is null)
        {
            return null;
        }

        try
        {
            return new FormattedAccessLogger(format, environment.LogSinks.Open(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            context.Error(path, $"cannot open the access log '{file}': {e.Message}");
            return null;
        }
    }

    private static LogFormat? Read(SubstitutionFormatString? message, string path, ReadContext context)
    {
        switch (message?.FormatCase)
        {
            case null or SubstitutionFormatString.FormatOneofCase.None:
                return Text(TextLogFormat.EnvoyDefault, path, context);
            case SubstitutionFormatString.FormatOneofCase.TextFormat:
                return Text(message.TextFormat, $"{path}.text_format", context);
            case SubstitutionFormatString.FormatOneofCase.TextFormatSource when message.TextFormatSource.InlineString.Length > 0:
                return Text(message.TextFormatSource.InlineString, $"{path}.text_format_source.inline_string", context);
            case SubstitutionFormatString.FormatOneofCase.JsonFormat:
                return Json(message.JsonFormat, $"{path}.json_format", context);
            default:
                context.Error(path, $"{message.FormatCase} is not supported here; use text_format or json_format");
                return null;
        }
    }

    private static TextLogFormat? Text(string format, string path, ReadContext context)
    {
        try
        {
            return new TextLogFormat(format);
        }
        catch (FormatException e)
        {
            context.Error(path, e.Message);
            return null;
        }
    }

    private static JsonLogFormat? Json(Struct format, string path, ReadContext context)
    {
        var fields = new List<KeyValuePair<string, string>>();
        foreach ((string key, Value value) in format.Fields)
        {
            if (value.KindCase is not Value.KindOneofCase.StringValue)
            {
                context.Error($"{path}.{key}", "must be a string; nested objects are not supported");
                return null;
            }

            fields.Add(new(key, value.StringValue));
        }

        try
        {
            return new JsonLogFormat(fields);
        }
        catch (FormatException e)
        {
            context.Error(path, e.Message);
            return null;
        }
    }
}
