namespace Lateen.Proxy.Listeners;

using Lateen.Engine.Transport;

/// <summary>
/// One worker's share of the sockets that somebody else opened for a port (LATEEN_LISTEN_FDS). They listen whether or not
/// the snapshot has a listener there, so that a client of a port nobody serves is refused and does not wait in the backlog.
/// </summary>
internal sealed class HandedPort : AcceptHandler
{
    private readonly ProxyWorker _worker;
    private readonly int _port;
    private readonly List<ListenSocket> _sockets = [];

    /// <exception cref="IOException">A descriptor is not a listening socket.</exception>
    public HandedPort(ProxyWorker worker, int port, IReadOnlyList<int> descriptors)
    {
        _worker = worker;
        _port = port;
        foreach (int descriptor in descriptors)
        {
            var options = new ListenOptions { ReusePort = true, AdoptDescriptor = descriptor };
            _sockets.Add(worker.Loop.Listen(SocketAddress.V4(0, port), options, this));
        }
    }

    public void Close() => _sockets.ForEach(static socket => socket.Close());

    /// <summary>Stops and resumes accepting, as far as the sockets can.</summary>
    public void Accept(bool accept)
    {
        foreach (ListenSocket socket in _sockets)
        {
            if (accept)
            {
                socket.Resume();
            }
            else
            {
                socket.TryPause();
            }
        }
    }

    public override void OnAccepted(Connection connection)
    {
        if (_worker.ListenerOn(_port) is { } listener)
        {
            listener.OnAccepted(connection);
            return;
        }

        _worker.HandedWithoutListener.Increment();
        connection.Close(CloseMode.Reset);
    }
}
