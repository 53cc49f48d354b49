namespace Lateen.Engine.Http2;

using Lateen.Engine.Http;

/// <summary>Writes the request of one stream.</summary>
internal sealed class Http2RequestEncoder(Http2ClientStream stream) : RequestEncoder
{
    public override void SendHeaders(HeaderMap headers, bool endStream) => stream.SendHeaders(headers, endStream);

    public override void SendData(ReadOnlySpan<byte> data, bool endStream) => stream.SendData(data, endStream);

    public override void SendTrailers(HeaderMap trailers) => stream.SendTrailers(trailers);

    public override void Reset(StreamResetReason reason) => stream.Reset(reason);

    public override void PauseReading()
    {
        if (!stream.IsClosed)
        {
            stream.Input.Pause();
        }
    }

    public override void ResumeReading()
    {
        if (!stream.IsClosed)
        {
            stream.Input.Resume();
        }
    }
}
