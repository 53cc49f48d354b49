namespace Lateen.Engine.Http2;

using Lateen.Engine.Http;

/// <summary>
/// What the peer's frames do to a connection and its streams, header blocks apart: settings, windows, PING, RST_STREAM, DATA. The two
/// directions of flow control live here and in the streams (RFC 9113 sections 5.2 and 6.9).
/// </summary>
internal sealed class Http2FrameHandler(Http2Codec codec, Http2Options options, bool isServer)
{
    private int _receiveWindow = Math.Max(Http2Output.InitialWindowBytes, options.InitialConnectionWindowBytes);
    private int _consumed;
    private long _windowUpdates;
    private bool _settingsAcknowledged;

    /// <summary>What the peer lets us send on a new stream.</summary>
    public int PeerWindowBytes { get; private set; } = Http2Output.InitialWindowBytes;

    /// <summary>
    /// What the peer may send on a new stream; until our SETTINGS are acknowledged it may go by the default (RFC 9113 section 6.9.2).
    /// </summary>
    public int StreamWindowBytes => _settingsAcknowledged
        ? options.InitialStreamWindowBytes
        : Math.Max(options.InitialStreamWindowBytes, Http2Output.InitialWindowBytes);

    public void OnSettings(ReadOnlySpan<byte> payload)
    {
        codec.Glitch();
        var settings = default(Http2Settings);
        Http2ErrorCode error = settings.Read(payload, fromServer: !isServer);
        if (error is not Http2ErrorCode.NoError)
        {
            codec.Fail(error, "http2.invalid_settings");
            return;
        }

        if (settings.TableBytes is { } tableBytes)
        {
            codec.Output.SetPeerTableBytes(tableBytes);
        }

        if (settings.FrameBytes is { } frameBytes)
        {
            codec.Output.SetPeerFrameBytes(Math.Min(frameBytes, Http2Output.DataFrameBytes));
        }

        if (settings.WindowBytes is { } windowBytes && !TrySetPeerWindow(windowBytes))
        {
            codec.Fail(Http2ErrorCode.FlowControlError, "http2.window_overflow");
            return;
        }

        codec.Output.WriteSettingsAck();
        codec.OnPeerSettings(in settings);
    }

    public void OnSettingsAck()
    {
        if (_settingsAcknowledged)
        {
            codec.Glitch();
            return;
        }

        _settingsAcknowledged = true;
        codec.HeadDecoder.OnSettingsAcknowledged();
        if (codec.Connection is { } connection)
        {
            codec.Timers.OnSettingsAck(connection.Loop);
        }
    }

    public void OnPing(ulong data, bool ack)
    {
        if (!ack)
        {
            codec.Glitch();
            codec.Output.WritePing(data, ack: true);
        }
        else if (data == Http2Codec.DrainPing && codec.IsDraining)
        {
            codec.FinishDrain();
        }
        else if (data == Http2Codec.KeepAlivePing && codec.Connection is { } connection)
        {
            codec.Timers.OnPingAnswer(connection.Loop);
        }
        else
        {
            codec.Glitch();
        }
    }

    public void OnWindowUpdate(int streamId, int increment)
    {
        // Its own budget, Envoy's: a peer that takes a body in sips is slow, not hostile.
        long allowed = 5 + (2 * (codec.StreamsOpened + (options.MaxWindowUpdateFramesPerDataFrameSent * codec.Output.DataFrames)));
        if (++_windowUpdates > allowed)
        {
            codec.Fail(
                Http2ErrorCode.EnhanceYourCalm,
                "http2.inbound_window_update_frames_flood",
                Http2Counter.InboundWindowUpdateFramesFlood);
            return;
        }

        if (streamId == 0)
        {
            OnConnectionWindowUpdate(increment);
        }
        else if (FindOpen(streamId) is { } stream)
        {
            if (increment == 0)
            {
                // RFC 9113 section 6.9.
                codec.FailStream(stream, Http2ErrorCode.ProtocolError, "http2.zero_window_update");
            }
            else if (!stream.TryGrowSendWindow(increment))
            {
                codec.FailStream(stream, Http2ErrorCode.FlowControlError, "http2.window_overflow");
            }
        }
    }

    public void OnRstStream(int streamId, Http2ErrorCode error)
    {
        codec.Stats.Add(Http2Counter.RxReset);
        if (FindOpen(streamId) is not { } stream)
        {
            codec.Glitch();
            return;
        }

        if (!isServer && stream.Input.IsEnded && !stream.Input.IsDone)
        {
            // RFC 9113 section 8.1: the answer has arrived whole and waits to be delivered; only the rest of the question is not wanted.
            stream.StopOutput();
            return;
        }

        StreamResetReason reason = error is Http2ErrorCode.RefusedStream ? StreamResetReason.RemoteRefused : StreamResetReason.RemoteReset;
        string detail = reason is StreamResetReason.RemoteRefused ? "http2.remote_refuse" : "http2.remote_reset";
        bool early = IsEarly(stream);
        codec.CloseStream(stream, CloseKind.Known);
        stream.NotifyReset(reason, detail);
        codec.OnStreamOver(stream, wasReset: early);
    }

