namespace Lateen.Engine.Tests.Support;

using System.Text;
using Lateen.Engine.Http1;
using Lateen.Engine.Simulation;
using Lateen.Engine.Transport;

/// <summary>A raw client and an HTTP/1.1 server codec on a simulated network.</summary>
internal sealed class ServerFixture
{
    private static readonly SocketAddress Address = SocketAddress.V4(0x0A00_0001, 80);

    public ServerFixture(Http1Options? options = null, int chunkBytes = 0)
    {
        Network = new SimulatedNetwork { ChunkBytes = chunkBytes };
        Loop = Network.CreateLoop();
        Server = new TestHttpServer(options);
        Loop.Listen(Address, default, new DelegateAcceptHandler(Server.Codec.Attach));
        Client = new RawHandler();
        Client.Connection = Loop.Connect(Address, default, Client);
        Network.RunUntilIdle();
    }

    public SimulatedNetwork Network { get; }

    public SimulatedLoop Loop { get; }

    public TestHttpServer Server { get; }

    public RawHandler Client { get; }

    public string StatusLine => Client.Received.Split("\r\n")[0];

    public ServerFixture Send(string bytes)
    {
        Client.Connection?.Write(Encoding.Latin1.GetBytes(bytes));
        Network.RunUntilIdle();
        return this;
    }
}
