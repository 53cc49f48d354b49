namespace Lateen.Engine.Tests.Support;

using Lateen.Engine.Loop;
using Lateen.Engine.Simulation;
using Lateen.Engine.Transport;

/// <summary>Counts exchanges, and what their thread allocates from the end of a warm-up to the last of them.</summary>
internal sealed class AllocationMeter(int warmUp)
{
    private const int Measured = 10_000;

    private int _completed;
    private long _before;

    /// <summary>-1 until the last exchange is over.</summary>
    public long Allocated { get; private set; } = -1;

    public int Completed => _completed;

    /// <summary>One more exchange is over; false when it was the last.</summary>
    public bool Count()
    {
        if (++_completed == warmUp)
        {
            _before = GC.GetAllocatedBytesForCurrentThread();
        }

        if (_completed == warmUp + Measured)
        {
            Allocated = GC.GetAllocatedBytesForCurrentThread() - _before;
        }

        return Allocated < 0;
    }

    /// <summary>The exchanges ended before the last.</summary>
    public void Fail() => Allocated = Allocated < 0 ? long.MaxValue : Allocated;

    /// <summary>Runs a server and a client of it on sockets; what the exchanges allocated.</summary>
    public long OverLoopback(AcceptHandler server, Action<EventLoop, SocketAddress> client)
    {
        using var fixture = new LoopbackFixture();
        fixture.OnLoop(loop => client(loop, loop.Listen(SocketAddress.V4(0x7F00_0001, 0), default, server).LocalAddress));
        fixture.Until(() => Allocated >= 0);
        return Allocated;
    }

    /// <summary>The same on the simulated network.</summary>
    public long Simulated(AcceptHandler server, Action<EventLoop, SocketAddress> client)
    {
        var network = new SimulatedNetwork();
        SimulatedLoop loop = network.CreateLoop();
        SocketAddress address = SocketAddress.V4(0x0A00_0001, 80);
        loop.Listen(address, default, server);
        client(loop, address);
        network.RunUntilIdle();
        return Allocated;
    }
}
