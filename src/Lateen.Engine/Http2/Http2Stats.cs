namespace Lateen.Engine.Http2;

/// <summary>Counters of codecs: here, those of one worker, written by it and read by anyone.</summary>
public class Http2Stats
{
    private const int Length = (int)Http2Counter.PendingSendBytes + 1;

    private readonly long[] _values = new long[Length];

    /// <summary>How many counters there are.</summary>
    public static int Count => Length;

    public long this[Http2Counter counter] => Volatile.Read(ref _values[(int)counter]);

    public static bool IsGauge(Http2Counter counter) => counter is Http2Counter.StreamsActive or Http2Counter.PendingSendBytes;

    /// <summary>Envoy's name below "http2."; ours where Envoy has none.</summary>
    public static string NameOf(Http2Counter counter) => counter switch
    {
        Http2Counter.GoAwaySent => "goaway_sent",
        Http2Counter.HeaderOverflow => "header_overflow",
        Http2Counter.HeadersCallbackNoStream => "headers_cb_no_stream",
        Http2Counter.InboundEmptyFramesFlood => "inbound_empty_frames_flood",
        Http2Counter.InboundPriorityFramesFlood => "inbound_priority_frames_flood",
        Http2Counter.InboundWindowUpdateFramesFlood => "inbound_window_update_frames_flood",
        Http2Counter.InboundGlitchFlood => "inbound_glitch_flood",
        Http2Counter.KeepAliveTimeout => "keepalive_timeout",
        Http2Counter.OutboundControlFlood => "outbound_control_flood",
        Http2Counter.OutboundFlood => "outbound_flood",
        Http2Counter.PrematureResetFlood => "premature_reset_flood",
        Http2Counter.RequestsRejectedWithUnderscores => "requests_rejected_with_underscores_in_headers",
        Http2Counter.RxMessagingError => "rx_messaging_error",
        Http2Counter.RxReset => "rx_reset",
        Http2Counter.SettingsTimeout => "settings_timeout",
        Http2Counter.StreamRefused => "stream_refused_errors",
        Http2Counter.TooManyHeaderFrames => "too_many_header_frames",
        Http2Counter.Trailers => "trailers",
        Http2Counter.TxFlushTimeout => "tx_flush_timeout",
        Http2Counter.TxReset => "tx_reset",
        Http2Counter.StreamsActive => "streams_active",
        Http2Counter.PendingSendBytes => "pending_send_bytes",
        _ => throw new ArgumentOutOfRangeException(nameof(counter)),
    };

    internal void Add(Http2Counter counter, long amount = 1) => Record(counter, amount);

    /// <summary>Where the numbers go.</summary>
    protected virtual void Record(Http2Counter counter, long amount) => _values[(int)counter] += amount;
}
