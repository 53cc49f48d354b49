namespace Lateen.Engine.Tests.Support;

using System.Text;
using Lateen.Engine.Http;

/// <summary>One response as the client codec told it.</summary>
internal sealed class TestResponse : ResponseDecoder
{
    private readonly StringBuilder _body = new();

    public string Head { get; private set; } = "";

    public string Trailers { get; private set; } = "";

    public string Body => _body.ToString();

    public List<string> Informational { get; } = [];

    public bool Complete { get; private set; }

    public string? Reset { get; private set; }

    public override void OnInformational(HeaderMap headers) => Informational.Add(TestRequest.Describe(headers));

    public override void OnHeaders(HeaderMap headers, bool endStream)
    {
        Head = TestRequest.Describe(headers);
        Complete |= endStream;
    }

    public override void OnData(ReadOnlySpan<byte> data, bool endStream)
    {
        _body.Append(Encoding.Latin1.GetString(data));
        Complete |= endStream;
    }

    public override void OnTrailers(HeaderMap trailers)
    {
        Trailers = TestRequest.Describe(trailers);
        Complete = true;
    }

    public override void OnReset(StreamResetReason reason, string detail) => Reset = $"{reason}: {detail}";

    public override void OnWriteBlocked()
    {
    }

    public override void OnWriteDrained()
    {
    }
}
