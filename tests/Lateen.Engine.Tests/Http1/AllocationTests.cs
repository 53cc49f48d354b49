namespace Lateen.Engine.Tests.Http1;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Loop;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

public sealed class AllocationTests
{
    private readonly AllocationMeter _meter = new(warmUp: 2_000);

    [Fact]
    public void Ten_thousand_requests_over_loopback_allocate_nothing() =>
        Assert.Equal(0, _meter.OverLoopback(new EchoAccept(), new LoopingClient(_meter).Start));

    [Fact]
    public void Ten_thousand_requests_on_the_simulated_network_allocate_nothing() =>
        Assert.Equal(0, _meter.Simulated(new EchoAccept(), new LoopingClient(_meter).Start));

    private sealed class EchoAccept : AcceptHandler
    {
        public override void OnAccepted(Connection connection) => new EchoServer().Codec.Attach(connection);
    }

    /// <summary>Answers with the request's body and one of its headers.</summary>
    private sealed class EchoServer : HttpServerCallbacks
    {
        private readonly EchoStream _stream = new();

        public EchoServer()
        {
            Codec = new Http1ServerCodec(this, Http1Options.Default);
        }

        public Http1ServerCodec Codec { get; }

        public override RequestDecoder OnNewStream(ResponseEncoder encoder)
        {
            _stream.Encoder = encoder;
            return _stream;
        }

        public override void OnProtocolError(int status, string detail) => throw new InvalidOperationException(detail);

        public override void OnConnectionClosed()
        {
        }
    }

    private sealed class EchoStream : RequestDecoder
    {
        private readonly HeaderMap _response = new();

        public ResponseEncoder? Encoder { get; set; }

        public override void OnHeaders(HeaderMap headers, bool endStream)
        {
            _response.Clear();
            _response.Add(":status"u8, "200"u8);
            _response.Add("x-echo"u8, headers.GetOrEmpty("x-echo"u8));
            Encoder?.SendHeaders(_response, endStream);
        }

        public override void OnData(ReadOnlySpan<byte> data, bool endStream) => Encoder?.SendData(data, endStream);

        public override void OnTrailers(HeaderMap trailers) => Encoder?.SendTrailers(trailers);

        public override void OnReset(StreamResetReason reason)
        {
        }

        public override void OnWriteBlocked()
        {
        }

        public override void OnWriteDrained()
        {
        }
    }

    /// <summary>Sends one request after the other on one connection.</summary>
    private sealed class LoopingClient(AllocationMeter meter) : Http1ClientCallbacks
    {
        private readonly SilentDecoder _decoder = new();
        private readonly HeaderMap _request = new();
        private readonly byte[] _body = Encoding.ASCII.GetBytes(new string('b', 1024));

        public void Start(EventLoop loop, SocketAddress address)
        {
            Http1ClientCodec codec = Http1ClientCodec.Connect(loop, address, default, this, Http1Options.Default);
            Next(codec);
        }

        public override void OnConnectFailed(Http1ClientCodec codec, ConnectFailure failure) => meter.Fail();

        public override void OnIdle(Http1ClientCodec codec)
        {
            if (meter.Count())
            {
                Next(codec);
            }
            else
            {
                codec.Close(CloseMode.NoFlush);
            }
        }

        public override void OnClosed(Http1ClientCodec codec, CloseReason reason) => meter.Fail();

        private void Next(Http1ClientCodec codec)
        {
            _request.Clear();
            _request.Add(":method"u8, "POST"u8);
            _request.Add(":scheme"u8, "http"u8);
            _request.Add(":authority"u8, "echo:8080"u8);
            _request.Add(":path"u8, "/echo?x=1"u8);
            _request.Add("x-echo"u8, "value"u8);
            _request.Add("user-agent"u8, "test"u8);
            bool chunked = (meter.Completed & 1) == 0;
            if (!chunked)
            {
                _request.Add("content-length"u8, "1024"u8);
            }

            RequestEncoder encoder = codec.NewStream(_decoder);
            encoder.SendHeaders(_request, endStream: false);
            encoder.SendData(_body, endStream: true);
        }
    }

    private sealed class SilentDecoder : ResponseDecoder
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

        public override void OnReset(StreamResetReason reason, string detail) => throw new InvalidOperationException(detail);

        public override void OnWriteBlocked()
        {
        }

        public override void OnWriteDrained()
        {
        }
    }
}
