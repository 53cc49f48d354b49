namespace Lateen.Engine.Tests.Http2;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Loop;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

public sealed class Http2AllocationTests
{
    private readonly AllocationMeter _meter = new(warmUp: 4_000);

    [Fact]
    public void Ten_thousand_streams_over_loopback_allocate_nothing() =>
        Assert.Equal(0, _meter.OverLoopback(new EchoAccept(), new ManyStreams(_meter).Start));

    [Fact]
    public void Ten_thousand_streams_on_the_simulated_network_allocate_nothing() =>
        Assert.Equal(0, _meter.Simulated(new EchoAccept(), new ManyStreams(_meter).Start));

    private sealed class EchoAccept : AcceptHandler
    {
        public override void OnAccepted(Connection connection) => new EchoServer().Codec.Attach(connection);
    }

    /// <summary>Answers with the request's body, one of its headers and trailers.</summary>
    private sealed class EchoServer : HttpServerCallbacks
    {
        private readonly Stack<EchoStream> _free = new();

        public EchoServer()
        {
            Codec = new Http2ServerCodec(this, Http2Options.Default);
        }

        public Http2ServerCodec Codec { get; }

        public override RequestDecoder OnNewStream(ResponseEncoder encoder)
        {
            EchoStream stream = _free.TryPop(out EchoStream? free) ? free : new EchoStream(_free);
            stream.Encoder = encoder;
            return stream;
        }

        public override void OnProtocolError(int status, string detail) => throw new InvalidOperationException(detail);

        public override void OnConnectionClosed()
        {
        }
    }

    private sealed class EchoStream(Stack<EchoStream> free) : RequestDecoder
    {
        private readonly HeaderMap _response = new();
        private readonly HeaderMap _trailers = TestRequest.Headers("grpc-status=0");

        public ResponseEncoder? Encoder { get; set; }

        public override void OnHeaders(HeaderMap headers, bool endStream)
        {
            _response.Clear();
            _response.Add(":status"u8, "200"u8);
            _response.Add("x-echo"u8, headers.GetOrEmpty("x-echo"u8));
            Encoder?.SendHeaders(_response, endStream: false);
        }

        public override void OnData(ReadOnlySpan<byte> data, bool endStream)
        {
            Encoder?.SendData(data, endStream: false);
            if (endStream)
            {
                Encoder?.SendTrailers(_trailers);
                free.Push(this);
            }
        }

        public override void OnTrailers(HeaderMap trailers)
        {
        }

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

    /// <summary>Keeps thirty streams open on one connection.</summary>
    private sealed class ManyStreams(AllocationMeter meter) : Http2ClientCallbacks
    {
        private const int Concurrent = 30;

        private readonly HeaderMap _request = new();
        private readonly byte[] _body = Encoding.ASCII.GetBytes(new string('b', 3000));
        private readonly Stack<CountingDecoder> _free = new();
        private readonly byte[] _number = new byte[10];

        public void Start(EventLoop loop, SocketAddress address)
        {
            Http2ClientCodec codec = Http2ClientCodec.Connect(loop, address, default, this, Http2Options.Default);
            for (int i = 0; i < Concurrent; i++)
            {
                Next(codec);
            }
        }

        public override void OnConnectFailed(Http2ClientCodec codec, ConnectFailure failure) => meter.Fail();

        public override void OnStreamClosed(Http2ClientCodec codec)
        {
            if (meter.Allocated >= 0)
            {
                return;
            }

            if (meter.Count())
            {
                Next(codec);
            }
            else
            {
                codec.Close(CloseMode.NoFlush);
            }
        }

        public override void OnGoAway(Http2ClientCodec codec, int lastStreamId, Http2ErrorCode error) => meter.Fail();

        public override void OnClosed(Http2ClientCodec codec, CloseReason reason) => meter.Fail();

        private void Next(Http2ClientCodec codec)
        {
            System.Buffers.Text.Utf8Formatter.TryFormat(meter.Completed, _number, out int digits);
            _request.Clear();
            _request.Add(":method"u8, "POST"u8);
            _request.Add(":scheme"u8, "http"u8);
            _request.Add(":authority"u8, "echo:8080"u8);
            _request.Add(":path"u8, "/echo?x=1"u8);
            _request.Add("x-echo"u8, _number.AsSpan(0, digits));
            _request.Add("x-request-id"u8, _number.AsSpan(0, digits));
            _request.Add("cookie"u8, "a=b; c=d"u8);
            RequestEncoder encoder = codec.NewStream(_free.TryPop(out CountingDecoder? free) ? free : new CountingDecoder(_free));
            encoder.SendHeaders(_request, endStream: false);
            encoder.SendData(_body, endStream: true);
        }
    }

    private sealed class CountingDecoder(Stack<CountingDecoder> free) : ResponseDecoder
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

        public override void OnTrailers(HeaderMap trailers) => free.Push(this);

        public override void OnReset(StreamResetReason reason, string detail)
        {
        }

        public override void OnWriteBlocked()
        {
        }

        public override void OnWriteDrained()
        {
        }
    }
}
