namespace Lateen.Engine.Http2;

using Lateen.Engine.Http;

/// <summary>Writes the response of one stream.</summary>
internal sealed class Http2ResponseEncoder(Http2ServerStream stream) : ResponseEncoder
{
    public override void SendInformational(HeaderMap headers) => stream.SendInformational(headers);

    public override void SendHeaders(HeaderMap headers, bool endStream)
    {
        stream.SendHeaders(headers, endStream);
        LetGoIfEnded();
    }

    public override void SendData(ReadOnlySpan<byte> data, bool endStream)
    {
        stream.SendData(data, endStream);
        LetGoIfEnded();
    }

    public override void SendTrailers(HeaderMap trailers)
    {
        stream.SendTrailers(trailers);
        LetGoIfEnded();
    }

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

    public override void CloseAfterResponse() => stream.CloseConnectionAfterResponse();

    private void LetGoIfEnded()
    {
        if (stream.OutputEnded && !stream.IsClosed && !stream.IsTunnel)
        {
            stream.LetGo();
        }
    }
}
