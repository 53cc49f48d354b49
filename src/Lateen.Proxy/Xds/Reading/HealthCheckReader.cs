namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;
using Envoy.Type.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;
using Payload = Envoy.Config.Core.V3.HealthCheck.Types.Payload;
using WellKnownDuration = Google.Protobuf.WellKnownTypes.Duration;

/// <summary>Reads the health checks of a Cluster.</summary>
internal static class HealthCheckReader
{
    public static HealthCheckConfig? Read(IReadOnlyList<HealthCheck> messages, string path, ReadContext context)
    {
        if (messages.Count == 0)
        {
            return null;
        }

        // Envoy takes one as well (health_checker_impl).
        if (messages.Count > 1)
        {
            context.Error(path, $"only one health check per cluster is supported, and there are {messages.Count}");
        }

        return Read(messages[0], $"{path}[0]", context);
    }

    private static HealthCheckConfig? Read(HealthCheck message, string path, ReadContext context)
    {
        Refuse(message, path, context);
        TimeSpan interval = Required(message.Interval, $"{path}.interval", context);
        TimeSpan unhealthy = Optional(message.UnhealthyInterval, interval, $"{path}.unhealthy_interval", context);
        TimeSpan noTraffic = Optional(message.NoTrafficInterval, TimeSpan.FromSeconds(60), $"{path}.no_traffic_interval", context);
        var config = new HealthCheckConfig
        {
            Timeout = Required(message.Timeout, $"{path}.timeout", context),
            Interval = interval,
            InitialJitter = context.Duration(message.InitialJitter, TimeSpan.Zero, $"{path}.initial_jitter"),
            IntervalJitter = context.Duration(message.IntervalJitter, TimeSpan.Zero, $"{path}.interval_jitter"),
            IntervalJitterPercent = message.IntervalJitterPercent,
            UnhealthyThreshold = Threshold(message.UnhealthyThreshold, $"{path}.unhealthy_threshold", context),
            HealthyThreshold = Threshold(message.HealthyThreshold, $"{path}.healthy_threshold", context),
            NoTrafficInterval = noTraffic,
            NoTrafficHealthyInterval = Optional(
                message.NoTrafficHealthyInterval, noTraffic, $"{path}.no_traffic_healthy_interval", context),
            UnhealthyInterval = unhealthy,
            UnhealthyEdgeInterval = Optional(message.UnhealthyEdgeInterval, unhealthy, $"{path}.unhealthy_edge_interval", context),
            HealthyEdgeInterval = Optional(message.HealthyEdgeInterval, interval, $"{path}.healthy_edge_interval", context),
            ReuseConnection = message.ReuseConnection ?? true,
        };
        switch (message.HealthCheckerCase)
        {
            case HealthCheck.HealthCheckerOneofCase.HttpHealthCheck:
                return config with { Http = ReadHttp(message.HttpHealthCheck, $"{path}.http_health_check", context) };
            case HealthCheck.HealthCheckerOneofCase.TcpHealthCheck:
                return config with { Tcp = ReadTcp(message.TcpHealthCheck, $"{path}.tcp_health_check", context) };
            case HealthCheck.HealthCheckerOneofCase.GrpcHealthCheck:
                return config with { Grpc = ReadGrpc(message.GrpcHealthCheck, $"{path}.grpc_health_check", context) };
            case HealthCheck.HealthCheckerOneofCase.CustomHealthCheck:
                context.Error($"{path}.custom_health_check", $"unknown extension '{message.CustomHealthCheck.Name}'");
                return null;
            default:
                context.Error(path, "one of http_health_check, tcp_health_check and grpc_health_check is required");
                return null;
        }
    }

    private static void Refuse(HealthCheck message, string path, ReadContext context)
    {
        if (message.AltPort is not null)
        {
            context.Error($"{path}.alt_port", "is not supported; set health_check_config.port_value of the endpoints");
        }

        if (message.TlsOptions is not null)
        {
            context.Error($"{path}.tls_options", "is not supported; checks use the cluster's transport socket as it is");
        }

        if (message.TransportSocketMatchCriteria is not null)
        {
            context.Error(
                $"{path}.transport_socket_match_criteria", "is not supported; checks use the transport socket of the host's own metadata");
        }

        context.NoEffect(message.EventLogPath.Length > 0, $"{path}.event_log_path");
        context.NoEffect(message.EventLogger.Count > 0, $"{path}.event_logger");
        context.NoEffect(message.AlwaysLogHealthCheckFailures, $"{path}.always_log_health_check_failures");
        context.NoEffect(message.AlwaysLogHealthCheckSuccess, $"{path}.always_log_health_check_success");
    }

