namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;

/// <summary>Passes on what the codec reads of one request.</summary>
internal sealed class DownstreamDecoder(ActiveStream stream) : RequestDecoder
{
    public override void OnHeaders(HeaderMap headers, bool endStream) => stream.OnRequestHeaders(headers, endStream);

    public override void OnData(ReadOnlySpan<byte> data, bool endStream) => stream.OnRequestData(data, endStream);

    public override void OnTrailers(HeaderMap trailers) => stream.OnRequestTrailers(trailers);

    public override void OnReset(StreamResetReason reason)
    {
        if (reason is not StreamResetReason.ProtocolError)
        {
            stream.OnDownstreamGone(ResponseFlags.DownstreamConnectionTermination, ResponseCodeDetails.DownstreamRemoteDisconnect);
            return;
        }

        bool http2 = stream.Info.Protocol is HttpProtocol.Http2;
        stream.OnDownstreamGone(
            ResponseFlags.DownstreamProtocolError, http2 ? "http2.violation.of.messaging.rule" : "http1.codec_error");
    }

    public override void OnWriteBlocked() => stream.Router.PauseUpstream();

    public override void OnWriteDrained() => stream.Router.ResumeUpstream();
}
