namespace Lateen.Engine.Simulation;

using Lateen.Engine.Loop;
using Lateen.Engine.Tls;
using Lateen.Engine.Transport;

/// <summary>An event loop on the virtual time of a <see cref="SimulatedNetwork"/>; it turns only while the network runs.</summary>
public sealed class SimulatedLoop : LoopCore
{
    private readonly SimulatedNetwork _network;

    internal SimulatedLoop(SimulatedNetwork network, int workerIndex, ulong seed, LoopOptions options)
        : base(workerIndex, seed, options, network.NowMicros, network.UnixMicros)
    {
        _network = network;
    }

    /// <summary>Source address of this loop's connections; the port is ignored.</summary>
    public SocketAddress Address { get; set; } = SocketAddress.V4(0x7F00_0001, 0);

    /// <summary>
    /// Emulates iptables REDIRECT: maps where this loop connects to, to where the connection really goes. The accepted side then
    /// sees the first as its original destination. Null redirects nothing.
    /// </summary>
    public Func<SocketAddress, SocketAddress>? Redirect { get; set; }

    /// <summary>
    /// Emulates a network namespace: a listener on the any-address takes calls to <see cref="Address"/> alone, so that several loops
    /// may listen on the same port.
    /// </summary>
    public bool OwnNamespace { get; set; }

    internal bool IsDue => HasWork || NextTimerMicros <= _network.NowMicros;

    internal long NextDueMicros => NextTimerMicros;

    public override Connection Connect(in SocketAddress remote, in ConnectOptions options, ConnectionHandler handler)
    {
        if (options.Tls is { } tls)
        {
            return TlsConnection.Connect(this, remote, options, tls, handler);
        }

        SocketAddress local = _network.NextSource(options.BindAddress.IsNone ? Address : options.BindAddress);
        var connection = new SimulatedConnection(this, _network, handler, local, remote, connecting: true);
        Stats.OpenSockets++;
        connection.StartConnectTimeout(options.TimeoutMicros);
        connection.Write(options.Preface.Span);
        _network.StartConnect(connection, Redirect is null ? remote : Redirect(remote));
        return connection;
    }

    public override ListenSocket Listen(in SocketAddress address, in ListenOptions options, AcceptHandler handler) =>
        _network.AddListener(this, OwnNamespace && address.Bits == 0 ? Address.WithPort(address.Port) : address, options, handler);

    internal void BeginTurn()
    {
        SetClock(_network.NowMicros, _network.UnixMicros);
        RunMailbox();
    }

    internal void EndTurn() => FinishTurn();

    private protected override void Wake()
    {
        // The network looks into every mailbox before it calls itself idle.
    }
}
