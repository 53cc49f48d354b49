namespace Lateen.Proxy.Listeners;

using Lateen.Engine.Transport;

/// <summary>
/// One worker's listening socket: accepts, finds the listener that serves the destination, and starts detection.
/// </summary>
internal sealed class WorkerListener : AcceptHandler
{
    private readonly ProxyWorker _worker;
    private readonly string _name;
    private readonly ListenSocket _socket;
    private bool _rejects;

    /// <exception cref="IOException">The address cannot be bound.</exception>
    public WorkerListener(ProxyWorker worker, string name, SocketAddress address, in ListenOptions options)
    {
        _worker = worker;
        _name = name;
        Address = address;
        _socket = worker.Loop.Listen(address, options, this);
    }

    /// <summary>The configured address.</summary>
    public SocketAddress Address { get; }

    public string Name => _name;

    public void Close() => _socket.Close();

    /// <summary>Stops and resumes accepting. Where a socket cannot leave connections in the kernel's queue, they are closed.</summary>
    public void Accept(bool accept)
    {
        _rejects = !accept && !_socket.TryPause();
        if (accept)
        {
            _socket.Resume();
        }
    }

    public override void OnAccepted(Connection connection)
    {
        ListenerTable listeners = _worker.Snapshot.Listeners;
        if (!listeners.ByName.TryGetValue(_name, out Listener? listener))
        {
            connection.Close(CloseMode.NoFlush);
            return;
        }

        SocketAddress destination = connection.LocalAddress;
        bool redirected = (listener.Config.UseOriginalDst || listener.Config.RestoreOriginalDst)
            && connection.TryGetOriginalDestination(out destination);
        if (!redirected)
        {
            destination = connection.LocalAddress;
        }
        else if (listener.Config.UseOriginalDst && listeners.FindFor(destination) is { } owner)
        {
            listener = owner;
        }

        if (_rejects)
        {
            listener.Stats.OverloadReject.Increment();
            connection.Close(CloseMode.Reset);
            return;
        }

        if (_worker.TryEnter(listener) is not { } slot)
        {
            connection.Close(CloseMode.Reset);
            return;
        }

        connection.WriteLimitBytes = listener.Config.BufferLimitBytes;
        new DetectingConnection(_worker, slot, connection, destination, redirected).Start();
        _worker.DrainIfEnding(slot);
    }
}
