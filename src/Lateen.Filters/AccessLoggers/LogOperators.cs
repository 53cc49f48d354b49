namespace Lateen.Filters.AccessLoggers;

using System.Collections.Frozen;
using Lateen.Engine.Transport;
using Lateen.Proxy.Http;

/// <summary>The operators without arguments, by name.</summary>
internal static class LogOperators
{
    private const int MaxAddressBytes = 64;

    public static FrozenDictionary<string, LogOperator> ByName { get; } = new Dictionary<string, LogOperator>
    {
        ["START_TIME"] = new StartTimeOperator(),
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
        ["REQUESTED_SERVER_NAME"] = Text(static (b, in e) => Optional(b, e.Info.RequestedServerName)),
        ["ROUTE_NAME"] = Text(static (b, in e) => Optional(b, e.Info.RouteName)),
        ["FILTER_CHAIN_NAME"] = Text(static (b, in e) => Optional(b, e.Info.FilterChainName)),
        ["CONNECTION_ID"] = Number(static (b, in e) => Always(b, e.Info.ConnectionId)),
    }.Concat(TlsLogOperators.All).ToFrozenDictionary(StringComparer.Ordinal);

    private static PlainOperator Text(LogWriteFunction write) => new(write, isNumber: false);

    private static PlainOperator Number(LogWriteFunction write) => new(write, isNumber: true);

    private static string Protocol(HttpProtocol protocol) => protocol switch
    {
        HttpProtocol.Http10 => "HTTP/1.0",
        HttpProtocol.Http11 => "HTTP/1.1",
        HttpProtocol.Http2 => "HTTP/2",
        _ => "",
    };

    private static bool Optional(LogBuffer buffer, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return false;
        }

        buffer.Append(value);
        return true;
    }

    private static bool Always(LogBuffer buffer, long value)
    {
        buffer.Append(value);
        return true;
    }

    // Durations are whole milliseconds, rounded down, as Envoy prints them.
    private static bool Since(LogBuffer buffer, long startMicros, long endMicros) =>
        endMicros >= 0 && Always(buffer, (endMicros - startMicros) / 1000);

    private static bool Flags(LogBuffer buffer, ResponseFlags flags)
    {
        if (flags is ResponseFlags.None)
        {
            return false;
        }

        const int longestFlags = 128;
        buffer.Advance(ResponseFlagNames.Format(flags, buffer.Reserve(longestFlags)));
        return true;
    }

    private static bool Address(LogBuffer buffer, in SocketAddress address, bool withPort = true)
    {
        if (address.IsNone)
        {
            return false;
        }

        buffer.Advance(address.Format(buffer.Reserve(MaxAddressBytes), withPort));
        return true;
    }

    private static bool Port(LogBuffer buffer, in SocketAddress address) => !address.IsNone && Always(buffer, address.Port);
}
