namespace Lateen.Engine.Http2;

/// <summary>Limits and permissions of the HTTP/2 codecs, under Envoy's names; the defaults are those of Envoy's edge profile.</summary>
public sealed record Http2Options
{
    public static Http2Options Default { get; } = new();

    /// <summary>Streams the peer may have open (server), or we open on one connection whatever the peer allows (client).</summary>
    public int MaxConcurrentStreams { get; init; } = 100;

    /// <summary>initial_stream_window_size: bytes of one body that may be under way towards us.</summary>
    public int InitialStreamWindowBytes { get; init; } = 64 * 1024;

    /// <summary>initial_connection_window_size: bytes of all bodies together.</summary>
    public int InitialConnectionWindowBytes { get; init; } = 1 << 20;

    /// <summary>hpack_table_size, of both directions; the encoder also respects what the peer allows.</summary>
    public int HeaderTableBytes { get; init; } = 4096;

    /// <summary>SETTINGS_MAX_FRAME_SIZE that we announce.</summary>
    public int MaxFrameBytes { get; init; } = 16 * 1024;

    /// <summary>max_request_headers_kb 60: names and values and 32 bytes for each (RFC 9113 section 6.5.2); trailers have the same limit.</summary>
    public int MaxHeadBytes { get; init; } = 60 * 1024;

    /// <summary>max_headers_count; every cookie crumb counts.</summary>
    public int MaxHeaders { get; init; } = 100;

    /// <summary>CONTINUATION frames of one header block.</summary>
    public int MaxContinuationFrames { get; init; } = 8;

    /// <summary>1xx responses before the final one.</summary>
    public int MaxInformational { get; init; } = 8;

    /// <summary>Bytes of one body that wait here because the peer's window or socket is full; the producer is stopped above it.</summary>
    public int StreamBufferBytes { get; init; } = 64 * 1024;

    /// <summary>max_outbound_frames: frames of all kinds that wait for the socket.</summary>
    public int MaxOutboundFrames { get; init; } = 10_000;

    /// <summary>max_outbound_control_frames: PING, SETTINGS and RST_STREAM that wait for the socket.</summary>
    public int MaxOutboundControlFrames { get; init; } = 1_000;

    /// <summary>max_consecutive_inbound_frames_with_empty_payload.</summary>
    public int MaxConsecutiveEmptyFrames { get; init; } = 1;

    /// <summary>max_inbound_priority_frames_per_stream; the connection's total is this times (1 + streams opened).</summary>
    public int MaxPriorityFramesPerStream { get; init; } = 100;

    /// <summary>max_inbound_window_update_frames_per_data_frame_sent; the total is 5 + 2 × (streams opened + this × DATA frames sent).</summary>
    public int MaxWindowUpdateFramesPerDataFrameSent { get; init; } = 10;

    /// <summary>overload.premature_reset_total_stream_count: from here on more than half of the streams may not end in an early reset.</summary>
    public int PrematureResetTotalStreamCount { get; init; } = 500;

    /// <summary>overload.premature_reset_min_stream_lifetime_seconds: a stream reset before this age was reset early.</summary>
    public long PrematureResetMinLifetimeMicros { get; init; } = 1_000_000;

    /// <summary>Frames that bring nothing (PING, SETTINGS, unknown ones, those of closed streams) before the peer is told to calm down.</summary>
    public int MaxGlitches { get; init; } = 1_000;

    /// <summary>How many of <see cref="MaxGlitches"/> are forgiven each second.</summary>
    public int GlitchesForgivenPerSecond { get; init; } = 100;

    /// <summary>http.max_requests_per_io_cycle: streams that a client begins before others have their turn; each may cost a connection.</summary>
    public int MaxRequestsPerTurn { get; init; } = 16;

    /// <summary>Frames of a client that are read before others have their turn: one read may bring two thousand.</summary>
    public int MaxFramesPerTurn { get; init; } = 128;

    /// <summary>override_stream_error_on_invalid_http_message: a malformed message ends its stream; otherwise the connection.</summary>
    public bool StreamErrorOnInvalidMessage { get; init; } = true;

    /// <summary>Lets CONNECT without :protocol through; otherwise 501.</summary>
    public bool AllowConnect { get; init; }

    /// <summary>allow_connect: announces and accepts extended CONNECT (RFC 8441).</summary>
    public bool AllowExtendedConnect { get; init; }

    /// <summary>Answers "expect: 100-continue" in the codec and removes the header, as Envoy does unless proxy_100_continue is set.</summary>
    public bool AutoContinue { get; init; } = true;

    /// <summary>headers_with_underscores_action REJECT_REQUEST.</summary>
    public bool RejectUnderscores { get; init; }

    /// <summary>How long the peer may take to acknowledge our SETTINGS; 0 means for ever.</summary>
    public long SettingsTimeoutMicros { get; init; } = 10_000_000;

    /// <summary>How long a drain waits for the peer's answer between the two GOAWAYs (drain_timeout).</summary>
    public long DrainTimeoutMicros { get; init; } = 5_000_000;

    /// <summary>How long the end of a complete response may wait for the peer's window; 0 means for ever.</summary>
    public long FlushTimeoutMicros { get; init; } = 300_000_000;

    /// <summary>connection_keepalive interval; 0 sends no PINGs.</summary>
    public long KeepAliveIntervalMicros { get; init; }

    /// <summary>connection_keepalive timeout.</summary>
    public long KeepAliveTimeoutMicros { get; init; } = 20_000_000;
}
