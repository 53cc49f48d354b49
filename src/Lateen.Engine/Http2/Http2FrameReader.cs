namespace Lateen.Engine.Http2;

using System.Buffers.Binary;
using Lateen.Engine.Buffers;

/// <summary>
/// Cuts a connection's input into frames and checks what a frame alone can tell: sizes, stream identifiers, padding, the order of header
/// block fragments, floods of frames that say nothing. DATA is passed on as it arrives; everything else whole.
/// </summary>
internal sealed class Http2FrameReader(Http2Codec codec, Http2FrameHandler handler, Http2Options options, bool isServer)
{
    private readonly Http2HeadFragments _fragments = new(codec, options);
    private int _prefaceBytes;
    private int _blockStreamId;
    private bool _blockEndsStream;
    private int _continuations;
    private int _dataStreamId;
    private int _dataBytes;
    private int _paddingBytes;
    private bool _dataEndsStream;
    private bool _inData;
    private bool _sawSettings;
    private int _emptyFrames;
    private long _priorityFrames;

    public static ReadOnlySpan<byte> Preface => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>A request's head has begun to arrive and is not complete.</summary>
    public bool IsInHead { get; private set; }

    /// <summary>Takes one step; 0 when it needs more input.</summary>
    public int Read(ReadOnlySpan<byte> input)
    {
        if (isServer && _prefaceBytes < Preface.Length)
        {
            return ReadPreface(input);
        }

        if (_inData)
        {
            return ReadData(input);
        }

        if (input.Length < FrameHeader.Size)
        {
            return 0;
        }

        FrameHeader header = FrameHeader.Read(input);
        if (!IsExpected(header))
        {
            return 0;
        }

        if (header.Type is FrameType.Data)
        {
            return BeginData(header, input);
        }

        if (input.Length < FrameHeader.Size + header.Length)
        {
            IsInHead |= header.Type is FrameType.Headers && IsRequest(header.StreamId);
            return 0;
        }

        Dispatch(header, input.Slice(FrameHeader.Size, header.Length));
        return FrameHeader.Size + header.Length;
    }

    /// <summary>Gives its memory back; the connection is gone.</summary>
    public void Release(SlabPool pool) => _fragments.Clear(pool);

    private int ReadPreface(ReadOnlySpan<byte> input)
    {
        int count = Math.Min(input.Length, Preface.Length - _prefaceBytes);
        if (!input[..count].SequenceEqual(Preface.Slice(_prefaceBytes, count)))
        {
            // RFC 9113 section 3.4.
            Fail(Http2ErrorCode.ProtocolError, "http2.invalid_preface");
            return 0;
        }

        _prefaceBytes += count;
        return count;
    }

    private bool IsExpected(FrameHeader header)
    {
        if (header.Length > options.MaxFrameBytes)
        {
            return Fail(Http2ErrorCode.FrameSizeError, "http2.frame_too_large");
        }

        if (!_sawSettings && (header.Type is not FrameType.Settings || header.Has(FrameFlags.Ack)))
        {
            return Fail(Http2ErrorCode.ProtocolError, "http2.missing_settings");
        }

        if (_blockStreamId != 0 && (header.Type is not FrameType.Continuation || header.StreamId != _blockStreamId))
        {
            // RFC 9113 section 6.10: nothing may come between the fragments of a header block.
            return Fail(Http2ErrorCode.ProtocolError, "http2.interleaved_header_block");
        }

        _sawSettings = true;
        return true;
    }

    private void Dispatch(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        switch (header.Type)
        {
            case FrameType.Headers:
                ReadHeaders(header, payload);
                break;
            case FrameType.Continuation:
                ReadContinuation(header, payload);
                break;
            case FrameType.Priority:
                ReadPriority(header, payload);
                break;
            case FrameType.RstStream:
                if (Check(header, 4, onStream: true))
                {
                    handler.OnRstStream(header.StreamId, ReadError(payload));
                }

                break;
            case FrameType.Settings:
                ReadSettings(header, payload);
                break;
            case FrameType.PushPromise:
                // RFC 9113 sections 6.5.2 and 8.4: clients never push, and we told servers not to.
                Fail(Http2ErrorCode.ProtocolError, "http2.unexpected_push");
                break;
            case FrameType.Ping:
                if (Check(header, 8, onStream: false))
                {
                    handler.OnPing(BinaryPrimitives.ReadUInt64BigEndian(payload), header.Has(FrameFlags.Ack));
                }

                break;
            case FrameType.GoAway:
                ReadGoAway(header, payload);
                break;
            case FrameType.WindowUpdate:
                if (Check(header, 4, onStream: null))
                {
                    handler.OnWindowUpdate(header.StreamId, BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue);
                }

                break;
            default:
                // RFC 9113 section 4.1: unknown types are ignored; a flood of them is not.
                codec.Glitch();
                break;
        }
    }

