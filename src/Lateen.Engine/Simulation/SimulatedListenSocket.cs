namespace Lateen.Engine.Simulation;

using Lateen.Engine.Transport;

/// <summary>A listener of a <see cref="SimulatedNetwork"/>.</summary>
internal sealed class SimulatedListenSocket(SimulatedNetwork network, SimulatedLoop loop, SocketAddress address, AcceptHandler handler)
    : ListenSocket
{
    public override SocketAddress LocalAddress => address;

    public SimulatedLoop Loop => loop;

    public AcceptHandler Handler => handler;

    public override void Close() => network.RemoveListener(this);
}
