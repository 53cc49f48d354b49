namespace Lateen.Engine.Tests.Http2;

using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Loop;
using Lateen.Engine.Simulation;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

/// <summary>Our two codecs against each other with bodies of random sizes, pauses and resets at random moments; by seed.</summary>
public sealed class Http2StressTests
{
    private const int Streams = 30;

    [Fact]
    public void Bodies_arrive_whole_and_in_order_whatever_is_paused_or_reset_meanwhile()
    {
        for (ulong seed = 1; seed <= 60; seed++)
        {
            var run = new Run(seed);

            run.Play();

            run.Check($"seed {seed}");
        }
    }

    private static byte PatternAt(int stream, int offset) => (byte)((stream * 31) + offset + (offset >> 8));

    /// <summary>One side of one stream: what it sends, and what it has heard.</summary>
    private sealed class Party
    {
        private readonly LoopRandom _random;
        private readonly int _number;
        private int _sent;

        public Party(int number, LoopRandom random)
        {
            _number = number;
            _random = random;
            Total = random.Next(4) == 0 ? 0 : random.Next(150_000);
        }

        public int Received { get; private set; }

        public bool Wrong { get; private set; }

        public bool Ended { get; private set; }

        public bool WasReset { get; set; }

        public bool Gone { get; set; }

        public bool Paused { get; set; }

        public bool SentAll { get; private set; }

        public int Total { get; }

        public void Take(ReadOnlySpan<byte> data, bool end)
        {
            Wrong |= Ended || Paused;
            foreach (byte value in data)
            {
                Wrong |= value != PatternAt(_number, Received++);
            }

            Ended |= end;
        }

        /// <summary>The next piece to send, and whether it is the last.</summary>
        public byte[] Next(out bool end)
        {
            int count = Math.Min(Total - _sent, 1 + _random.Next(40_000));
            byte[] data = new byte[count];
            for (int i = 0; i < count; i++)
            {
                data[i] = PatternAt(_number, _sent++);
            }

            end = SentAll = _sent == Total;
            return data;
        }
    }

    private sealed class Run : Http2ClientCallbacks
    {
        private static readonly SocketAddress Address = SocketAddress.V4(0x0A00_0001, 80);
        private static readonly Http2Options Options = Http2Options.Default with
        {
            InitialStreamWindowBytes = 65_535, InitialConnectionWindowBytes = 200_000, StreamBufferBytes = 20_000, PrematureResetTotalStreamCount = 10_000,
        };

        private readonly SimulatedNetwork _network;
        private readonly SimulatedLoop _loop;
        private readonly Http2ClientCodec _client;
        private readonly Server _server;
        private readonly LoopRandom _random;
        private readonly List<ClientEnd> _ends = [];

        public Run(ulong seed)
        {
            _random = new LoopRandom(seed);
            _network = new SimulatedNetwork(seed) { RandomChunks = true, SocketBufferBytes = 30_000 };
            _loop = _network.CreateLoop();
            _server = new Server(_random, Options);
            _loop.Listen(Address, default, new DelegateAcceptHandler(_server.Codec.Attach));
            _client = Http2ClientCodec.Connect(_loop, Address, default, this, Options);
        }

        public void Play()
        {
            _network.RunUntilIdle();
            for (int step = 0; step < 4_000 && !(_ends.Count == Streams && _client.ActiveStreams == 0); step++)
            {
                if (_ends.Count < Streams && _client.CanOpenStream && _random.Next(3) == 0)
                {
                    _ends.Add(new ClientEnd(_client, _ends.Count, _random));
                }

                if (_ends.Count > 0)
                {
                    Act(_ends[_random.Next(_ends.Count)]);
                }

                if (_random.Next(2) == 0)
                {
                    _network.RunUntilIdle();
                }
            }

            foreach (ClientEnd end in _ends)
            {
                end.Resume();
            }

            foreach (ServerEnd end in _server.Ends)
            {
                end.Resume();
            }

            for (int i = 0; i < 2_000 && _client.ActiveStreams > 0; i++)
            {
                foreach (ClientEnd end in _ends)
                {
                    end.Send();
                }

                foreach (ServerEnd end in _server.Ends)
                {
                    end.Send();
                }

                _network.RunUntilIdle();
            }
        }

        public void Check(string where)
        {
            Assert.True(_client.ActiveStreams == 0 && _server.Codec.ActiveStreams == 0, $"{where}: {_client.ActiveStreams} {_server.Codec.ActiveStreams}");
            Assert.False(_client.IsClosed, where);
            foreach (ServerEnd server in _server.Ends)
            {
                ClientEnd client = _ends[server.Number];
                Assert.False(server.Party.Wrong || client.Party.Wrong, $"{where} stream {server.Number}: out of order");
                if (server.Party.SentAll && !client.Party.Gone)
                {
                    // Also where the server answered early and wanted no more of the question.
                    Assert.True(client.Party.Ended && !client.Party.WasReset, $"{where} stream {server.Number}: no end");
                    Assert.Equal(server.Party.Total, client.Party.Received);
                }
            }

            _client.Close(CloseMode.Flush);
            _network.Advance(TimeSpan.FromSeconds(3));
            Assert.Equal(0, _loop.Buffers.LentBytes);
            Assert.Equal(0, _client.Stats[Http2Counter.PendingSendBytes] + _server.Codec.Stats[Http2Counter.PendingSendBytes]);
        }

        public override void OnConnected(Http2ClientCodec codec)
        {
        }

        public override void OnConnectFailed(Http2ClientCodec codec, ConnectFailure failure) => throw new InvalidOperationException();

        public override void OnStreamClosed(Http2ClientCodec codec)
        {
        }