    private int BeginData(FrameHeader header, ReadOnlySpan<byte> input)
    {
        if (header.StreamId == 0)
        {
            Fail(Http2ErrorCode.ProtocolError, "http2.data_without_stream");
            return 0;
        }

        int padding = 0;
        int overhead = 0;
        if (header.Has(FrameFlags.Padded))
        {
            overhead = 1;
            if (input.Length == FrameHeader.Size && header.Length > 0)
            {
                return 0;
            }

            padding = header.Length == 0 ? 0 : input[FrameHeader.Size];
            if (padding + overhead > header.Length)
            {
                // RFC 9113 section 6.1.
                Fail(Http2ErrorCode.ProtocolError, "http2.invalid_padding");
                return 0;
            }
        }

        _dataStreamId = header.StreamId;
        _dataBytes = header.Length - padding - overhead;
        _paddingBytes = padding;
        _dataEndsStream = header.Has(FrameFlags.EndStream);
        _inData = true;
        if (!CountEmpty(_dataBytes == 0 && !_dataEndsStream) || !handler.OnDataFrame(_dataStreamId, header.Length))
        {
            return 0;
        }

        if (overhead > 0)
        {
            handler.OnPadding(_dataStreamId, overhead);
        }

        FinishDataIfDone();
        return FrameHeader.Size + overhead;
    }

    private int ReadData(ReadOnlySpan<byte> input)
    {
        int count = Math.Min(input.Length, _dataBytes);
        if (count > 0)
        {
            _dataBytes -= count;
            bool last = _dataBytes == 0 && _paddingBytes == 0;
            _inData = !last;
            handler.OnData(_dataStreamId, input[..count], last && _dataEndsStream);
            return count;
        }

        count = Math.Min(input.Length, _paddingBytes);
        _paddingBytes -= count;
        handler.OnPadding(_dataStreamId, count);
        FinishDataIfDone();
        return count;
    }

    private void FinishDataIfDone()
    {
        if (_dataBytes == 0 && _paddingBytes == 0)
        {
            _inData = false;
            if (_dataEndsStream)
            {
                handler.OnData(_dataStreamId, default, endStream: true);
            }
        }
    }

    private void ReadHeaders(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.StreamId == 0)
        {
            Fail(Http2ErrorCode.ProtocolError, "http2.headers_without_stream");
            return;
        }

        if (!TryStrip(header, ref payload, out int dependency))
        {
            return;
        }

        bool endStream = header.Has(FrameFlags.EndStream);
        if (!CountEmpty(payload.IsEmpty && !endStream))
        {
            return;
        }

        codec.SetDependency(dependency);
        if (header.Has(FrameFlags.EndHeaders))
        {
            IsInHead = false;
            codec.OnHeaderBlock(header.StreamId, endStream, payload);
            return;
        }

