namespace Lateen.Engine.Http2;

using System.Buffers.Binary;
using Lateen.Engine.Http;
using Lateen.Engine.Transport;

/// <summary>
/// Everything a codec writes. Frames go to the connection, which gathers a turn's; a body waits in its stream while a window or the socket
/// is full, and the streams that wait take turns, a frame each.
/// </summary>
internal sealed class Http2Output(Http2Codec codec, Http2Options options)
{
    public const int InitialWindowBytes = 65_535;

    // Larger frames, which a peer may allow, would only make the streams wait longer for each other.
    public const int DataFrameBytes = 16 * 1024;

    private const int PingBytes = 8;

    // Up to here a payload is copied behind its header, so that the connection has one write to take.
    private const int SmallPayloadBytes = 1024;

    private readonly HpackEncoder _encoder = new(options.HeaderTableBytes);
    private Connection? _connection;
    private Http2WaitingOutput? _first;
    private Http2WaitingOutput? _last;
    private FrameCount _recent;
    private FrameCount _earlier;
    private long _written;
    private long _mark;
    private int _headFrameBytes = DataFrameBytes;

    /// <summary>What the peer lets us send on all streams together (RFC 9113 section 6.9).</summary>
    public int Window { get; set; } = InitialWindowBytes;

    /// <summary>The socket takes no more for now.</summary>
    public bool IsBlocked { get; set; }

    public long DataFrames { get; private set; }

    public bool HasWork => _first is not null && !IsBlocked && Window > 0;

    public void Attach(Connection connection) => _connection = connection;

    public void SetPeerTableBytes(int bytes) => _encoder.SetPeerLimit(bytes);

    public void SetPeerFrameBytes(int bytes) => _headFrameBytes = bytes;

    /// <summary>The client's connection preface (RFC 9113 section 3.4).</summary>
    public void WritePreface() => WritePayload(Http2FrameReader.Preface);

    public void WriteSettings(bool isServer)
    {
        Span<byte> frame = stackalloc byte[FrameHeader.Size + (7 * 6)];
        int length = FrameHeader.Size;
        Setting(frame, ref length, Http2Settings.HeaderTableSize, options.HeaderTableBytes);
        if (isServer)
        {
            Setting(frame, ref length, Http2Settings.MaxConcurrentStreams, options.MaxConcurrentStreams);
        }
        else
        {
            Setting(frame, ref length, Http2Settings.EnablePush, 0);
        }

        Setting(frame, ref length, Http2Settings.InitialWindowSize, options.InitialStreamWindowBytes);
        Setting(frame, ref length, Http2Settings.MaxFrameSize, options.MaxFrameBytes);
        Setting(frame, ref length, Http2Settings.MaxHeaderListSize, options.MaxHeadBytes);
        if (isServer && options.AllowExtendedConnect)
        {
            Setting(frame, ref length, Http2Settings.EnableConnectProtocol, 1);
        }

        FrameHeader.Write(frame, length - FrameHeader.Size, FrameType.Settings, 0, 0);
        Write(frame[..length], isControl: false);
    }

    public void WriteSettingsAck()
    {
        Span<byte> frame = stackalloc byte[FrameHeader.Size];
        FrameHeader.Write(frame, 0, FrameType.Settings, FrameFlags.Ack, 0);
        Write(frame, isControl: true);
    }

    public void WritePing(ulong data, bool ack)
    {
        Span<byte> frame = stackalloc byte[FrameHeader.Size + PingBytes];
        FrameHeader.Write(frame, PingBytes, FrameType.Ping, ack ? FrameFlags.Ack : (byte)0, 0);
        BinaryPrimitives.WriteUInt64BigEndian(frame[FrameHeader.Size..], data);
        Write(frame, isControl: true);
    }

