namespace Lateen.Fuzz.Targets;

using Lateen.Engine.Simulation;
using Lateen.Engine.Transport;

/// <summary>A connection on a simulated network: at one end a codec, at the other the input, cut as asked.</summary>
internal sealed class Wire
{
    private static readonly SocketAddress Address = SocketAddress.V4(0x0A00_0001, 80);
    private readonly Sender _sender = new();

    /// <param name="cut">Bytes of each piece that arrives; 0 leaves the input whole.</param>
    public Wire(int cut)
    {
        Network = new SimulatedNetwork { ChunkBytes = cut };
        Loop = Network.CreateLoop();
    }

    public SimulatedNetwork Network { get; }

    public SimulatedLoop Loop { get; }

    /// <summary>The codec is a server: the input comes from its client.</summary>
    public void SendToServer(Action<Connection> attach, byte[] input)
    {
        Loop.Listen(Address, default, new Acceptor(attach));
        Connection client = Loop.Connect(Address, default, _sender);
        Network.RunUntilIdle();
        client.Write(input);
        client.ShutdownWrite();
        Network.Advance(TimeSpan.FromSeconds(20));
        client.Close(CloseMode.NoFlush);
        Network.RunUntilIdle();
    }

    /// <summary>The codec is a client, which connects by itself: the input comes from the host.</summary>
    public void SendToClient(Func<SimulatedLoop, SocketAddress, Action> connect, byte[] input)
    {
        Connection? host = null;
        Loop.Listen(Address, default, new Acceptor(accepted =>
        {
            host = accepted;
            accepted.Handler = _sender;
        }));
        Action begin = connect(Loop, Address);
        Network.RunUntilIdle();
        begin();
        Network.RunUntilIdle();
        host?.Write(input);
        host?.ShutdownWrite();
        Network.Advance(TimeSpan.FromSeconds(20));
        host?.Close(CloseMode.NoFlush);
        Network.RunUntilIdle();
    }

    private sealed class Acceptor(Action<Connection> attach) : AcceptHandler
    {
        public override void OnAccepted(Connection connection) => attach(connection);
    }

    private sealed class Sender : ConnectionHandler
    {
        public override int OnData(Connection connection, ReadOnlySpan<byte> data) => data.Length;

        public override void OnEndOfStream(Connection connection)
        {
        }

        public override void OnClosed(Connection connection, CloseReason reason)
        {
        }
    }
}
