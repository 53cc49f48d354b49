namespace Lateen.Engine.Tests.Http2;

using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Simulation;
using Lateen.Engine.Tests.Support;
using Lateen.Engine.Transport;

/// <summary>Our client codec and our server codec on a simulated network.</summary>
internal sealed class Http2PairFixture : Http2ClientCallbacks
{
    private static readonly SocketAddress Address = SocketAddress.V4(0x0A00_0001, 80);

    public Http2PairFixture(Http2Options? server = null, Http2Options? client = null, int chunkBytes = 0)
    {
        Network = new SimulatedNetwork { ChunkBytes = chunkBytes };
        Loop = Network.CreateLoop();
        Server = new Http2TestServer(server ?? Http2Options.Default);
        Loop.Listen(Address, default, new DelegateAcceptHandler(Server.Codec.Attach));
        Codec = Http2ClientCodec.Connect(Loop, Address, default, this, client ?? Http2Options.Default);
        Network.RunUntilIdle();
    }

    public SimulatedNetwork Network { get; }

    public SimulatedLoop Loop { get; }

    public Http2TestServer Server { get; }

    public Http2ClientCodec Codec { get; }

    public int StreamsClosed { get; private set; }

    public int Closed { get; private set; }

    public List<string> GoAways { get; } = [];

    public RequestEncoder? Encoder { get; private set; }

    /// <summary>Begins a request and runs.</summary>
    public TestResponse Request(string method = "GET", bool endStream = true, params string[] fields)
    {
        var response = new TestResponse();
        Encoder = Codec.NewStream(response);
        Encoder.SendHeaders(TestRequest.Headers([$":method={method}", ":scheme=http", ":authority=a", ":path=/", .. fields]), endStream);
        Network.RunUntilIdle();
        return response;
    }

    public Http2PairFixture Run()
    {
        Network.RunUntilIdle();
        return this;
    }

    public override void OnConnected(Http2ClientCodec codec)
    {
    }

    public override void OnConnectFailed(Http2ClientCodec codec, ConnectFailure failure)
    {
    }

    public override void OnStreamClosed(Http2ClientCodec codec) => StreamsClosed++;

    public override void OnCapacityChanged(Http2ClientCodec codec)
    {
    }

    public override void OnGoAway(Http2ClientCodec codec, int lastStreamId, Http2ErrorCode error) =>
        GoAways.Add($"{(lastStreamId == int.MaxValue ? "max" : lastStreamId)} {error}");

    public override void OnClosed(Http2ClientCodec codec, CloseReason reason) => Closed++;
}