    public void WriteReset(int streamId, Http2ErrorCode error)
    {
        codec.Stats.Add(Http2Counter.TxReset);
        Span<byte> frame = stackalloc byte[FrameHeader.Size + 4];
        FrameHeader.Write(frame, 4, FrameType.RstStream, 0, streamId);
        BinaryPrimitives.WriteInt32BigEndian(frame[FrameHeader.Size..], (int)error);
        Write(frame, isControl: true);
    }

    public void WriteWindowUpdate(int streamId, int increment)
    {
        Span<byte> frame = stackalloc byte[FrameHeader.Size + 4];
        FrameHeader.Write(frame, 4, FrameType.WindowUpdate, 0, streamId);
        BinaryPrimitives.WriteInt32BigEndian(frame[FrameHeader.Size..], increment);
        Write(frame, isControl: false);
    }

    /// <summary>Not counted against the flood limits: it is what a flood is answered with.</summary>
    public void WriteGoAway(int lastStreamId, Http2ErrorCode error)
    {
        codec.Stats.Add(Http2Counter.GoAwaySent);
        Span<byte> frame = stackalloc byte[FrameHeader.Size + 8];
        FrameHeader.Write(frame, 8, FrameType.GoAway, 0, 0);
        BinaryPrimitives.WriteInt32BigEndian(frame[FrameHeader.Size..], lastStreamId);
        BinaryPrimitives.WriteInt32BigEndian(frame[(FrameHeader.Size + 4)..], (int)error);
        _connection?.Write(frame);
        _written += frame.Length;
    }

    /// <summary>Writes a header block, in CONTINUATION frames too when it is longer than the peer's frames.</summary>
    public void WriteHeaders(int streamId, HeaderMap headers, bool endStream)
    {
        HpackScratch scratch = HpackScratch.OfThread;
        HpackScratch.Ensure(ref scratch.Output, FrameHeader.Size + HpackEncoder.MaxLength(headers));
        Span<byte> buffer = scratch.Output;
        int length = _encoder.Encode(headers, buffer[FrameHeader.Size..]);
        int taken = Math.Min(length, _headFrameBytes);
        byte end = endStream ? FrameFlags.EndStream : (byte)0;
        byte flags = (byte)(end | (taken == length ? FrameFlags.EndHeaders : 0));
        FrameHeader.Write(buffer, taken, FrameType.Headers, flags, streamId);
        Write(buffer[..(FrameHeader.Size + taken)], isControl: false);
        while (taken < length)
        {
            // The nine bytes in front were sent already; the next header takes their place.
            int count = Math.Min(length - taken, _headFrameBytes);
            Span<byte> frame = buffer.Slice(taken, FrameHeader.Size + count);
            taken += count;
            FrameHeader.Write(frame, count, FrameType.Continuation, taken == length ? FrameFlags.EndHeaders : (byte)0, streamId);
            Write(frame, isControl: false);
        }
    }

    /// <summary>Writes as many DATA frames as windows and socket allow; returns the bytes they took.</summary>
    public int WriteData(Http2Stream stream, ReadOnlySpan<byte> data, bool endStream)
    {
        int taken = 0;
        while (taken < data.Length && !IsBlocked)
        {
            int count = Math.Min(Math.Min(DataFrameBytes, data.Length - taken), Math.Min(stream.SendWindow, Window));
            if (count <= 0)
            {
                break;
            }

            bool last = endStream && taken + count == data.Length;
            WriteDataFrame(stream, data.Slice(taken, count), last);
            taken += count;
        }

        return taken;
    }

    /// <summary>Begins a DATA frame whose payload the caller writes with <see cref="WritePayload"/>.</summary>
    public void BeginDataFrame(Http2Stream stream, int length, bool endStream)
    {
        Span<byte> header = stackalloc byte[FrameHeader.Size];
        WriteData(stream, header, length, endStream);
    }

    public void WritePayload(ReadOnlySpan<byte> payload)
    {
        _connection?.Write(payload);
        _written += payload.Length;
    }

