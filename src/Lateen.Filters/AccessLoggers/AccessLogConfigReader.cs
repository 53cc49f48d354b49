namespace Lateen.Filters.AccessLoggers;

using System.Globalization;
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
        if (message is null)
        {
            return Guarded(path, context, static () => new TextLogFormat(TextLogFormat.EnvoyDefault));
        }

        bool plainPath = ReadFormatters(message, path, context);
        bool omit = message.OmitEmptyValues;
        switch (message.FormatCase)
        {
            case SubstitutionFormatString.FormatOneofCase.None:
                return Guarded(path, context, () => new TextLogFormat(TextLogFormat.EnvoyDefault, omit));
            case SubstitutionFormatString.FormatOneofCase.TextFormat:
                return Guarded($"{path}.text_format", context, () => new TextLogFormat(message.TextFormat, omit, plainPath));
            case SubstitutionFormatString.FormatOneofCase.TextFormatSource when message.TextFormatSource.InlineString.Length > 0:
                return Guarded(
                    $"{path}.text_format_source.inline_string", context,
                    () => new TextLogFormat(message.TextFormatSource.InlineString, omit, plainPath));
            case SubstitutionFormatString.FormatOneofCase.TextFormatSource when message.TextFormatSource.InlineBytes.Length > 0:
                return Guarded(
                    $"{path}.text_format_source.inline_bytes", context,
                    () => new TextLogFormat(message.TextFormatSource.InlineBytes.ToStringUtf8(), omit, plainPath));
            case SubstitutionFormatString.FormatOneofCase.JsonFormat:
                return Guarded(
                    $"{path}.json_format", context, () => new JsonLogFormat(JsonObject(message.JsonFormat, plainPath), omit));
            default:
                context.Error(path, $"{message.FormatCase} is not supported here; use text_format, text_format_source or json_format");
                return null;
        }
    }

    private static bool ReadFormatters(SubstitutionFormatString message, string path, ReadContext context)
    {
        bool plainPath = false;
        for (int i = 0; i < message.Formatters.Count; i++)
        {
            string type = ReadContext.TypeName(message.Formatters[i].TypedConfig?.TypeUrl ?? "");
            if (type == "envoy.extensions.formatter.req_without_query.v3.ReqWithoutQuery")
            {
                plainPath = true;
            }
            else
            {
                context.Error($"{path}.formatters[{i}]", $"unknown extension type URL {message.Formatters[i].TypedConfig?.TypeUrl}");
            }
        }

        return plainPath;
    }

    private static LogFormat? Guarded(string path, ReadContext context, Func<LogFormat> create)
    {
        try
        {
            return create();
        }
        catch (FormatException e)
        {
            context.Error(path, e.Message);
            return null;
        }
    }

    private static TextLogFormat? Text(string format, string path, ReadContext context) =>
        Guarded(path, context, () => new TextLogFormat(format)) as TextLogFormat;

    private static JsonLogNode JsonObject(Struct value, bool plainPath) => JsonLogNode.Object(
        value.Fields.Select(field => KeyValuePair.Create(field.Key, JsonValue(field.Value, plainPath))));

    private static JsonLogNode JsonValue(Value value, bool plainPath) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => JsonLogNode.Text(value.StringValue, plainPath),
        Value.KindOneofCase.StructValue => JsonObject(value.StructValue, plainPath),
        Value.KindOneofCase.ListValue => JsonLogNode.List(value.ListValue.Values.Select(each => JsonValue(each, plainPath))),
        Value.KindOneofCase.NumberValue => JsonLogNode.Constant(value.NumberValue.ToString("R", CultureInfo.InvariantCulture)),
        Value.KindOneofCase.BoolValue => JsonLogNode.Constant(value.BoolValue ? "true" : "false"),
        _ => JsonLogNode.Constant("null"),
    };
}
