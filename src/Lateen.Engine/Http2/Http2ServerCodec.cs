namespace Lateen.Engine.Http2;

using Lateen.Engine.Http;
using Lateen.Engine.Transport;

/// <summary>
/// HTTP/2 towards a client: many requests at a time. After a call that ends the response, or <see cref="ResponseEncoder.Reset"/>, the
/// stream's decoder hears nothing more.
/// </summary>
public sealed class Http2ServerCodec : Http2Codec
{
    internal static readonly HeaderMap ContinueHead = StatusHead("100"u8);

    private readonly HttpServerCallbacks _callbacks;
    private int _lastStreamId;
    private int _goAwayStreamId = int.MaxValue;
    private long _ended;
    private long _endedEarly;
    private bool _announcesHead;

    public Http2ServerCodec(HttpServerCallbacks callbacks, Http2Options options, Http2Stats? stats = null)
        : base(options, stats, isServer: true)
    {
        _callbacks = callbacks;
    }

    private protected override int LastPeerStreamId => _lastStreamId;

    /// <summary>Takes over a connection; also sets its handler.</summary>
    public void Attach(Connection connection)
    {
        Begin(connection);
        connection.Handler = this;
        SendSettings(connection);
    }

    public override void Drain()
    {
        if (IsDraining || IsClosed || Connection is not { } connection)
        {
            return;
        }

        IsDraining = true;
        AnnounceDrain(connection);
    }

    internal override void FinishDrain()
    {
        if (_goAwayStreamId != int.MaxValue || IsClosed)
        {
            return;
        }

        _goAwayStreamId = _lastStreamId;
        if (ActiveStreams == 0)
        {
            Close(CloseMode.Flush);
            return;
        }

        Output.WriteGoAway(_lastStreamId, Http2ErrorCode.NoError);
    }

    // A client that goes says so only for form: it opens no stream any more, and closes when it has its answers.
    internal override void OnGoAway(int lastStreamId, Http2ErrorCode error) => Glitch();

    internal override void OnHeaderBlock(int streamId, bool endStream, ReadOnlySpan<byte> block)
    {
        if (Streams.Find(streamId) is Http2ServerStream open)
        {
            ReadTrailers(open, endStream, block);
        }
        else if ((streamId & 1) == 0)
        {
            // RFC 9113 section 5.1.1.
            Fail(Http2ErrorCode.ProtocolError, "http2.even_stream_identifier");
        }
        else if (streamId <= _lastStreamId)
        {
            ReadLate(streamId, endStream, block);
        }
        else
        {
            ReadRequest(streamId, endStream, block);
        }

        if (_announcesHead)
        {
            _announcesHead = false;
            _callbacks.OnRequestAbandoned();
        }
    }

    internal override void OnInputDone(Http2Stream stream)
    {
        if (stream.OutputDone)
        {
            FinishStream(stream, CloseKind.Known);
        }
    }

    internal override void OnOutputDone(Http2Stream stream)
    {
        if (stream.Input.IsEnded && (!stream.IsTunnel || stream.Input.IsDone))
        {
            FinishStream(stream, CloseKind.Known);
        }
        else if (!stream.IsTunnel)
        {
            // RFC 9113 section 8.1: the answer is complete, the rest of the question is not wanted.
            ResetStream(stream, Http2ErrorCode.NoError);
        }
    }

    internal override bool IsIdle(int streamId) => streamId > _lastStreamId || (streamId & 1) == 0;

    internal override bool IsBeyondGoAway(int streamId) => streamId > _goAwayStreamId;

    internal override void OnPeerSettings(in Http2Settings settings)
    {
    }

    private protected override bool KeepsForFlush()
    {
        if (!HasUnsentEnd())
        {
            return false;
        }

        for (int i = Streams.Count - 1; i >= 0; i = Math.Min(i, Streams.Count) - 1)
        {
            if (Streams[i] is { OutputEnded: false } stream)
            {
                Output.WriteReset(stream.Id, Http2ErrorCode.InternalError);
                CloseStream(stream, CloseKind.ResetByUs);
                stream.NotifyReset(StreamResetReason.ConnectionTermination, "connection termination");
            }
        }

        if (_goAwayStreamId == int.MaxValue)
        {
            IsDraining = true;
            _goAwayStreamId = _lastStreamId;
            Output.WriteGoAway(_lastStreamId, Http2ErrorCode.NoError);
        }

        return true;
    }

    private protected override void OnConnectionClosed(CloseReason reason) => _callbacks.OnConnectionClosed();

    private protected override void OnFailed(string detail) => _callbacks.OnProtocolError(400, detail);

    private protected override void AfterRead()
    {
        if (IsReadingHead && !_announcesHead && !IsClosed)
        {
            _announcesHead = true;
            _callbacks.OnRequestStarted();
        }
    }

    internal override void OnStreamOver(Http2Stream stream, bool wasReset)
    {
        _ended++;
        _endedEarly += wasReset ? 1 : 0;
        if (IsClosed)
        {
            return;
        }

        // Envoy's rule against rapid reset (CVE-2023-44487, and CVE-2025-8671 where the peer makes us reset): once so many streams have
        // ended, at most half of them early; and before that, not so many that it could no longer be kept.
        int total = Options.PrematureResetTotalStreamCount;
        if (wasReset && _endedEarly * 2 >= Math.Max(_ended, total))
        {
            Fail(Http2ErrorCode.EnhanceYourCalm, "http2.premature_reset_flood", Http2Counter.PrematureResetFlood);
            return;
        }

        if (ActiveStreams > 0)
        {
            return;
        }

        if (_goAwayStreamId != int.MaxValue)
        {
            Close(CloseMode.Flush);
        }
        else
        {
            _callbacks.OnIdle();
        }
    }

