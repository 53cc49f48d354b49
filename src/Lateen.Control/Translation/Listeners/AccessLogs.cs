namespace Lateen.Control.Translation.Listeners;

using System.Text.Json;
using Envoy.Config.Accesslog.V3;
using Envoy.Config.Core.V3;
using Envoy.Extensions.AccessLoggers.File.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

/// <summary>The file access logger, with Istio's default formats.</summary>
internal static class AccessLogs
{
    private const string Name = "envoy.access_loggers.file";

    private const string DefaultText =
        "[%START_TIME%] \"%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%\" %RESPONSE_CODE% %RESPONSE_FLAGS% "
        + "%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% \"%UPSTREAM_TRANSPORT_FAILURE_REASON%\" %BYTES_RECEIVED% "
        + "%BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% \"%REQ(X-FORWARDED-FOR)%\" \"%REQ(USER-AGENT)%\" "
        + "\"%REQ(X-REQUEST-ID)%\" \"%REQ(:AUTHORITY)%\" \"%UPSTREAM_HOST%\" %UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% "
        + "%DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% %REQUESTED_SERVER_NAME% %ROUTE_NAME%\n";

    private static readonly (string Key, string Operator)[] DefaultJson =
    [
        ("start_time", "%START_TIME%"),
        ("route_name", "%ROUTE_NAME%"),
        ("method", "%REQ(:METHOD)%"),
        ("path", "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%"),
        ("protocol", "%PROTOCOL%"),
        ("response_code", "%RESPONSE_CODE%"),
        ("response_flags", "%RESPONSE_FLAGS%"),
        ("response_code_details", "%RESPONSE_CODE_DETAILS%"),
        ("connection_termination_details", "%CONNECTION_TERMINATION_DETAILS%"),
        ("bytes_received", "%BYTES_RECEIVED%"),
        ("bytes_sent", "%BYTES_SENT%"),
        ("duration", "%DURATION%"),
        ("upstream_service_time", "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%"),
        ("x_forwarded_for", "%REQ(X-FORWARDED-FOR)%"),
        ("user_agent", "%REQ(USER-AGENT)%"),
        ("request_id", "%REQ(X-REQUEST-ID)%"),
        ("authority", "%REQ(:AUTHORITY)%"),
        ("upstream_host", "%UPSTREAM_HOST%"),
        ("upstream_cluster", "%UPSTREAM_CLUSTER_RAW%"),
        ("upstream_local_address", "%UPSTREAM_LOCAL_ADDRESS%"),
        ("downstream_local_address", "%DOWNSTREAM_LOCAL_ADDRESS%"),
        ("downstream_remote_address", "%DOWNSTREAM_REMOTE_ADDRESS%"),
        ("requested_server_name", "%REQUESTED_SERVER_NAME%"),
        ("upstream_transport_failure_reason", "%UPSTREAM_TRANSPORT_FAILURE_REASON%"),
    ];

    public static IEnumerable<AccessLog> From(AccessLogSettings settings)
    {
        if (settings.File.Length == 0)
        {
            return [];
        }

        FileAccessLog logger = new() { Path = settings.File, LogFormat = Format(settings) };
        return [new AccessLog { Name = Name, TypedConfig = Any.Pack(logger) }];
    }

    private static SubstitutionFormatString Format(AccessLogSettings settings)
    {
        if (settings.Json)
        {
            return new SubstitutionFormatString { JsonFormat = JsonFormat(settings.Format) };
        }

        // A custom format gets its line end only if it says so; Istio adds nothing.
        string text = settings.Format.Length > 0 ? settings.Format : DefaultText;
        return new SubstitutionFormatString { TextFormat = text };
    }

    private static Struct JsonFormat(string format)
    {
        if (format.Length > 0)
        {
            try
            {
                return JsonParser.Default.Parse<Struct>(format);
            }
            catch (Exception problem) when (problem is InvalidProtocolBufferException or JsonException)
            {
                // Istio falls back to its default when accessLogFormat is not JSON; the mesh configuration's finding says so.
                return JsonFormat("");
            }
        }

        Struct fields = new();
        foreach ((string key, string value) in DefaultJson)
        {
            fields.Fields[key] = Value.ForString(value);
        }

        return fields;
    }
}
