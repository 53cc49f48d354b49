namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;

/// <summary>
/// What is recorded about one HTTP stream or one TCP connection, for access logs and metrics. Re-used; times are the loop's
/// monotonic microseconds, -1 when the event did not happen.
/// </summary>
public sealed class StreamInfo
{
    public long StartMicros { get; internal set; }

    /// <summary>Wall clock at the start.</summary>
    public long StartUnixMicros { get; internal set; }

    /// <summary>The request was received in full.</summary>
    public long RequestEndMicros { get; internal set; } = -1;

    public long FirstUpstreamByteSentMicros { get; internal set; } = -1;

    public long FirstUpstreamByteReceivedMicros { get; internal set; } = -1;

    public long FirstDownstreamByteSentMicros { get; internal set; } = -1;

    public long EndMicros { get; internal set; } = -1;

    /// <summary>Body bytes (HTTP) or all bytes (TCP) from the client; and towards it.</summary>
    public long BytesReceived { get; internal set; }

    public long BytesSent { get; internal set; }

    public HttpProtocol Protocol { get; internal set; }

    /// <summary>0 when no response was sent.</summary>
    public int ResponseCode { get; internal set; }

    /// <summary>The request is gRPC by its content-type.</summary>
    public bool IsGrpc { get; internal set; }

    /// <summary>grpc-status of the response's head or trailers; -1 when there was none.</summary>
    public int GrpcStatus { get; internal set; } = -1;

    /// <summary>Trailers of the response; valid until the stream was logged.</summary>
    public HeaderMap? ResponseTrailers { get; internal set; }

    /// <summary>A constant, or empty.</summary>
    public string ResponseCodeDetails { get; internal set; } = "";

    public string ConnectionTerminationDetails { get; internal set; } = "";

    public string UpstreamTransportFailureReason { get; internal set; } = "";

    public string DownstreamTransportFailureReason { get; internal set; } = "";

    /// <summary>What was agreed with the client, and with the host; null for plaintext.</summary>
    public TlsSession? DownstreamTls { get; internal set; }

    public TlsSession? UpstreamTls { get; internal set; }

    public ResponseFlags Flags { get; set; }

    public string RouteName { get; internal set; } = "";

    public string VirtualHostName { get; internal set; } = "";

    public string FilterChainName { get; internal set; } = "";

    public Cluster? Cluster { get; internal set; }

    public Host? UpstreamHost { get; internal set; }

    /// <summary>The host's address, or an ORIGINAL_DST cluster's destination; none when no host was picked.</summary>
    public SocketAddress UpstreamRemoteAddress { get; internal set; }

    public SocketAddress UpstreamLocalAddress { get; internal set; }

    /// <summary>The destination as the client saw it: before iptables, when it could be restored.</summary>
    public SocketAddress DownstreamLocalAddress { get; internal set; }

    /// <summary>The client: from x-forwarded-for where that is trusted.</summary>
    public SocketAddress DownstreamRemoteAddress { get; internal set; }

    /// <summary>The peer of the connection, whatever the headers say.</summary>
    public SocketAddress DownstreamDirectRemoteAddress { get; internal set; }

    public string RequestedServerName { get; internal set; } = "";

    public int AttemptCount { get; internal set; }

    /// <summary>A number per downstream connection, unique in the process.</summary>
    public long ConnectionId { get; internal set; }

    public TrafficDirection Direction { get; internal set; }

    /// <summary>What listener filters learnt of the connection, as JSON by filter; null when nothing was.</summary>
    public byte[]? DynamicMetadata { get; internal set; }

    /// <summary>Who called, and who answered, as far as metadata was exchanged; null when unknown.</summary>
    public PeerMetadata? DownstreamPeer { get; set; }

    public PeerMetadata? UpstreamPeer { get; set; }

    /// <summary>A request begins on this connection.</summary>
    internal void Begin(ConnectionInfo connection, HttpProtocol protocol, EventLoop loop)
    {
        Reset();
        StartMicros = loop.NowMicros;
        StartUnixMicros = loop.UnixMicros;
        Protocol = protocol;
        connection.CopyTo(this);
    }

    /// <summary>A head or trailers of a response pass by.</summary>
    internal void ReadGrpcStatus(HeaderMap headers)
    {
        if (IsGrpc)
        {
            GrpcStatus = GrpcText.StatusOf(headers);
        }
    }

    /// <summary>Forgets the last stream; what <see cref="ConnectionInfo.CopyTo"/> sets is left to it.</summary>
    internal void Reset()
    {
        RequestEndMicros = FirstUpstreamByteSentMicros = FirstUpstreamByteReceivedMicros = FirstDownstreamByteSentMicros = -1;
        EndMicros = -1;
        BytesReceived = BytesSent = 0;
        ResponseCode = 0;
        IsGrpc = false;
        GrpcStatus = -1;
        ResponseTrailers = null;
        ResponseCodeDetails = ConnectionTerminationDetails = UpstreamTransportFailureReason = DownstreamTransportFailureReason = "";
        UpstreamTls = null;
        Flags = ResponseFlags.None;
        RouteName = VirtualHostName = "";
        Cluster = null;
        UpstreamHost = null;
        UpstreamRemoteAddress = UpstreamLocalAddress = default;
        AttemptCount = 0;
        DownstreamPeer = UpstreamPeer = null;
    }
}