    private bool HasUnsentEnd()
    {
        for (int i = 0; i < Streams.Count; i++)
        {
            if (Streams[i].OutputEnded)
            {
                return true;
            }
        }

        return false;
    }

    private void ReadRequest(int streamId, bool endStream, ReadOnlySpan<byte> block)
    {
        bool ignored = streamId > _goAwayStreamId;
        bool refused = ActiveStreams >= Options.MaxConcurrentStreams;
        if (ignored || refused)
        {
            if (!TryReadHead(block, map: null, Http2HeadKind.Discard, endStream))
            {
                return;
            }

            Glitch();
            _lastStreamId = ignored ? _lastStreamId : streamId;
            if (refused && !ignored)
            {
                Stats.Add(Http2Counter.StreamRefused);
                Closed.Add(streamId, CloseKind.ResetByUs);
                Output.WriteReset(streamId, Http2ErrorCode.RefusedStream);
            }

            return;
        }

        Http2ServerStream stream = Pool.TryRent() as Http2ServerStream ?? new Http2ServerStream();
        _lastStreamId = streamId;
        Open(stream, streamId);
        if (!TryReadHead(block, stream.Headers, Http2HeadKind.Request, endStream))
        {
            return;
        }

        if (DependsOnItself(streamId))
        {
            FailStream(stream, Http2ErrorCode.ProtocolError, "http2.invalid_priority");
        }
        else if (Head.Fault is { } fault)
        {
            Refuse(stream, fault, endStream);
        }
        else
        {
            BeginRequest(stream, endStream);
        }
    }

    private void BeginRequest(Http2ServerStream stream, bool endStream)
    {
        stream.Input.Expect(Head.Facts.ContentLength);
        stream.BeginRequest(Head.Facts.IsHead, Head.Facts.IsConnect, Head.Facts.ExpectsContinue && Options.AutoContinue && !endStream);
        if (endStream)
        {
            stream.Input.ReceiveEnd();
        }

        _announcesHead = false;
        stream.SetDecoder(_callbacks.OnNewStream(stream.Encoder));
        stream.DeliverHead(endStream);
        stream.SendContinueIfPending();
    }

    // What cannot be a request is reset; what only asks too much is told so.
    private void Refuse(Http2ServerStream stream, Http2Fault fault, bool endStream)
    {
        if (fault == Http2Fault.Underscore)
        {
            Stats.Add(Http2Counter.RequestsRejectedWithUnderscores);
        }
        else if (fault.Status == 431)
        {
            Stats.Add(Http2Counter.HeaderOverflow);
        }

        if (fault.IsMalformed)
        {
            bool keeps = Options.StreamErrorOnInvalidMessage;
            FailMessage(stream, fault.Detail);
            if (keeps)
            {
                _callbacks.OnProtocolError(fault.Status, fault.Detail);
            }

            return;
        }

        _callbacks.OnProtocolError(fault.Status, fault.Detail);
        if (stream.IsClosed || IsClosed)
        {
            return;
        }

        if (endStream)
        {
            stream.Input.ReceiveEnd();
        }

        stream.BeginRequest(isHead: false, isConnect: false, continueIsPending: false);
        stream.SendHead(FaultHead(fault.Status), endStream: true);
    }

    private void ReadTrailers(Http2ServerStream stream, bool endStream, ReadOnlySpan<byte> block)
    {
        if (!TryReadHead(block, stream.Trailers, Http2HeadKind.Trailers, endStream))
        {
            return;
        }

        if (stream.Input.IsEnded)
        {
            FailStream(stream, Http2ErrorCode.StreamClosed, "http2.headers_after_end");
        }
        else if (Head.Fault is { } fault)
        {
            FailMessage(stream, fault.Detail);
        }
        else
        {
            stream.Input.ReceiveTrailers();
        }
    }

    private void ReadLate(int streamId, bool endStream, ReadOnlySpan<byte> block)
    {
        switch (Closed.Find(streamId))
        {
            case CloseKind.ResetByUs:
                Glitch();
                TryReadHead(block, map: null, Http2HeadKind.Discard, endStream);
                break;
            case CloseKind.Known:
                // RFC 9113 section 5.1, state "closed".
                Fail(Http2ErrorCode.StreamClosed, "http2.headers_on_closed_stream");
                break;
            default:
                // RFC 9113 section 5.1.1: identifiers only grow.
                Fail(Http2ErrorCode.ProtocolError, "http2.stream_identifier_used");
                break;
        }
    }

    private static HeaderMap FaultHead(int status) => status switch
    {
        417 => Head417,
        431 => Head431,
        501 => Head501,
        _ => Head400,
    };

    private static readonly HeaderMap Head400 = StatusHead("400"u8);
    private static readonly HeaderMap Head417 = StatusHead("417"u8);
    private static readonly HeaderMap Head431 = StatusHead("431"u8);
    private static readonly HeaderMap Head501 = StatusHead("501"u8);

    private static HeaderMap StatusHead(ReadOnlySpan<byte> status)
    {
        var head = new HeaderMap();
        head.Add(":status"u8, status);
        return head;
    }
}