        public override void OnCapacityChanged(Http2ClientCodec codec)
        {
        }

        public override void OnGoAway(Http2ClientCodec codec, int lastStreamId, Http2ErrorCode error) => Assert.Equal(Http2ErrorCode.NoError, error);

        public override void OnClosed(Http2ClientCodec codec, CloseReason reason)
        {
        }

        private void Act(ClientEnd end)
        {
            ServerEnd? server = _server.Ends.Count == 0 ? null : _server.Ends[_random.Next(_server.Ends.Count)];
            switch (_random.Next(24))
            {
                case 0:
                    end.Pause();
                    break;
                case 1:
                    server?.Pause();
                    break;
                case < 6:
                    end.Resume();
                    server?.Resume();
                    break;
                case 6 when _random.Next(6) == 0:
                    end.Reset();
                    break;
                case 7 when _random.Next(6) == 0:
                    server?.Reset();
                    break;
                case < 15:
                    end.Send();
                    break;
                default:
                    server?.Send();
                    break;
            }
        }
    }

    private sealed class ClientEnd : ResponseDecoder
    {
        private readonly RequestEncoder _encoder;

        public ClientEnd(Http2ClientCodec codec, int number, LoopRandom random)
        {
            Party = new Party(number, random);
            _encoder = codec.NewStream(this);
            _encoder.SendHeaders(
                TestRequest.Headers(":method=POST", ":scheme=http", ":authority=a", ":path=/", $"x-n={number}", $"content-length={Party.Total}"),
                endStream: Party.Total == 0);
            if (Party.Total == 0)
            {
                Party.Next(out _);
            }
        }

        public Party Party { get; }

        private bool IsOver => Party.Gone || Party.WasReset || Party.Ended;

        public void Pause()
        {
            if (!IsOver)
            {
                Party.Paused = true;
                _encoder.PauseReading();
            }
        }

        public void Resume()
        {
            if (!IsOver)
            {
                Party.Paused = false;
                _encoder.ResumeReading();
            }
        }

        public void Reset()
        {
            if (!IsOver)
            {
                Party.Gone = true;
                _encoder.Reset(StreamResetReason.LocalReset);
            }
        }

        public void Send()
        {
            if (!IsOver && !Party.SentAll)
            {
                byte[] data = Party.Next(out bool end);
                _encoder.SendData(data, end);
            }
        }

        public override void OnInformational(HeaderMap headers)
        {
        }

        public override void OnHeaders(HeaderMap headers, bool endStream)
        {
            if (endStream)
            {
                Party.Take(default, end: true);
            }
        }

        public override void OnData(ReadOnlySpan<byte> data, bool endStream) => Party.Take(data, endStream);

        public override void OnTrailers(HeaderMap trailers) => Party.Take(default, end: true);

        public override void OnReset(StreamResetReason reason, string detail) => Party.WasReset = true;

        public override void OnWriteBlocked()
        {
        }

        public override void OnWriteDrained()
        {
        }
    }

    private sealed class Server : HttpServerCallbacks
    {
        private readonly LoopRandom _random;

        public Server(LoopRandom random, Http2Options options)
        {
            _random = random;
            Codec = new Http2ServerCodec(this, options);
        }

        public Http2ServerCodec Codec { get; }

        public List<ServerEnd> Ends { get; } = [];

        public override RequestDecoder OnNewStream(ResponseEncoder encoder)
        {
            var end = new ServerEnd(encoder, _random);
            Ends.Add(end);
            return end;
        }

        public override void OnProtocolError(int status, string detail) => throw new InvalidOperationException(detail);

        public override void OnConnectionClosed()
        {
        }
    }

    private sealed class ServerEnd(ResponseEncoder encoder, LoopRandom random) : RequestDecoder
    {
        private Party? _party;
        private bool _headSent;

        public int Number { get; private set; }

        public Party Party => _party ?? throw new InvalidOperationException();

        private bool IsOver => Party.Gone || Party.WasReset || Party.SentAll;

        public void Pause()
        {
            if (!IsOver)
            {
                Party.Paused = true;
                encoder.PauseReading();
            }
        }

        public void Resume()
        {
            if (!IsOver)
            {
                Party.Paused = false;
                encoder.ResumeReading();
            }
        }

        public void Reset()
        {
            if (!IsOver)
            {
                Party.Gone = true;
                encoder.Reset(StreamResetReason.LocalReset);
            }
        }

        public void Send()
        {
            if (IsOver)
            {
                return;
            }

            if (!_headSent)
            {
                _headSent = true;
                encoder.SendHeaders(TestRequest.Headers(":status=200"), endStream: false);
            }

            byte[] data = Party.Next(out bool end);
            bool trailers = end && Number % 3 == 0;
            encoder.SendData(data, end && !trailers);
            if (trailers)
            {
                encoder.SendTrailers(TestRequest.Headers("x-end=1"));
            }
        }

        public override void OnHeaders(HeaderMap headers, bool endStream)
        {
            Number = int.Parse(System.Text.Encoding.ASCII.GetString(headers.GetOrEmpty("x-n"u8)), System.Globalization.CultureInfo.InvariantCulture);
            _party = new Party(Number, random);
            if (endStream)
            {
                Party.Take(default, end: true);
            }
        }

        public override void OnData(ReadOnlySpan<byte> data, bool endStream) => Party.Take(data, endStream);

        public override void OnTrailers(HeaderMap trailers) => Party.Take(default, end: true);

        public override void OnReset(StreamResetReason reason) => Party.WasReset = true;

        public override void OnWriteBlocked()
        {
        }

        public override void OnWriteDrained()
        {
        }
    }
}
