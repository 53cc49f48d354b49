namespace Lateen.Engine.Tests.Http2;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Simulation;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

/// <summary>A raw client and an HTTP/2 server codec on a simulated network, past the handshake.</summary>
internal sealed class Http2ServerFixture
{
    private static readonly SocketAddress Address = SocketAddress.V4(0x0A00_0001, 80);
    private readonly FrameLog _log = new();
    private readonly int _handshakeLines;

    public Http2ServerFixture(Http2Options? options = null, int chunkBytes = 0, byte[]? handshake = null)
    {
        Network = new SimulatedNetwork { ChunkBytes = chunkBytes };
        Loop = Network.CreateLoop();
        Server = new Http2TestServer(options ?? Http2Options.Default);
        Loop.Listen(Address, default, new DelegateAcceptHandler(Server.Codec.Attach));
        Client = new RawHandler();
        Client.Connection = Loop.Connect(Address, default, Client);
        handshake ??= [.. Encoding.ASCII.GetBytes(Frames.Preface), .. Frames.Settings(), .. Frames.SettingsAck()];
        Send(handshake);
        _handshakeLines = _log.Read(Client.Received, fromClient: false).Lines.Count(
            l => l.StartsWith("SETTINGS", StringComparison.Ordinal) || l.StartsWith("WINDOW_UPDATE 0", StringComparison.Ordinal));
    }

    public SimulatedNetwork Network { get; }

    public SimulatedLoop Loop { get; }

    public Http2TestServer Server { get; }

    public RawHandler Client { get; }

    public Frames Frames { get; } = new();

    /// <summary>The frames after the handshake.</summary>
    public IReadOnlyList<string> Lines => [.. _log.Read(Client.Received, fromClient: false).Lines.Skip(_handshakeLines)];

    public string Last => Lines.Count == 0 ? "" : Lines[^1];

    public long DataBytes
    {
        get
        {
            _ = Lines;
            return _log.DataBytes;
        }
    }

    public Http2ServerFixture Send(params byte[][] frames)
    {
        Client.Connection?.Write(frames.SelectMany(f => f).ToArray());
        Network.RunUntilIdle();
        return this;
    }
}

/// <summary>Writes down what the codec says and answers as told; by default 200 and "ok".</summary>
internal sealed class Http2TestServer : HttpServerCallbacks
{
    private readonly TestHttpServer _inner = new();

    public Http2TestServer(Http2Options options)
    {
        Codec = new Http2ServerCodec(this, options);
    }

    public Http2ServerCodec Codec { get; }

    public IReadOnlyList<TestRequest> Requests => _inner.Requests;

    public List<string> Errors => _inner.Errors;

    public int Idle => _inner.Idle;

    public int Closed => _inner.Closed;

    public int Started => _inner.Started;

    public int Abandoned { get; private set; }

    public TestHttpServer Behaviour => _inner;

    public override RequestDecoder OnNewStream(ResponseEncoder encoder) => _inner.OnNewStream(encoder);

    public override void OnProtocolError(int status, string detail) => _inner.OnProtocolError(status, detail);

    public override void OnConnectionClosed() => _inner.OnConnectionClosed();

    public override void OnRequestStarted() => _inner.OnRequestStarted();

    public override void OnRequestAbandoned() => Abandoned++;

    public override void OnIdle() => _inner.OnIdle();
}