    /// <summary>The stream has a body waiting and a window for it.</summary>
    public void Enqueue(Http2WaitingOutput waiting)
    {
        if (waiting.IsQueued)
        {
            return;
        }

        waiting.IsQueued = true;
        waiting.Next = null;
        waiting.Previous = _last;
        if (_last is not null)
        {
            _last.Next = waiting;
        }
        else
        {
            _first = waiting;
        }

        _last = waiting;
    }

    public void Dequeue(Http2WaitingOutput waiting)
    {
        if (!waiting.IsQueued)
        {
            return;
        }

        waiting.IsQueued = false;
        if (waiting.Previous is { } previous)
        {
            previous.Next = waiting.Next;
        }
        else
        {
            _first = waiting.Next;
        }

        if (waiting.Next is { } next)
        {
            next.Previous = waiting.Previous;
        }
        else
        {
            _last = waiting.Previous;
        }

        waiting.Next = null;
        waiting.Previous = null;
    }

    /// <summary>Lets the waiting streams send, a frame each in turn.</summary>
    public void Pump()
    {
        while (HasWork && _first is { } waiting && !codec.IsClosed)
        {
            Dequeue(waiting);
            waiting.Stream.WriteWaitingFrame();
            if (waiting.Stream.Sendable is not null)
            {
                Enqueue(waiting);
            }
        }
    }

    private void WriteDataFrame(Http2Stream stream, ReadOnlySpan<byte> payload, bool endStream)
    {
        if (payload.Length > SmallPayloadBytes)
        {
            BeginDataFrame(stream, payload.Length, endStream);
            WritePayload(payload);
            return;
        }

        Span<byte> frame = HpackScratch.OfThread.Output.AsSpan(0, FrameHeader.Size + payload.Length);
        payload.CopyTo(frame[FrameHeader.Size..]);
        WriteData(stream, frame, payload.Length, endStream);
    }

    // The first bytes of a DATA frame of so many.
    private void WriteData(Http2Stream stream, Span<byte> bytes, int length, bool endStream)
    {
        FrameHeader.Write(bytes, length, FrameType.Data, endStream ? FrameFlags.EndStream : (byte)0, stream.Id);
        stream.SendWindow -= length;
        Window -= length;
        DataFrames++;
        Write(bytes, isControl: false);
    }

    private static void Setting(Span<byte> frame, ref int length, int identifier, int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(frame[length..], (ushort)identifier);
        BinaryPrimitives.WriteInt32BigEndian(frame[(length + 2)..], value);
        length += 6;
    }

    private void Write(ReadOnlySpan<byte> bytes, bool isControl)
    {
        if (_connection is not { } connection || codec.IsClosed)
        {
            return;
        }

        connection.Write(bytes);
        _written += bytes.Length;
        Count(connection, isControl);
    }

    // A peer that makes us answer without reading the answers fills our memory with them (CVE-2019-9512, 9514, 9515). Which frames the socket
    // has taken is known to within a generation: the earlier one counts until all of it is out.
    private void Count(Connection connection, bool isControl)
    {
        if (_written - connection.PendingWriteBytes >= _mark)
        {
            _earlier = _recent;
            _recent = default;
            _mark = _written;
        }

        _recent = new FrameCount(_recent.All + 1, _recent.Control + (isControl ? 1 : 0));
        if (_recent.Control + _earlier.Control > options.MaxOutboundControlFrames)
        {
            codec.Fail(Http2ErrorCode.EnhanceYourCalm, "http2.outbound_control_frames_flood", Http2Counter.OutboundControlFlood);
        }
        else if (_recent.All + _earlier.All > options.MaxOutboundFrames)
        {
            codec.Fail(Http2ErrorCode.EnhanceYourCalm, "http2.outbound_frames_flood", Http2Counter.OutboundFlood);
        }
    }

    private readonly record struct FrameCount(int All, int Control);
}
