namespace Lateen.Filters.Tests.Sidecars;

using Lateen.Engine.Simulation;
using Lateen.Engine.Transport;
using Lateen.Testing;

/// <summary>productpage calls reviews through both sidecars on a simulated network.</summary>
internal sealed class SidecarPair : IDisposable
{
    public SidecarPair(int maxLabelSets = 10_000)
    {
        Outside = Network.CreateLoop();
        Outside.Address = TestProxy.Ip("10.0.1.1", 0);
        Client = new TestSidecar(LoopOf("10.0.1.1"), SidecarConfiguration.Client, maxLabelSets);
        Server = new TestSidecar(LoopOf("10.0.2.1"), SidecarConfiguration.Server, maxLabelSets);
        Network.RunUntilIdle();
    }

    public SimulatedNetwork Network { get; } = new(1);

    /// <summary>Where applications run.</summary>
    public SimulatedLoop Outside { get; }

    public TestSidecar Client { get; }

    public TestSidecar Server { get; }

    public static SocketAddress Outbound { get; } = TestProxy.Ip("10.0.1.1", 9080);

    public static SocketAddress OutboundTcp { get; } = TestProxy.Ip("10.0.1.1", 3306);

    public static SocketAddress InboundTcp { get; } = TestProxy.Ip("10.0.2.1", 3306);

    public static SocketAddress Inbound { get; } = TestProxy.Ip("10.0.2.1", 15006);

    public static SocketAddress App { get; } = TestProxy.Ip("10.0.2.1", 8080);

    public static SocketAddress TcpApp { get; } = TestProxy.Ip("10.0.2.1", 13306);

    public static SocketAddress ExternalApp { get; } = TestProxy.Ip("10.0.3.1", 80);

    public TestUpstream Start(SocketAddress address) => new(Outside, address);

    public TestClient Connect(SocketAddress address)
    {
        var client = new TestClient(Network, Outside, address);
        Network.RunUntilIdle();
        return client;
    }

    public void Dispose()
    {
        Client.Dispose();
        Server.Dispose();
        Network.RunUntilIdle();
    }

    private SimulatedLoop LoopOf(string address)
    {
        SimulatedLoop loop = Network.CreateLoop(workerIndex: 0);
        loop.Address = TestProxy.Ip(address, 0);
        return loop;
    }
}
