namespace Lateen.Proxy.Formatting;

using System.Collections.Frozen;
using Lateen.Engine.Http;
using Lateen.Engine.Transport;
using Lateen.Proxy.Http;

/// <summary>The operators without arguments, by name.</summary>
internal static class FormatOperators
{
    private const int MaxAddressBytes = 64;
    private const string WireBytes =
        "framing is not counted by stream; use BYTES_SENT, BYTES_RECEIVED, REQUEST_HEADERS_BYTES or RESPONSE_HEADERS_BYTES";

    public static FrozenDictionary<string, FormatOperator> ByName { get; } = new Dictionary<string, FormatOperator>
    {
        ["START_TIME"] = new StartTimeOperator(),
        ["EMIT_TIME"] = new StartTimeOperator("", atEnd: true),
        ["PROTOCOL"] = Text(static (b, in e) => Optional(b, Protocol(e.Info.Protocol))),
        ["RESPONSE_CODE"] = Number(static (b, in e) => Always(b, e.Info.ResponseCode)),
        ["RESPONSE_CODE_DETAILS"] = Text(static (b, in e) => Optional(b, e.Info.ResponseCodeDetails)),
        ["RESPONSE_FLAGS"] = Text(static (b, in e) => Flags(b, e.Info.Flags)),
        ["CONNECTION_TERMINATION_DETAILS"] = Text(static (b, in e) => Optional(b, e.Info.ConnectionTerminationDetails)),
        ["UPSTREAM_TRANSPORT_FAILURE_REASON"] = Text(static (b, in e) => Optional(b, e.Info.UpstreamTransportFailureReason)),
        ["BYTES_RECEIVED"] = Number(static (b, in e) => Always(b, e.Info.BytesReceived)),
        ["BYTES_SENT"] = Number(static (b, in e) => Always(b, e.Info.BytesSent)),
        ["DURATION"] = Number(static (b, in e) => Since(b, e.Info.StartMicros, e.Info.EndMicros)),
        ["REQUEST_DURATION"] = Number(static (b, in e) => Since(b, e.Info.StartMicros, e.Info.RequestEndMicros)),
        ["RESPONSE_DURATION"] = Number(static (b, in e) => Since(b, e.Info.StartMicros, e.Info.FirstUpstreamByteReceivedMicros)),
        ["RESPONSE_TX_DURATION"] = Number(static (b, in e) =>
            e.Info.FirstUpstreamByteReceivedMicros >= 0
            && Since(b, e.Info.FirstUpstreamByteReceivedMicros, e.Info.EndMicros)),
        ["UPSTREAM_HOST"] = Text(static (b, in e) => Address(b, e.Info.UpstreamRemoteAddress)),
        ["UPSTREAM_REMOTE_ADDRESS"] = Text(static (b, in e) => Address(b, e.Info.UpstreamRemoteAddress)),
        ["UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"] = Text(static (b, in e) => Address(b, e.Info.UpstreamRemoteAddress, false)),
        ["UPSTREAM_LOCAL_ADDRESS"] = Text(static (b, in e) => Address(b, e.Info.UpstreamLocalAddress)),
        ["UPSTREAM_CLUSTER"] = Text(static (b, in e) => Optional(b, e.Info.Cluster?.Name)),
        ["UPSTREAM_CLUSTER_RAW"] = Text(static (b, in e) => Optional(b, e.Info.Cluster?.Name)),
        ["UPSTREAM_REQUEST_ATTEMPT_COUNT"] = Number(static (b, in e) => Always(b, e.Info.AttemptCount)),
        ["DOWNSTREAM_LOCAL_ADDRESS"] = Text(static (b, in e) => Address(b, e.Info.DownstreamLocalAddress)),
        ["DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT"] = Text(static (b, in e) => Address(b, e.Info.DownstreamLocalAddress, false)),
        ["DOWNSTREAM_LOCAL_PORT"] = Number(static (b, in e) => Port(b, e.Info.DownstreamLocalAddress)),
        ["DOWNSTREAM_REMOTE_ADDRESS"] = Text(static (b, in e) => Address(b, e.Info.DownstreamRemoteAddress)),
        ["DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT"] = Text(static (b, in e) => Address(b, e.Info.DownstreamRemoteAddress, false)),
        ["DOWNSTREAM_REMOTE_PORT"] = Number(static (b, in e) => Port(b, e.Info.DownstreamRemoteAddress)),
        ["DOWNSTREAM_DIRECT_REMOTE_ADDRESS"] = Text(static (b, in e) => Address(b, e.Info.DownstreamDirectRemoteAddress)),
        ["DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT"] =
            Text(static (b, in e) => Address(b, e.Info.DownstreamDirectRemoteAddress, false)),
        ["REQUESTED_SERVER_NAME"] = Text(static (b, in e) => Printable(b, e.Info.RequestedServerName)),
        ["ROUTE_NAME"] = Text(static (b, in e) => Optional(b, e.Info.RouteName)),
        ["FILTER_CHAIN_NAME"] = Text(static (b, in e) => Optional(b, e.Info.FilterChainName)),
        ["RESPONSE_FLAGS_LONG"] = Text(static (b, in e) => LongFlags(b, e.Info.Flags)),
        ["GRPC_STATUS"] = new GrpcStatusOperator(""),
        ["GRPC_STATUS_NUMBER"] = new GrpcStatusOperator("NUMBER"),
        ["REQUEST_HEADERS_BYTES"] = Number(static (b, in e) => Bytes(b, e.Request)),
        ["RESPONSE_HEADERS_BYTES"] = Number(static (b, in e) => Bytes(b, e.Response)),
        ["RESPONSE_TRAILERS_BYTES"] = Number(static (b, in e) => Bytes(b, e.Info.ResponseTrailers)),
        ["UPSTREAM_REMOTE_PORT"] = Number(static (b, in e) => Port(b, e.Info.UpstreamRemoteAddress)),
        ["UPSTREAM_LOCAL_ADDRESS_WITHOUT_PORT"] = Text(static (b, in e) => Address(b, e.Info.UpstreamLocalAddress, false)),
        ["UPSTREAM_LOCAL_PORT"] = Number(static (b, in e) => Port(b, e.Info.UpstreamLocalAddress)),
        ["UPSTREAM_HOST_NAME"] = Text(static (b, in e) => Optional(b, e.Info.UpstreamHost?.Config.Hostname)),
        ["UPSTREAM_HOST_NAME_WITHOUT_PORT"] = Text(static (b, in e) => Optional(b, e.Info.UpstreamHost?.Config.Hostname)),
        ["DOWNSTREAM_DIRECT_REMOTE_PORT"] = Number(static (b, in e) => Port(b, e.Info.DownstreamDirectRemoteAddress)),
        ["VIRTUAL_HOST_NAME"] = Text(static (b, in e) => Optional(b, e.Info.VirtualHostName)),
        ["STREAM_ID"] = new HeaderOperator(HeaderSource.Request, "x-request-id", null, int.MaxValue),
        ["HOSTNAME"] = new LiteralOperator(Environment.MachineName),
        ["ACCESS_LOG_TYPE"] = Text(static (b, in e) => Optional(b, e.Request is null ? "TcpConnectionEnd" : "DownstreamEnd")),
        ["CONNECTION_ID"] = Number(static (b, in e) => Always(b, e.Info.ConnectionId)),
    }.Concat(TlsOperators.All).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Operators of Envoy's that nothing here could fill, and why.</summary>
    public static FrozenDictionary<string, string> Absent { get; } = new Dictionary<string, string>
    {
        ["UPSTREAM_FILTER_STATE"] = "no filter here writes filter state",
        ["UPSTREAM_WIRE_BYTES_SENT"] = WireBytes,
        ["UPSTREAM_WIRE_BYTES_RECEIVED"] = WireBytes,
        ["DOWNSTREAM_WIRE_BYTES_SENT"] = WireBytes,
        ["DOWNSTREAM_WIRE_BYTES_RECEIVED"] = WireBytes,
        ["UPSTREAM_HEADER_BYTES_SENT"] = WireBytes,
        ["UPSTREAM_HEADER_BYTES_RECEIVED"] = WireBytes,
        ["DOWNSTREAM_HEADER_BYTES_SENT"] = WireBytes,
        ["DOWNSTREAM_HEADER_BYTES_RECEIVED"] = WireBytes,
        ["CEL"] = "expressions are not evaluated",
        ["ENVIRONMENT"] = "the environment of the proxy is not shown",
        ["VIRTUAL_CLUSTER_NAME"] = "there are no virtual clusters; use %ROUTE_NAME%",
        ["TRACE_ID"] = "requests are not traced yet",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static PlainOperator Text(FormatWriteFunction write) => new(write, isNumber: false);

    private static PlainOperator Number(FormatWriteFunction write) => new(write, isNumber: true);

    private static string Protocol(HttpProtocol protocol) => protocol switch
    {
        HttpProtocol.Http10 => "HTTP/1.0",
        HttpProtocol.Http11 => "HTTP/1.1",
        HttpProtocol.Http2 => "HTTP/2",
        _ => "",
    };

    private static bool Optional(FormatBuffer buffer, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return false;
        }

        buffer.Append(value);
        return true;
    }

