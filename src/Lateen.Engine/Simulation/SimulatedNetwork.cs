namespace Lateen.Engine.Simulation;

using System.Runtime.ExceptionServices;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>
/// A network in memory with its own time: several loops, listeners by address, latency, resets, small deliveries. Everything
/// happens in the calling thread and in an order that the seed alone decides.
/// </summary>
public sealed class SimulatedNetwork
{
    private const int MaxStepsWithoutTime = 50_000_000;
    private const int FirstEphemeralPort = 32_768;

    // 2026-01-01T00:00:00Z: a fixed date, so that access logs of a simulation repeat too.
    private const long EpochUnixMicros = 1_767_225_600_000_000;

    private readonly PriorityQueue<SimulatedEvent, (long Time, long Order)> _events = new();
    private readonly Dictionary<SocketAddress, List<SimulatedListenSocket>> _listeners = [];
    private readonly HashSet<SocketAddress> _silent = [];
    private readonly HashSet<SocketAddress> _unreachable = [];
    private readonly List<SimulatedLoop> _loops = [];
    private readonly ulong _seed;
    private Exception? _fault;
    private long _order;
    private int _nextPort = FirstEphemeralPort;

    public SimulatedNetwork(ulong seed = 1)
    {
        _seed = seed;
        Random = new LoopRandom(seed);
    }

    /// <summary>Virtual time since the start.</summary>
    public long NowMicros { get; private set; }

    public long UnixMicros => EpochUnixMicros + NowMicros;

    /// <summary>The network's own choices; loops have theirs.</summary>
    public LoopRandom Random { get; }

    /// <summary>One-way delay of everything that travels.</summary>
    public long LatencyMicros { get; set; }

    /// <summary>Most bytes that one read delivers; 0 means no limit. 1 tests every truncation point.</summary>
    public int ChunkBytes { get; set; }

    /// <summary>Cuts each delivery at a random place.</summary>
    public bool RandomChunks { get; set; }

    /// <summary>What the two kernels together would hold of one direction of one connection.</summary>
    public int SocketBufferBytes { get; set; } = 256 * 1024;

    /// <param name="options">Limits of the loop.</param>
    /// <param name="workerIndex">Its place in its process; by default all loops are of one process.</param>
    public SimulatedLoop CreateLoop(LoopOptions? options = null, int? workerIndex = null)
    {
        LoopOptions chosen = options ?? LoopOptions.Default;
        if (chosen.HandlerFault is null)
        {
            chosen = chosen with { HandlerFault = fault => _fault ??= fault };
        }

        var loop = new SimulatedLoop(this, workerIndex ?? _loops.Count, _seed + (ulong)_loops.Count + 1, chosen);
        _loops.Add(loop);
        return loop;
    }

    /// <summary>Connection attempts to this address get no answer, until <see cref="Restore"/>.</summary>
    public void Silence(in SocketAddress address) => _silent.Add(address);

    /// <summary>Connection attempts to this address fail as unreachable, until <see cref="Restore"/>.</summary>
    public void MakeUnreachable(in SocketAddress address) => _unreachable.Add(address);

    public void Restore(in SocketAddress address)
    {
        _silent.Remove(address);
        _unreachable.Remove(address);
    }

    /// <summary>Runs until nothing more happens without time passing. A handler's exception surfaces here.</summary>
    public void RunUntilIdle()
    {
        for (int steps = 0; Step(); steps++)
        {
            if (_fault is { } fault)
            {
                _fault = null;
                ExceptionDispatchInfo.Throw(fault);
            }

            if (steps > MaxStepsWithoutTime)
            {
                throw new InvalidOperationException("The simulation does not come to rest: something repeats without time passing.");
            }
        }
    }

    /// <summary>Lets time pass, stopping at every event and timer on the way.</summary>
    public void Advance(TimeSpan time)
    {
        long target = NowMicros + (time.Ticks / TimeSpan.TicksPerMicrosecond);
        RunUntilIdle();
        while (NextMicros() is long next && next <= target)
        {
            NowMicros = Math.Max(NowMicros, next);
            RunUntilIdle();
        }

        NowMicros = target;
        RunUntilIdle();
    }

    /// <summary>Lets time pass until a condition holds; false when it does not within the limit.</summary>
    public bool AdvanceUntil(Func<bool> condition, TimeSpan limit)
    {
        long target = NowMicros + (limit.Ticks / TimeSpan.TicksPerMicrosecond);
        RunUntilIdle();
        while (!condition())
        {
            long next = NextMicros();
            if (next > target)
            {
                NowMicros = target;
                RunUntilIdle();
                return condition();
            }

            NowMicros = Math.Max(NowMicros, next);
            RunUntilIdle();
        }

        return true;
    }