    private static HttpHealthCheckConfig ReadHttp(HealthCheck.Types.HttpHealthCheck message, string path, ReadContext context)
    {
        if (!message.Path.StartsWith('/') || message.Path.AsSpan().IndexOfAnyInRange('\0', ' ') >= 0)
        {
            context.Error($"{path}.path", "must begin with / and hold no blank");
        }

        if (message.CodecClientType is CodecClientType.Http3)
        {
            context.Error($"{path}.codec_client_type", $"{message.CodecClientType} is not supported");
        }

        if (message.Method is RequestMethod.Connect)
        {
            context.Error($"{path}.method", "CONNECT asks for a tunnel and checks nothing");
        }

        byte[] send = ReadPayload(message.Send, $"{path}.send", context);
        if (send.Length > 0 && message.Method is not (RequestMethod.Post or RequestMethod.Put or RequestMethod.Patch or RequestMethod.Options))
        {
            context.Error($"{path}.send", "needs method POST, PUT, PATCH or OPTIONS");
        }

        return new HttpHealthCheckConfig
        {
            Path = message.Path,
            Host = message.Host,
            Method = message.Method is RequestMethod.MethodUnspecified ? "GET" : message.Method.ToString().ToUpperInvariant(),
            Http2 = message.CodecClientType is CodecClientType.Http2,
            Headers = ReadHeaders(
                message.RequestHeadersToAdd, message.RequestHeadersToRemove, $"{path}.request_headers_to_add", context),
            ExpectedStatuses = message.ExpectedStatuses.Count == 0
                ? [(200, 201)]
                : ReadStatuses(message.ExpectedStatuses, $"{path}.expected_statuses", context),
            RetriableStatuses = ReadStatuses(message.RetriableStatuses, $"{path}.retriable_statuses", context),
            Send = send,
            Receive = ReadPayloads(message.Receive, $"{path}.receive", context),
            ResponseBufferBytes = (int)Math.Min(message.ResponseBufferSize ?? 1024, 1024 * 1024),
            ServiceName = message.ServiceNameMatcher is null
                ? null
                : MatcherReader.ReadString(message.ServiceNameMatcher, $"{path}.service_name_matcher", context),
        };
    }

    private static TcpHealthCheckConfig ReadTcp(HealthCheck.Types.TcpHealthCheck message, string path, ReadContext context)
    {
        if (message.ProxyProtocolConfig is not null)
        {
            context.Error($"{path}.proxy_protocol_config", "is not supported");
        }

        return new TcpHealthCheckConfig
        {
            Send = ReadPayload(message.Send, $"{path}.send", context),
            Receive = ReadPayloads(message.Receive, $"{path}.receive", context),
        };
    }

    private static GrpcHealthCheckConfig ReadGrpc(HealthCheck.Types.GrpcHealthCheck message, string path, ReadContext context) => new()
    {
        ServiceName = message.ServiceName,
        Authority = message.Authority,
        InitialMetadata = ReadHeaders(message.InitialMetadata, [], $"{path}.initial_metadata", context),
    };

    private static HeaderMutations ReadHeaders(
        IReadOnlyList<HeaderValueOption> add, IReadOnlyList<string> remove, string path, ReadContext context)
    {
        HeaderMutations mutations = HeaderMutationReader.Read(add, remove, path, context);
        for (int i = 0; i < mutations.Add.Count; i++)
        {
            if (mutations.Add[i].Value.Contains('%', StringComparison.Ordinal))
            {
                context.Error($"{path}[{i}].header.value", "no operators are known here: a health check has no downstream");
            }
        }

        return mutations;
    }

    private static List<(long Start, long End)> ReadStatuses(IReadOnlyList<Int64Range> ranges, string path, ReadContext context)
    {
        var statuses = new List<(long, long)>(ranges.Count);
        for (int i = 0; i < ranges.Count; i++)
        {
            if (ranges[i].Start < 100 || ranges[i].End > 600 || ranges[i].Start >= ranges[i].End)
            {
                context.Error($"{path}[{i}]", "must be a range from 100 or more to below 600, its start below its end");
            }

            statuses.Add((ranges[i].Start, ranges[i].End));
        }

        return statuses;
    }

    private static List<byte[]> ReadPayloads(IReadOnlyList<Payload> payloads, string path, ReadContext context)
    {
        var pieces = new List<byte[]>(payloads.Count);
        for (int i = 0; i < payloads.Count; i++)
        {
            byte[] piece = ReadPayload(payloads[i], $"{path}[{i}]", context);
            if (piece.Length == 0)
            {
                context.Error($"{path}[{i}]", "must not be empty");
            }

            pieces.Add(piece);
        }

        return pieces;
    }

    // Text is hexadecimal, however it is called (health_check.proto).
    private static byte[] ReadPayload(Payload? payload, string path, ReadContext context)
    {
        if (payload is null || payload.PayloadCase is Payload.PayloadOneofCase.Binary)
        {
            return payload?.Binary.ToByteArray() ?? [];
        }

        var bytes = new byte[payload.Text.Length / 2];
        if (payload.Text.Length % 2 != 0
            || Convert.FromHexString(payload.Text, bytes, out _, out _) is not System.Buffers.OperationStatus.Done)
        {
            context.Error($"{path}.text", $"'{payload.Text}' is not hexadecimal; write bytes as pairs of digits");
        }

        return bytes;
    }

    private static uint Threshold(uint? value, string path, ReadContext context)
    {
        if (value is null or 0)
        {
            context.Error(path, "is required and must be at least 1");
        }

        return value ?? 1;
    }

    private static TimeSpan Required(WellKnownDuration? value, string path, ReadContext context)
    {
        if (value is null)
        {
            context.Error(path, "is required");
            return TimeSpan.FromSeconds(1);
        }

        return Optional(value, TimeSpan.Zero, path, context);
    }

    private static TimeSpan Optional(WellKnownDuration? value, TimeSpan whenAbsent, string path, ReadContext context)
    {
        TimeSpan duration = context.Duration(value, whenAbsent, path);
        if (value is not null && duration < TimeSpan.FromMilliseconds(1))
        {
            context.Error(path, "must be at least 1 ms");
        }

        return duration;
    }
}
