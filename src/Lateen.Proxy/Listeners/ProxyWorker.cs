namespace Lateen.Proxy.Listeners;

using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Http;
using Lateen.Proxy.Overload;
using Lateen.Proxy.Stats;

/// <summary>One worker's part of the proxy: its sockets, its open connections and the snapshot it serves.</summary>
internal sealed class ProxyWorker
{
    private readonly WorkerShared _shared;
    private readonly Dictionary<(string Listener, SocketAddress Address), WorkerListener> _sockets = [];
    private readonly List<HandedPort> _handed = [];
    private readonly DrainTimer _drainTimer;
    private DownstreamSlot? _first;
    private int _open;
    private bool _drainingAll;
    private bool _adopted;

    public ProxyWorker(EventLoop loop, WorkerShared shared)
    {
        Loop = loop;
        Stripe = StatStripe.OfWorker(loop.WorkerIndex);
        _shared = shared;
        Shadows = new ShadowPool(loop);
        _drainTimer = new DrainTimer(this);
    }

    public EventLoop Loop { get; }

    /// <summary>Its own copy of every statistic.</summary>
    public StatStripe Stripe { get; }

    public RuntimeSnapshot Snapshot { get; private set; } = RuntimeSnapshot.Empty;

    public ShadowPool Shadows { get; }

    public DateCache Date { get; } = new();

    public ProxyCoreOptions Options => _shared.Options;

    public OverloadState Overload => _shared.Overload;

    public InspectorStats Inspectors => _shared.Inspectors;

    public Counter HandedWithoutListener => _shared.HandedWithoutListener;

    public int OpenConnections => Volatile.Read(ref _open);

    public long NextConnectionId() => _shared.NextConnectionId();

    public void Apply(RuntimeSnapshot snapshot, Host[] removedHosts)
    {
        Snapshot = snapshot;
        foreach (Host host in removedHosts)
        {
            host.DrainPools(Loop.WorkerIndex);
        }

        UpdateSockets();
        AdoptHanded();
        for (DownstreamSlot? slot = _first; slot is not null; slot = slot.Next)
        {
            if (!IsServed(slot))
            {
                Drain(slot);
            }
        }
    }

    /// <summary>Tells the connections of lame duck listeners to end after their next response; none is closed.</summary>
    public void WarnConnections()
    {
        for (DownstreamSlot? slot = _first; slot is not null; slot = slot.Next)
        {
            if (slot.Listener.IsLameDuck)
            {
                slot.Owner?.Drain();
            }
        }
    }

    /// <summary>Stops or resumes accepting, and lets idle connections notice that their time has become shorter.</summary>
    public void ApplyOverload()
    {
        bool stop = Overload.StopsConnections;
        foreach (WorkerListener socket in _sockets.Values)
        {
            socket.Accept(!stop || BypassesOverload(socket.Name));
        }

        _handed.ForEach(port => port.Accept(!stop));
        if (!Overload.ReducesTimeouts)
        {
            return;
        }

        for (DownstreamSlot? slot = _first; slot is not null;)
        {
            DownstreamSlot current = slot;
            slot = slot.Next;
            current.Owner?.OnPressure();
        }
    }

    public void DrainAll()
    {
        _drainingAll = true;
        CloseSockets();
        for (DownstreamSlot? slot = _first; slot is not null; slot = slot.Next)
        {
            Drain(slot);
        }
    }

    public void CloseAll()
    {
        _drainingAll = true;
        CloseSockets();
        for (DownstreamSlot? slot = _first; slot is not null;)
        {
            DownstreamSlot closing = slot;
            slot = slot.Next;
            closing.Owner?.Close();
        }
    }

    /// <summary>The socket of the listener on this port, whatever its address; null when there is none.</summary>
    public WorkerListener? ListenerOn(int port)
    {
        foreach (WorkerListener socket in _sockets.Values)
        {
            if (socket.Address.Port == port)
            {
                return socket;
            }
        }

        return null;
    }

    /// <summary>Counts an accepted connection in; null when the listener or the process is full, or load is shed.</summary>
    public DownstreamSlot? TryEnter(Listener listener)
    {
        if (Overload.RejectsConnections && !listener.Config.BypassOverload)
        {
            listener.Stats.OverloadReject.Increment();
            return null;
        }

        if (Overload.TryStopAtCeiling() && !listener.Config.BypassOverload)
        {
            listener.Stats.OverloadReject.Increment();
            ApplyOverload();
            return null;
        }

        bool isCounted = !listener.Config.IgnoreGlobalLimit;
        if (isCounted && !Overload.TryEnter())
        {
            listener.Stats.GlobalOverflow.Increment();
            return null;
        }

        if (!listener.TryEnter())
        {
            listener.Stats.ConnectionOverflow.Increment();
            if (isCounted)
            {
                Overload.Leave();
            }

            return null;
        }

        listener.Stats.ConnectionsTotal.Increment();
        listener.Stats.ConnectionsActive.Increment();
        var slot = new DownstreamSlot(this, listener) { Next = _first, IsCountedGlobally = isCounted };
        if (_first is not null)
        {
            _first.Previous = slot;
        }

        _first = slot;
        Volatile.Write(ref _open, _open + 1);
        return slot;
    }

