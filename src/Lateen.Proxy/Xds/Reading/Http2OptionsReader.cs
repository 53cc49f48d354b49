namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;
using Lateen.Engine.Http2;

/// <summary>Reads Http2ProtocolOptions. What is not set keeps the value of <c>options</c>.</summary>
internal static class Http2OptionsReader
{
    private const uint SmallestWindow = 65_535;

    public static Http2Options Read(Http2ProtocolOptions? message, Http2Options options, string path, ReadContext context)
    {
        if (message is null)
        {
            return options;
        }

        context.NoEffect(message.AllowMetadata, $"{path}.allow_metadata");
        options = options with
        {
            HeaderTableBytes = (int)Math.Min(message.HpackTableSize ?? (uint)options.HeaderTableBytes, 1 << 20),
            MaxConcurrentStreams = Positive(
                message.MaxConcurrentStreams, options.MaxConcurrentStreams, 1, $"{path}.max_concurrent_streams", context),
            InitialStreamWindowBytes = Positive(
                message.InitialStreamWindowSize, options.InitialStreamWindowBytes, SmallestWindow,
                $"{path}.initial_stream_window_size", context),
            InitialConnectionWindowBytes = Positive(
                message.InitialConnectionWindowSize, options.InitialConnectionWindowBytes, SmallestWindow,
                $"{path}.initial_connection_window_size", context),
            AllowConnect = message.AllowConnect,
            AllowExtendedConnect = message.AllowConnect,
            MaxOutboundFrames = Positive(
                message.MaxOutboundFrames, options.MaxOutboundFrames, 1, $"{path}.max_outbound_frames", context),
            MaxOutboundControlFrames = Positive(
                message.MaxOutboundControlFrames, options.MaxOutboundControlFrames, 1, $"{path}.max_outbound_control_frames", context),
            MaxConsecutiveEmptyFrames = Positive(
                message.MaxConsecutiveInboundFramesWithEmptyPayload, options.MaxConsecutiveEmptyFrames, 0,
                $"{path}.max_consecutive_inbound_frames_with_empty_payload", context),
            MaxPriorityFramesPerStream = Positive(
                message.MaxInboundPriorityFramesPerStream, options.MaxPriorityFramesPerStream, 0,
                $"{path}.max_inbound_priority_frames_per_stream", context),
            MaxWindowUpdateFramesPerDataFrameSent = Positive(
                message.MaxInboundWindowUpdateFramesPerDataFrameSent, options.MaxWindowUpdateFramesPerDataFrameSent, 1,
                $"{path}.max_inbound_window_update_frames_per_data_frame_sent", context),
            StreamErrorOnInvalidMessage = message.OverrideStreamErrorOnInvalidHttpMessage ?? options.StreamErrorOnInvalidMessage,
        };
        return ReadKeepAlive(message.ConnectionKeepalive, options, $"{path}.connection_keepalive", context);
    }

    private static Http2Options ReadKeepAlive(KeepaliveSettings? message, Http2Options options, string path, ReadContext context)
    {
        if (message is null)
        {
            return options;
        }

        if (message.Timeout is null)
        {
            context.Error($"{path}.timeout", "is required");
        }

        context.NoEffect(message.ConnectionIdleInterval is not null, $"{path}.connection_idle_interval");
        context.NoEffect(message.IntervalJitter is not null, $"{path}.interval_jitter");
        return options with
        {
            KeepAliveIntervalMicros = (long)context.Duration(message.Interval, TimeSpan.Zero, $"{path}.interval").TotalMicroseconds,
            KeepAliveTimeoutMicros = (long)context.Duration(
                message.Timeout, TimeSpan.FromSeconds(20), $"{path}.timeout").TotalMicroseconds,
        };
    }

    private static int Positive(uint? value, int otherwise, uint least, string path, ReadContext context)
    {
        if (value is not { } given)
        {
            return otherwise;
        }

        if (given < least || given > int.MaxValue)
        {
            context.Error(path, $"{given} is not from {least} to {int.MaxValue}");
        }

        return (int)Math.Min(given, int.MaxValue);
    }
}
