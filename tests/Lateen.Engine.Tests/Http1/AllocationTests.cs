namespace Lateen.Engine.Tests.Http1;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Loop;
using Lateen.Engine.Simulation;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

public sealed class AllocationTests
{
    private const int WarmUp = 2_000;
    private const int Measured = 10_000;

    [Fact]
    public void Ten_thousand_requests_over_loopback_allocate_nothing()
    {
        using var fixture = new LoopbackFixture();
        var client = new LoopingClient(WarmUp, Measured);

        fixture.OnLoop(loop =>
        {
            ListenSocket listener = loop.Listen(SocketAddress.V4(0x7F00_0001, 0), default, new EchoAccept());
            client.Start(loop, listener.LocalAddress);
        });
        fixture.Until(() => client.Allocated >= 0);

        Assert.Equal(0, client.Allocated);
    }

    [Fact]
    public void Ten_thousand_requests_on_the_simulated_network_allocate_nothing()
    {
        var network = new SimulatedNetwork();
        SimulatedLoop loop = network.CreateLoop();
        SocketAddress address = SocketAddress.V4(0x0A00_0001, 80);
        loop.Listen(address, default, new EchoAccept());
        var client = new LoopingClient(WarmUp, Measured);
        client.Start(loop, address);

        network.RunUntilIdle();

        Assert.Equal(0, client.Allocated);
    }

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

    /// <summary>Sends one request after the other on one connection and measures what its thread allocates.</summary>
    private sealed class LoopingClient(int warmUp, int measured) : Http1ClientCallbacks
    {
        private readonly CountingDecoder _decoder = new();
        private readonly HeaderMap _request = new();
        private readonly byte[] _body = Encoding.ASCII.GetBytes(new string('b', 1024));
        private long _before;

        public long Allocated { get; private set; } = -1;

        public void Start(EventLoop loop, SocketAddress address)
        {
            Http1ClientCodec codec = Http1ClientCodec.Connect(loop, address, default, this, Http1Options.Default);
            Next(codec);
        }

        public override void OnConnected(Http1ClientCodec codec)
        {
        }

        public override void OnConnectFailed(Http1ClientCodec codec, ConnectFailure failure) => Allocated = long.MaxValue;

        public override void OnIdle(Http1ClientCodec codec)
        {
            if (_decoder.Completed == warmUp)
            {
                _before = GC.GetAllocatedBytesForCurrentThread();
            }

            if (_decoder.Completed == warmUp + measured)
            {
                Allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
                codec.Close(CloseMode.NoFlush);
                return;
            }

            Next(codec);
        }

        public override void OnClosed(Http1ClientCodec codec, CloseReason reason)
        {
            if (Allocated < 0)
            {
                Allocated = long.MaxValue;
            }
        }

        private void Next(Http1ClientCodec codec)
        {
            _request.Clear();
            _request.Add(":method"u8, "POST"u8);
            _request.Add(":scheme"u8, "http"u8);
            _request.Add(":authority"u8, "echo:8080"u8);
            _request.Add(":path"u8, "/echo?x=1"u8);
            _request.Add("x-echo"u8, "value"u8);
            _request.Add("user-agent"u8, "test"u8);
            bool chunked = (_decoder.Completed & 1) == 0;
            if (!chunked)
            {
                _request.Add("content-length"u8, "1024"u8);
            }

            RequestEncoder encoder = codec.NewStream(_decoder);
            encoder.SendHeaders(_request, endStream: false);
            encoder.SendData(_body, endStream: true);
        }
    }

    private sealed class CountingDecoder : ResponseDecoder
    {
        public int Completed { get; private set; }

        public override void OnInformational(HeaderMap headers)
        {
        }

        public override void OnHeaders(HeaderMap headers, bool endStream) => Completed += endStream ? 1 : 0;

        public override void OnData(ReadOnlySpan<byte> data, bool endStream) => Completed += endStream ? 1 : 0;

        public override void OnTrailers(HeaderMap trailers) => Completed++;

        public override void OnReset(StreamResetReason reason, string detail) => throw new InvalidOperationException(detail);

        public override void OnWriteBlocked()
        {
        }

        public override void OnWriteDrained()
        {
        }
    }
}
