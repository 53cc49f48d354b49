namespace Lateen.Bench;

using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>Sends a given number of requests over kept-alive connections, one at a time on each.</summary>
internal sealed class LoadClient(int requests, Action finished) : Http1ClientCallbacks
{
    private readonly HeaderMap _request = new();
    private readonly Sink _sink = new();
    private int _sent;
    private int _completed;

    public void Start(EventLoop loop, SocketAddress address, int connections)
    {
        _request.Add(":method"u8, "GET"u8);
        _request.Add(":scheme"u8, "http"u8);
        _request.Add(":authority"u8, "reviews:9080"u8);
        _request.Add(":path"u8, "/reviews/0"u8);
        _request.Add("user-agent"u8, "bench"u8);
        _request.Add("accept"u8, "*/*"u8);
        _request.Add("x-request-id"u8, "0f8fad5b-d9cb-469f-a165-70867728950e"u8);
        _request.Add("end-user"u8, "jason"u8);
        for (int i = 0; i < connections; i++)
        {
            Send(Http1ClientCodec.Connect(loop, address, default, this, Http1Options.Default));
        }
    }

    public override void OnConnected(Http1ClientCodec codec)
    {
    }

    public override void OnConnectFailed(Http1ClientCodec codec, ConnectFailure failure) =>
        throw new IOException($"connect failed: {failure}");

    public override void OnIdle(Http1ClientCodec codec)
    {
        if (++_completed == requests)
        {
            finished();
        }
        else if (_sent < requests)
        {
            Send(codec);
        }
    }

    public override void OnClosed(Http1ClientCodec codec, CloseReason reason)
    {
    }

    private void Send(Http1ClientCodec codec)
    {
        _sent++;
        codec.NewStream(_sink).SendHeaders(_request, endStream: true);
    }

    private sealed class Sink : ResponseDecoder
    {
        public override void OnInformational(HeaderMap headers)
        {
        }

        public override void OnHeaders(HeaderMap headers, bool endStream)
        {
        }

        public override void OnData(ReadOnlySpan<byte> data, bool endStream)
        {
        }

        public override void OnTrailers(HeaderMap trailers)
        {
        }

        public override void OnReset(StreamResetReason reason, string detail) => throw new IOException(detail);

        public override void OnWriteBlocked()
        {
        }

        public override void OnWriteDrained()
        {
        }
    }
}