    private static bool Always(FormatBuffer buffer, long value)
    {
        buffer.Append(value);
        return true;
    }

    // Durations are whole milliseconds, rounded down, as Envoy prints them.
    private static bool Since(FormatBuffer buffer, long startMicros, long endMicros) =>
        endMicros >= 0 && Always(buffer, (endMicros - startMicros) / 1000);

    private static bool Flags(FormatBuffer buffer, ResponseFlags flags)
    {
        if (flags is ResponseFlags.None)
        {
            return false;
        }

        const int longestFlags = 128;
        buffer.Advance(ResponseFlagNames.Format(flags, buffer.Reserve(longestFlags)));
        return true;
    }

    private static bool LongFlags(FormatBuffer buffer, ResponseFlags flags)
    {
        for (uint rest = (uint)flags; rest != 0; rest &= rest - 1)
        {
            buffer.Append(ResponseFlagNames.LongName((ResponseFlags)(rest & ~(rest - 1))));
            buffer.Append((rest & (rest - 1)) != 0 ? ","u8 : ""u8);
        }

        return flags is not ResponseFlags.None;
    }

    private static bool Bytes(FormatBuffer buffer, HeaderMap? headers) => Always(buffer, headers?.ContentBytes ?? 0);

    // The client chooses these bytes; a line break or a quote would let it write log lines of its own (CVE-2024-45808).
    private static bool Printable(FormatBuffer buffer, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return false;
        }

        buffer.AppendPrintable(value);
        return true;
    }

    private static bool Address(FormatBuffer buffer, in SocketAddress address, bool withPort = true)
    {
        if (address.IsNone)
        {
            return false;
        }

        buffer.Advance(address.Format(buffer.Reserve(MaxAddressBytes), withPort));
        return true;
    }

    private static bool Port(FormatBuffer buffer, in SocketAddress address) => !address.IsNone && Always(buffer, address.Port);
}
