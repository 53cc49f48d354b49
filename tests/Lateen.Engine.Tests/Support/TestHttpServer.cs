namespace Lateen.Engine.Tests.Support;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Transport;

/// <summary>An HTTP server on one connection that writes down what its codec says and answers as told.</summary>
internal sealed class TestHttpServer : HttpServerCallbacks
{
    private readonly List<TestRequest> _requests = [];

    public TestHttpServer(Http1Options? options = null)
    {
        Codec = new Http1ServerCodec(this, options ?? Http1Options.Default);
    }

    public Http1ServerCodec Codec { get; }

    public IReadOnlyList<TestRequest> Requests => _requests;

    public List<string> Errors { get; } = [];

    public int Idle { get; private set; }

    public int Started { get; private set; }

    public int Closed { get; private set; }

    /// <summary>Called when a request's head has arrived; by default nothing is answered then.</summary>
    public Action<TestRequest>? WhenHeaders { get; set; }

    /// <summary>Called when a request is complete; by default it is answered with 200 and "ok".</summary>
    public Action<TestRequest> WhenComplete { get; set; } = request => request.Respond(200, "ok");

    public override RequestDecoder OnNewStream(ResponseEncoder encoder)
    {
        var request = new TestRequest(this, encoder);
        _requests.Add(request);
        return request;
    }

    public override void OnRequestStarted() => Started++;

    public override void OnIdle() => Idle++;

    public override void OnProtocolError(int status, string detail) => Errors.Add($"{status} {detail}");

    public override void OnConnectionClosed() => Closed++;
}

/// <summary>One request as the codec told it.</summary>
internal sealed class TestRequest(TestHttpServer server, ResponseEncoder encoder) : RequestDecoder
{
    private readonly StringBuilder _body = new();

    public ResponseEncoder Encoder => encoder;

    /// <summary>"name=value" in order, joined by "|".</summary>
    public string Head { get; private set; } = "";

    public string Trailers { get; private set; } = "";

    public string Body => _body.ToString();

    public bool Complete { get; private set; }

    public StreamResetReason? Reset { get; private set; }

    public static string Describe(HeaderMap headers)
    {
        var text = new StringBuilder();
        for (int i = 0; i < headers.Count; i++)
        {
            text.Append(i == 0 ? "" : "|").Append(Encoding.Latin1.GetString(headers.NameAt(i))).Append('=')
                .Append(Encoding.Latin1.GetString(headers.ValueAt(i)));
        }

        return text.ToString();
    }

    public static HeaderMap Headers(params string[] fields)
    {
        var map = new HeaderMap();
        foreach (string field in fields)
        {
            int equals = field.IndexOf('=', StringComparison.Ordinal);
            map.Add(Encoding.Latin1.GetBytes(field[..equals]), Encoding.Latin1.GetBytes(field[(equals + 1)..]));
        }

        return map;
    }

    public void Respond(int status, string body)
    {
        encoder.SendHeaders(Headers($":status={status}", $"content-length={body.Length}"), endStream: body.Length == 0);
        if (body.Length > 0)
        {
            encoder.SendData(Encoding.Latin1.GetBytes(body), endStream: true);
        }
    }

    public override void OnHeaders(HeaderMap headers, bool endStream)
    {
        Head = Describe(headers);
        server.WhenHeaders?.Invoke(this);
        CompleteIf(endStream);
    }

    public override void OnData(ReadOnlySpan<byte> data, bool endStream)
    {
        _body.Append(Encoding.Latin1.GetString(data));
        CompleteIf(endStream);
    }

    public override void OnTrailers(HeaderMap trailers)
    {
        Trailers = Describe(trailers);
        CompleteIf(true);
    }

    public override void OnReset(StreamResetReason reason) => Reset = reason;

    public override void OnWriteBlocked()
    {
    }

    public override void OnWriteDrained()
    {
    }

    private void CompleteIf(bool endStream)
    {
        if (endStream)
        {
            Complete = true;
            server.WhenComplete(this);
        }
    }
}
