namespace Lateen.Engine.Tests.Support;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Simulation;
using Lateen.Engine.Transport;

/// <summary>An HTTP/1.1 client codec and a raw server on a simulated network.</summary>
internal sealed class ClientFixture : Http1ClientCallbacks
{
    private static readonly SocketAddress Address = SocketAddress.V4(0x0A00_0001, 80);

    public ClientFixture(Http1Options? options = null, int chunkBytes = 0)
    {
        Network = new SimulatedNetwork { ChunkBytes = chunkBytes };
        Loop = Network.CreateLoop();
        Host = new RawHandler();
        Loop.Listen(Address, default, new DelegateAcceptHandler(Accept));
        Codec = Http1ClientCodec.Connect(Loop, Address, default, this, options ?? Http1Options.Default);
        Network.RunUntilIdle();
    }

    public SimulatedNetwork Network { get; }

    public SimulatedLoop Loop { get; }

    public RawHandler Host { get; }

    public Http1ClientCodec Codec { get; }

    public int Idle { get; private set; }

    public int Closed { get; private set; }

    public Action? WhenIdle { get; set; }

    public RequestEncoder? Encoder { get; private set; }

    /// <summary>Sends a request and runs.</summary>
    public TestResponse Request(string method = "GET", bool endStream = true, params string[] fields)
    {
        var response = new TestResponse();
        Encoder = Codec.NewStream(response);
        string[] all = [$":method={method}", ":scheme=http", ":authority=a", ":path=/", .. fields];
        Encoder.SendHeaders(TestRequest.Headers(all), endStream);
        Network.RunUntilIdle();
        return response;
    }

    public ClientFixture Answer(string bytes)
    {
        Host.Connection?.Write(Encoding.Latin1.GetBytes(bytes));
        Network.RunUntilIdle();
        return this;
    }

    public override void OnConnected(Http1ClientCodec codec)
    {
    }

    public override void OnConnectFailed(Http1ClientCodec codec, ConnectFailure failure)
    {
    }

    public override void OnIdle(Http1ClientCodec codec)
    {
        Idle++;
        WhenIdle?.Invoke();
    }

    public override void OnClosed(Http1ClientCodec codec, CloseReason reason) => Closed++;

    private void Accept(Connection connection)
    {
        Host.Connection = connection;
        connection.Handler = Host;
    }
}