    internal ListenSocket AddListener(SimulatedLoop loop, SocketAddress address, in ListenOptions options, AcceptHandler handler)
    {
        SocketAddress bound = address.Port == 0 ? address.WithPort(_nextPort++) : address;
        if (!_listeners.TryGetValue(bound, out List<SimulatedListenSocket>? sharing))
        {
            _listeners[bound] = sharing = [];
        }
        else if (sharing.Count > 0 && !options.ReusePort)
        {
            throw new IOException($"Cannot listen on {bound}: the address is in use by another listener.");
        }

        var listener = new SimulatedListenSocket(this, loop, bound, handler);
        sharing.Add(listener);
        return listener;
    }

    internal void RemoveListener(SimulatedListenSocket listener)
    {
        if (_listeners.TryGetValue(listener.LocalAddress, out List<SimulatedListenSocket>? sharing))
        {
            sharing.Remove(listener);
        }
    }

    internal SocketAddress NextSource(SocketAddress address)
    {
        if (_nextPort > ushort.MaxValue)
        {
            _nextPort = FirstEphemeralPort;
        }

        return address.WithPort(address.Port != 0 ? address.Port : _nextPort++);
    }

    internal void StartConnect(SimulatedConnection connection, SocketAddress target) =>
        Schedule(SimulatedEventKind.Syn, connection, 0, target);

    internal void Schedule(SimulatedEventKind kind, SimulatedConnection connection, int count, SocketAddress target = default) =>
        _events.Enqueue(new SimulatedEvent(kind, connection, count, target), (NowMicros + LatencyMicros, _order++));

    internal int ChunkOf(int available)
    {
        int limit = ChunkBytes > 0 ? Math.Min(ChunkBytes, available) : available;
        return RandomChunks && limit > 1 ? 1 + Random.Next(limit) : limit;
    }

    private bool Step()
    {
        bool any = false;
        foreach (SimulatedLoop loop in _loops)
        {
            if (loop.IsDue)
            {
                any = true;
                loop.BeginTurn();
                loop.EndTurn();
            }
        }

        if (_events.TryPeek(out _, out (long Time, long Order) at) && at.Time <= NowMicros)
        {
            Dispatch(_events.Dequeue());
            return true;
        }

        return any;
    }

    private long NextMicros()
    {
        long next = _events.TryPeek(out _, out (long Time, long Order) at) ? at.Time : long.MaxValue;
        foreach (SimulatedLoop loop in _loops)
        {
            next = Math.Min(next, loop.NextDueMicros);
        }

        return next;
    }

    private void Dispatch(in SimulatedEvent happened)
    {
        SimulatedConnection connection = happened.Connection;
        if (happened.Kind is SimulatedEventKind.Syn)
        {
            AnswerSyn(connection, happened.Target);
            return;
        }

        connection.Owner.BeginTurn();
        switch (happened.Kind)
        {
            case SimulatedEventKind.Connected when connection.IsConnecting:
                connection.OnConnectFinished();
                break;
            case SimulatedEventKind.Refused:
                connection.OnConnectFailed(ConnectFailure.Refused);
                break;
            case SimulatedEventKind.Unreachable:
                connection.OnConnectFailed(ConnectFailure.Unreachable);
                break;
            case SimulatedEventKind.Arrive:
                connection.OnArrived(happened.Count);
                break;
            case SimulatedEventKind.Fin:
                connection.OnFinArrived();
                break;
            case SimulatedEventKind.Reset:
                connection.OnResetArrived();
                break;
            case SimulatedEventKind.Room:
                connection.OnRoom();
                break;
        }

        connection.Owner.EndTurn();
    }

    private void AnswerSyn(SimulatedConnection connection, SocketAddress target)
    {
        if (connection.IsReleased || _silent.Contains(target))
        {
            return;
        }

        if (_unreachable.Contains(target))
        {
            Schedule(SimulatedEventKind.Unreachable, connection, 0);
            return;
        }

        if (FindListener(target) is not { } listener)
        {
            Schedule(SimulatedEventKind.Refused, connection, 0);
            return;
        }

        listener.Loop.BeginTurn();
        SimulatedConnection accepted = connection.AcceptOn(listener.Loop, target, redirected: target != connection.RemoteAddress);
        listener.Loop.Stats.Accepted++;
        listener.Loop.Stats.OpenSockets++;
        Schedule(SimulatedEventKind.Connected, connection, 0);
        listener.Handler.OnAccepted(accepted);
        if (accepted.Handler == UnassignedHandler.Instance)
        {
            accepted.Close(CloseMode.NoFlush);
        }

        listener.Loop.EndTurn();
    }

    private SimulatedListenSocket? FindListener(SocketAddress target)
    {
        SocketAddress any = target.IsV4 ? SocketAddress.V4(0, target.Port) : SocketAddress.V6(0, target.Port);
        foreach (SocketAddress candidate in (ReadOnlySpan<SocketAddress>)[target, any])
        {
            if (_listeners.TryGetValue(candidate, out List<SimulatedListenSocket>? sharing) && sharing.Count > 0)
            {
                return sharing[sharing.Count == 1 ? 0 : Random.Next(sharing.Count)];
            }
        }

        return null;
    }

    private readonly record struct SimulatedEvent(
        SimulatedEventKind Kind, SimulatedConnection Connection, int Count, SocketAddress Target);
}
