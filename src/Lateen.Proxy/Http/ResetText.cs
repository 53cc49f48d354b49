namespace Lateen.Proxy.Http;

/// <summary>How one kind of upstream reset is told: to the client, in details, and as a flag.</summary>
internal sealed class ResetText
{
    public static readonly ResetText ConnectionFailure = new(
        ResponseFlags.UpstreamConnectionFailure, "remote connection failure", "remote_connection_failure",
        "delayed connect error: Connection refused");

    public static readonly ResetText ConnectionTimeout = new(
        ResponseFlags.UpstreamConnectionFailure, "connection timeout", "connection_timeout");

    public static readonly ResetText ConnectionTermination = new(
        ResponseFlags.UpstreamConnectionTermination, "connection termination", "connection_termination");

    public static readonly ResetText RemoteReset = new(ResponseFlags.UpstreamRemoteReset, "remote reset", "remote_reset");

    /// <summary>The host has not looked at the request (REFUSED_STREAM, or above GOAWAY's last stream).</summary>
    public static readonly ResetText RemoteRefused = new(
        ResponseFlags.UpstreamRemoteReset, "remote refused stream reset", "remote_refused_stream_reset");

    public static readonly ResetText LocalReset = new(ResponseFlags.LocalReset, "local reset", "local_reset");

    public static readonly ResetText Overflow = new(ResponseFlags.UpstreamOverflow, "overflow", "overflow");

    public static readonly ResetText ProtocolError = new(ResponseFlags.UpstreamProtocolError, "protocol error", "protocol_error",
        status: 502);

    /// <summary>A handshake failed: the reason goes into details, body and log.</summary>
    public static ResetText TransportFailed(string reason) => new(
        ResponseFlags.UpstreamConnectionFailure, "remote connection failure", "remote_connection_failure", reason);

    /// <summary>TLS broke under a request: with TLS 1.3 a host may refuse the client's certificate only after the handshake.</summary>
    public static ResetText TransportBroke(string reason) => new(
        ResponseFlags.UpstreamConnectionTermination, "connection termination", "connection_termination", reason);

    /// <summary>There was no connection to send the request on.</summary>
    public bool IsConnectFailure => Flags is ResponseFlags.UpstreamConnectionFailure;

    private ResetText(ResponseFlags flags, string reason, string token, string transport = "", int status = 503)
    {
        Flags = flags;
        Status = status;
        string tail = transport.Length > 0 ? $", transport failure reason: {transport}" : "";
        Body = System.Text.Encoding.ASCII.GetBytes(
            $"upstream connect error or disconnect/reset before headers. reset reason: {reason}{tail}");
        string detailTail = transport.Length > 0 ? "," + transport.Replace(' ', '_') : "";
        BeforeResponse = $"upstream_reset_before_response_started{{{token}{detailTail}}}";
        AfterResponse = $"upstream_reset_after_response_started{{{token}}}";
        TransportFailure = transport;
    }

    public ResponseFlags Flags { get; }

    /// <summary>Of the answer, when none had begun.</summary>
    public int Status { get; }

    public byte[] Body { get; }

    public string BeforeResponse { get; }

    public string AfterResponse { get; }

    public string TransportFailure { get; }
}