    public void OnBadPriority(int streamId, Http2ErrorCode error)
    {
        if (codec.Streams.Find(streamId) is { } stream)
        {
            codec.FailStream(stream, error, "http2.invalid_priority");
        }
        else
        {
            codec.Glitch();
            codec.Output.WriteReset(streamId, error);
        }
    }

    /// <summary>
    /// A DATA frame begins: its whole length counts against the windows (RFC 9113 section 6.9.1). False when it ends the connection.
    /// </summary>
    public bool OnDataFrame(int streamId, int length)
    {
        if (length > _receiveWindow)
        {
            codec.Fail(Http2ErrorCode.FlowControlError, "http2.connection_window_exceeded");
            return false;
        }

        _receiveWindow -= length;
        if (codec.Streams.Find(streamId) is { } stream && stream.Id != 0)
        {
            if (stream.Input.IsEnded)
            {
                codec.FailStream(stream, Http2ErrorCode.StreamClosed, "http2.data_after_end");
            }
            else if (!codec.AcceptsData(stream))
            {
                codec.FailMessage(stream, "http2.data_before_head");
            }
            else if (!stream.Input.TryTakeWindow(length))
            {
                codec.FailStream(stream, Http2ErrorCode.FlowControlError, "http2.stream_window_exceeded");
            }
            else
            {
                codec.Earn();
            }

            return !codec.IsClosed;
        }

        if (codec.IsIdle(streamId))
        {
            codec.Fail(Http2ErrorCode.ProtocolError, "http2.data_on_idle_stream");
            return false;
        }

        codec.Glitch();
        if (codec.Closed.Find(streamId) is not CloseKind.ResetByUs && !codec.IsBeyondGoAway(streamId))
        {
            codec.Output.WriteReset(streamId, Http2ErrorCode.StreamClosed);
        }

        return !codec.IsClosed;
    }

    public void OnData(int streamId, ReadOnlySpan<byte> data, bool endStream)
    {
        if (codec.Streams.Find(streamId) is { Input.IsEnded: false } stream)
        {
            stream.Input.Receive(data, endStream);
        }
        else
        {
            ReturnWindow(data.Length);
        }
    }

    /// <summary>Padding carries nothing, so its window is given back at once.</summary>
    public void OnPadding(int streamId, int length)
    {
        ReturnWindow(length);
        if (codec.Streams.Find(streamId) is { Input.IsEnded: false } stream)
        {
            stream.Input.ReturnWindow(length);
        }
    }

    /// <summary>So many bytes of bodies are dealt with; the peer learns it when half of the window is (RFC 9113 section 6.9).</summary>
    public void ReturnWindow(int bytes)
    {
        _consumed += bytes;
        if (_consumed >= options.InitialConnectionWindowBytes / 2 && !codec.IsClosed)
        {
            codec.Output.WriteWindowUpdate(0, _consumed);
            _receiveWindow += _consumed;
            _consumed = 0;
        }
    }

    private bool IsEarly(Http2Stream stream) =>
        !stream.OutputEnded && codec.NowMicros - stream.StartMicros < options.PrematureResetMinLifetimeMicros;

    private Http2Stream? FindOpen(int streamId)
    {
        if (codec.Streams.Find(streamId) is { } stream)
        {
            return stream;
        }

        if (codec.IsIdle(streamId))
        {
            // RFC 9113 section 5.1: only HEADERS and PRIORITY may concern an idle stream.
            codec.Fail(Http2ErrorCode.ProtocolError, "http2.frame_on_idle_stream");
        }

        return null;
    }

    private void OnConnectionWindowUpdate(int increment)
    {
        if (increment == 0)
        {
            codec.Fail(Http2ErrorCode.ProtocolError, "http2.zero_window_update");
        }
        else if (increment > int.MaxValue - codec.Output.Window)
        {
            codec.Fail(Http2ErrorCode.FlowControlError, "http2.window_overflow");
        }
        else
        {
            codec.Output.Window += increment;
        }
    }

    // RFC 9113 section 6.9.2: a change concerns the streams that are open too, and may make their windows negative.
    private bool TrySetPeerWindow(int bytes)
    {
        int delta = bytes - PeerWindowBytes;
        PeerWindowBytes = bytes;
        for (int i = 0; i < codec.Streams.Count; i++)
        {
            if (!codec.Streams[i].TryGrowSendWindow(delta))
            {
                return false;
            }
        }

        return true;
    }
}