    public void Forget(DownstreamSlot slot)
    {
        if (slot.Previous is not null)
        {
            slot.Previous.Next = slot.Next;
        }
        else
        {
            _first = slot.Next;
        }

        if (slot.Next is not null)
        {
            slot.Next.Previous = slot.Previous;
        }

        slot.Listener.Leave();
        if (slot.IsCountedGlobally)
        {
            Overload.Leave();
        }

        slot.Listener.Stats.ConnectionsActive.Decrement();
        slot.Listener.Stats.ConnectionsDestroyed.Increment();
        Volatile.Write(ref _open, _open - 1);
    }

    private bool BypassesOverload(string listener) =>
        Snapshot.Listeners.ByName.TryGetValue(listener, out Listener? now) && now.Config.BypassOverload;

    private bool IsServed(DownstreamSlot slot)
    {
        if (!Snapshot.Listeners.ByName.TryGetValue(slot.Listener.Config.Name, out Listener? now))
        {
            return false;
        }

        return slot.Chain is null ? ReferenceEquals(now, slot.Listener) : now.Serves(slot.Chain);
    }

    /// <summary>A connection that was let in before the sockets closed and comes to us only now ends like the others.</summary>
    public void DrainIfEnding(DownstreamSlot slot)
    {
        if (_drainingAll)
        {
            Drain(slot);
        }
    }

    private void Drain(DownstreamSlot slot)
    {
        if (slot.IsDraining)
        {
            return;
        }

        long drainMicros = (long)Options.DrainTime.TotalMicroseconds;
        slot.DrainDeadlineMicros = Loop.NowMicros + drainMicros;
        slot.Owner?.Drain();
        if (!_drainTimer.IsArmed)
        {
            Loop.Arm(_drainTimer, drainMicros);
        }
    }

    private void CloseOverdue()
    {
        long next = long.MaxValue;
        for (DownstreamSlot? slot = _first; slot is not null;)
        {
            DownstreamSlot current = slot;
            slot = slot.Next;
            if (current.DrainDeadlineMicros <= Loop.NowMicros)
            {
                current.Owner?.Close();
            }
            else
            {
                next = Math.Min(next, current.DrainDeadlineMicros);
            }
        }

        if (next != long.MaxValue)
        {
            Loop.Arm(_drainTimer, next - Loop.NowMicros);
        }
    }

    private void UpdateSockets()
    {
        foreach (((string name, SocketAddress address), WorkerListener socket) in _sockets.ToArray())
        {
            bool keep = Snapshot.Listeners.ByName.TryGetValue(name, out Listener? now)
                && now.Config.BindToPort && now.Config.ListensOn(address);
            if (!keep)
            {
                socket.Close();
                _sockets.Remove((name, address));
            }
        }

        foreach ((string name, Listener listener) in Snapshot.Listeners.ByName)
        {
            if (!listener.Config.BindToPort || _drainingAll)
            {
                continue;
            }

            foreach (SocketAddress address in listener.Config.AllAddresses)
            {
                if (!_sockets.ContainsKey((name, address)))
                {
                    Bind(name, address, listener);
                }
            }
        }
    }

    private void Bind(string name, SocketAddress address, Listener listener)
    {
        try
        {
            _sockets[(name, address)] = new WorkerListener(this, name, address, new ListenOptions
            {
                ReusePort = true,
                Transparent = listener.Config.Transparent,
                Backlog = listener.Config.BacklogSize,
            });
            _shared.Managers.ListenerCreated.Increment();
            _sockets[(name, address)].Accept(!Overload.StopsConnections || listener.Config.BypassOverload);
        }
        catch (IOException problem)
        {
            _shared.Managers.ListenerFailed.Increment();
            Options.OnListenFailure(name, problem.Message);
        }
    }

    // After the listeners' own sockets, and once: what was handed over stays open until the worker drains.
    private void AdoptHanded()
    {
        if (_adopted || _drainingAll)
        {
            return;
        }

        _adopted = true;
        foreach ((int port, IReadOnlyList<int> given) in Options.ListenDescriptors)
        {
            try
            {
                _handed.Add(new HandedPort(this, port, MyShare(given)));
            }
            catch (IOException problem)
            {
                Options.OnListenFailure($"handed port {port}", problem.Message);
            }
        }
    }

    // A port may have several sockets (a load balancer's address and a node port), each handed over once per worker.
    private List<int> MyShare(IReadOnlyList<int> given)
    {
        List<int> mine = [];
        for (int i = Loop.WorkerIndex; i < given.Count; i += Options.WorkerCount)
        {
            mine.Add(given[i]);
        }

        return mine;
    }

    private void CloseSockets()
    {
        foreach (WorkerListener socket in _sockets.Values)
        {
            socket.Close();
        }

        _sockets.Clear();
        _handed.ForEach(static port => port.Close());
        _handed.Clear();
    }

    private sealed class DrainTimer(ProxyWorker worker) : LoopTimer
    {
        public override void OnFire() => worker.CloseOverdue();
    }
}
