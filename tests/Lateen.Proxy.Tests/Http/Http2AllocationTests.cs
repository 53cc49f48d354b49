namespace Lateen.Proxy.Tests.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Simulation;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;
using Lateen.Testing;

public sealed class Http2AllocationTests
{
    private const int Warmup = 4_000;
    private const int Requests = 10_000;

    [Theory]
    [InlineData(UpstreamProtocol.Http2)]
    [InlineData(UpstreamProtocol.Http1)]
    public void A_warm_stream_with_a_body_allocates_nothing(UpstreamProtocol upstream)
    {
        using var proxy = new TestProxy(setup =>
        {
            setup.Routes = [TestProxySetup.ToUpstream(static a => a with { Clusters = [new WeightedCluster("echo")], Timeout = TimeSpan.FromSeconds(5) })];
            setup.MoreClusters =
            [
                new ClusterConfig
                {
                    Name = "echo",
                    Type = ClusterType.Static,
                    Protocol = upstream,
                    InlineEndpoints = new EndpointsConfig { Name = "echo", Hosts = [new HostConfig { Address = TestProxy.Ip("10.0.2.1", 80) }] },
                },
            ];
        });
        proxy.AccessLog.Keeps = false;
        SimulatedLoop outside = proxy.Network.CreateLoop();
        outside.Listen(TestProxy.Ip("10.0.2.1", 80), default, new EchoAcceptor(upstream));
        var client = new Streams();
        client.Start(outside, proxy.Address, Warmup);
        proxy.Run();
        Assert.Equal(0, client.Remaining);

        (long bytes, int windows) = Allocation.LeastOf(() =>
        {
            client.Begin(Requests);
            proxy.Run();
        });

        Assert.Equal(0, client.Remaining);
        Assert.Equal(0, client.Resets);
        Assert.Equal(Warmup + (windows * Requests), client.Responses);
        Assert.Equal(0, bytes);
    }

    /// <summary>Keeps twenty streams open on one connection.</summary>
    private sealed class Streams : Http2ClientCallbacks
    {
        private const int Concurrent = 20;

        private readonly HeaderMap _request = new();
        private readonly byte[] _body = new byte[2000];
        private readonly Stack<Decoder> _free = new();
        private Http2ClientCodec? _codec;
        private int _toBegin;

        public int Remaining { get; private set; }

        public int Responses { get; private set; }

        public int Resets { get; private set; }

        public void Start(SimulatedLoop loop, in SocketAddress address, int requests)
        {
            _request.Add(":method"u8, "POST"u8);
            _request.Add(":scheme"u8, "http"u8);
            _request.Add(":authority"u8, "echo"u8);
            _request.Add(":path"u8, "/echo?u=1"u8);
            _request.Add("user-agent"u8, "test"u8);
            Remaining = _toBegin = requests;
            _codec = Http2ClientCodec.Connect(loop, address, default, this, Http2Options.Default);
        }

        public void Begin(int requests)
        {
            Remaining = _toBegin = requests;
            Fill();
        }

        public override void OnConnected(Http2ClientCodec codec) => Fill();

        public override void OnConnectFailed(Http2ClientCodec codec, ConnectFailure failure) => Resets++;

        public override void OnStreamClosed(Http2ClientCodec codec) => Fill();

        public override void OnCapacityChanged(Http2ClientCodec codec)
        {
        }

        public override void OnGoAway(Http2ClientCodec codec, int lastStreamId, Http2ErrorCode error) => Resets++;

        public override void OnClosed(Http2ClientCodec codec, CloseReason reason)
        {
        }

        private void Fill()
        {
            while (_toBegin > 0 && _codec is { CanOpenStream: true, ActiveStreams: < Concurrent } codec)
            {
                _toBegin--;
                Decoder decoder = _free.TryPop(out Decoder? free) ? free : new Decoder(this);
                RequestEncoder encoder = codec.NewStream(decoder);
                encoder.SendHeaders(_request, endStream: false);
                encoder.SendData(_body, endStream: true);
            }
        }

        private void OnEnd(Decoder decoder)
        {
            _free.Push(decoder);
            Remaining--;
            Responses++;
        }

        private sealed class Decoder(Streams owner) : ResponseDecoder
        {
            public override void OnInformational(HeaderMap headers)
            {
            }

            public override void OnHeaders(HeaderMap headers, bool endStream)
            {
                if (endStream)
                {
                    owner.OnEnd(this);
                }
            }

            public override void OnData(ReadOnlySpan<byte> data, bool endStream)
            {
                if (endStream)
                {
                    owner.OnEnd(this);
                }
            }

            public override void OnTrailers(HeaderMap trailers) => owner.OnEnd(this);

            public override void OnReset(StreamResetReason reason, string detail) => owner.Resets++;

            public override void OnWriteBlocked()
            {
            }

            public override void OnWriteDrained()
            {
            }
        }
    }

    private sealed class EchoAcceptor(UpstreamProtocol protocol) : AcceptHandler
    {
        public override void OnAccepted(Connection connection) => new EchoServer().Attach(connection, protocol);
    }

    private sealed class EchoServer : HttpServerCallbacks
    {
        private readonly Stack<EchoStream> _free = new();

        public void Attach(Connection connection, UpstreamProtocol protocol)
        {
            if (protocol is UpstreamProtocol.Http2)
            {
                new Http2ServerCodec(this, Http2Options.Default).Attach(connection);
            }
            else
            {
                new Engine.Http1.Http1ServerCodec(this, Engine.Http1.Http1Options.Default).Attach(connection);
            }
        }

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

        public ResponseEncoder? Encoder { get; set; }

        public override void OnHeaders(HeaderMap headers, bool endStream)
        {
            _response.Clear();
            _response.Add(":status"u8, "200"u8);
            _response.Add("content-length"u8, "2000"u8);
            Encoder?.SendHeaders(_response, endStream: false);
        }

        public override void OnData(ReadOnlySpan<byte> data, bool endStream)
        {
            Encoder?.SendData(data, endStream);
            if (endStream)
            {
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
}
