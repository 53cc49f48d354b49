namespace Lateen.Proxy.Admin;

using System.Globalization;
using System.Text;
using Lateen.Engine.Http;

/// <summary>One request and its answer on a <see cref="LocalHttpServer"/>.</summary>
internal sealed class LocalStream(LocalHttpServer server, ResponseEncoder encoder) : RequestDecoder
{
    private LocalRequest? _request;
    private bool _gone;

    public override void OnHeaders(HeaderMap headers, bool endStream)
    {
        string target = Encoding.ASCII.GetString(headers.GetOrEmpty(":path"u8));
        int question = target.IndexOf('?', StringComparison.Ordinal);
        _request = new LocalRequest(
            Encoding.ASCII.GetString(headers.GetOrEmpty(":method"u8)),
            question < 0 ? target : target[..question],
            question < 0 ? "" : target[(question + 1)..]);
        FinishIf(endStream);
    }

    // Nothing here takes a body; it is read past.
    public override void OnData(ReadOnlySpan<byte> data, bool endStream) => FinishIf(endStream);

    public override void OnTrailers(HeaderMap trailers) => FinishIf(true);

    public override void OnReset(Engine.Http.StreamResetReason reason) => _gone = true;

    public override void OnWriteBlocked()
    {
    }

    public override void OnWriteDrained()
    {
    }

    public void Reply(LocalResponse response)
    {
        if (_gone)
        {
            return;
        }

        byte[] body = Encoding.UTF8.GetBytes(response.Body);
        var headers = new HeaderMap();
        headers.Add(":status"u8, Encoding.ASCII.GetBytes(response.Status.ToString(CultureInfo.InvariantCulture)));
        headers.Add("content-type"u8, Encoding.ASCII.GetBytes(response.ContentType));
        headers.Add("content-length"u8, Encoding.ASCII.GetBytes(body.Length.ToString(CultureInfo.InvariantCulture)));
        headers.Add("cache-control"u8, "no-cache, max-age=0"u8);
        headers.Add("x-content-type-options"u8, "nosniff"u8);
        headers.Add("server"u8, "lateen"u8);
        bool isHead = _request?.Method == "HEAD";
        encoder.SendHeaders(headers, endStream: body.Length == 0 || isHead);
        if (body.Length > 0 && !isHead)
        {
            encoder.SendData(body, endStream: true);
        }
    }

    private void FinishIf(bool endStream)
    {
        if (endStream && _request is not null)
        {
            server.Handle(this, _request);
        }
    }
}