        IsInHead = IsRequest(header.StreamId);
        _blockStreamId = header.StreamId;
        _blockEndsStream = endStream;
        _continuations = 0;
        _fragments.Add(payload);
    }

    private void ReadContinuation(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (_blockStreamId == 0)
        {
            Fail(Http2ErrorCode.ProtocolError, "http2.unexpected_continuation");
            return;
        }

        bool endHeaders = header.Has(FrameFlags.EndHeaders);
        if (!CountEmpty(payload.IsEmpty && !endHeaders))
        {
            return;
        }

        if (++_continuations > options.MaxContinuationFrames)
        {
            // CVE-2024-27316 and its kin: an endless header block.
            codec.Fail(Http2ErrorCode.EnhanceYourCalm, "http2.too_many_continuations", Http2Counter.TooManyHeaderFrames);
            return;
        }

        if (!_fragments.Add(payload) || !endHeaders)
        {
            return;
        }

        int streamId = _blockStreamId;
        _blockStreamId = 0;
        IsInHead = false;
        codec.OnHeaderBlock(streamId, _blockEndsStream, _fragments.Bytes);
        _fragments.Clear(codec.Buffers);
    }

    // Trailers have the stream's own timeouts.
    private bool IsRequest(int streamId) => isServer && codec.Streams.Find(streamId) is null;

    // Takes padding and the deprecated priority fields off a HEADERS payload.
    private bool TryStrip(FrameHeader header, ref ReadOnlySpan<byte> payload, out int dependency)
    {
        dependency = 0;
        int padding = 0;
        if (header.Has(FrameFlags.Padded))
        {
            if (payload.IsEmpty)
            {
                return Fail(Http2ErrorCode.FrameSizeError, "http2.invalid_padding");
            }

            padding = payload[0];
            payload = payload[1..];
        }

        if (header.Has(FrameFlags.Priority))
        {
            if (payload.Length < 5)
            {
                return Fail(Http2ErrorCode.FrameSizeError, "http2.invalid_priority");
            }

            dependency = BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue;
            payload = payload[5..];
        }

        if (padding > payload.Length)
        {
            return Fail(Http2ErrorCode.ProtocolError, "http2.invalid_padding");
        }

        payload = payload[..^padding];
        return true;
    }

    private void ReadPriority(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.StreamId == 0)
        {
            Fail(Http2ErrorCode.ProtocolError, "http2.priority_without_stream");
            return;
        }

        if (++_priorityFrames > (long)options.MaxPriorityFramesPerStream * (1 + codec.StreamsOpened))
        {
            codec.Fail(Http2ErrorCode.EnhanceYourCalm, "http2.inbound_priority_frames_flood", Http2Counter.InboundPriorityFramesFlood);
            return;
        }

        // Errors of PRIORITY concern its stream only (RFC 9113 section 6.3); the signal itself is deprecated and not used.
        bool isSelf = payload.Length == 5 && (BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue) == header.StreamId;
        if (payload.Length != 5 || isSelf)
        {
            handler.OnBadPriority(header.StreamId, isSelf ? Http2ErrorCode.ProtocolError : Http2ErrorCode.FrameSizeError);
        }
    }

    private void ReadSettings(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        bool ack = header.Has(FrameFlags.Ack);
        if (header.StreamId != 0)
        {
            Fail(Http2ErrorCode.ProtocolError, "http2.settings_on_stream");
        }
        else if (ack ? payload.Length != 0 : payload.Length % 6 != 0)
        {
            Fail(Http2ErrorCode.FrameSizeError, "http2.invalid_settings");
        }
        else if (ack)
        {
            handler.OnSettingsAck();
        }
        else
        {
            handler.OnSettings(payload);
        }
    }

    private void ReadGoAway(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.StreamId != 0)
        {
            Fail(Http2ErrorCode.ProtocolError, "http2.goaway_on_stream");
        }
        else if (payload.Length < 8)
        {
            Fail(Http2ErrorCode.FrameSizeError, "http2.invalid_goaway");
        }
        else
        {
            codec.OnGoAway(BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue, ReadError(payload[4..]));
        }
    }

    // Unknown codes have no special meaning (RFC 9113 section 7).
    private static Http2ErrorCode ReadError(ReadOnlySpan<byte> payload) => (Http2ErrorCode)BinaryPrimitives.ReadInt32BigEndian(payload);

    private bool Check(FrameHeader header, int length, bool? onStream)
    {
        if (onStream is { } must && must != (header.StreamId != 0))
        {
            return Fail(Http2ErrorCode.ProtocolError, "http2.invalid_stream_identifier");
        }

        return header.Length == length || Fail(Http2ErrorCode.FrameSizeError, "http2.invalid_frame_size");
    }

    // CVE-2019-9518: frames that cost us work and the peer nothing.
    private bool CountEmpty(bool isEmpty)
    {
        _emptyFrames = isEmpty ? _emptyFrames + 1 : 0;
        if (_emptyFrames <= options.MaxConsecutiveEmptyFrames)
        {
            return true;
        }

        codec.Fail(Http2ErrorCode.EnhanceYourCalm, "http2.inbound_empty_frames_flood", Http2Counter.InboundEmptyFramesFlood);
        return false;
    }

    private bool Fail(Http2ErrorCode error, string detail)
    {
        codec.Fail(error, detail);
        return false;
    }
}
