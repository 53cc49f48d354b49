namespace Lateen.Engine.Http2;

/// <summary>What the HTTP/2 codecs count; see <see cref="Http2Stats.NameOf"/> for Envoy's names.</summary>
public enum Http2Counter
{
    GoAwaySent,
    HeaderOverflow,
    HeadersCallbackNoStream,
    InboundEmptyFramesFlood,
    InboundPriorityFramesFlood,
    InboundWindowUpdateFramesFlood,
    InboundGlitchFlood,
    KeepAliveTimeout,
    OutboundControlFlood,
    OutboundFlood,
    PrematureResetFlood,
    RequestsRejectedWithUnderscores,
    RxMessagingError,
    RxReset,
    SettingsTimeout,
    StreamRefused,
    TooManyHeaderFrames,
    Trailers,
    TxFlushTimeout,
    TxReset,

    /// <summary>A gauge.</summary>
    StreamsActive,

    /// <summary>A gauge: body bytes that wait for windows or the socket.</summary>
    PendingSendBytes,
}
