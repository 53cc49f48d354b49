namespace Lateen.Local.Runtime.Network;

using System.Net;
using System.Net.Sockets;
using Lateen.Local.Cluster;
using Lateen.Local.Native;

/// <summary>One listening socket of the host: relayed to its Service except while a container holds it.</summary>
internal sealed class HostListener : IDisposable
{
    private readonly Socket _socket;
    private readonly List<int> _copies = [];
    private readonly Lock _gate = new();
    private readonly Func<IPEndPoint?> _target;
    private CancellationTokenSource _relaying = new();
    private int _holders;
    private bool _closed;

    internal HostListener(HostPort port, int descriptor, Func<IPEndPoint?> target)
    {
        Port = port;
        _target = target;
        _socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        Relay();
    }

    internal HostPort Port { get; }

    /// <summary>
    /// Ends the relay and returns descriptors of the one socket, one per worker: with SO_REUSEPORT siblings a connection would wait for
    /// ever in the queue of a worker that does not exist.
    /// </summary>
    internal IReadOnlyList<int> HandOver(int workers)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            _holders++;
            _relaying.Cancel();
            while (_copies.Count < workers)
            {
                const int duplicateCloseOnExec = 1030;
                _copies.Add(LinuxCalls.Check(LinuxCalls.Control((int)_socket.Handle, duplicateCloseOnExec, 10), "duplicate a socket"));
            }

            return [.. _copies];
        }
    }

    /// <summary>
    /// A container that held the socket ended. After the last one the relay answers again, also those who connected meanwhile: where the
    /// Service has no endpoint it resets them, as a load balancer without targets does, and nobody waits in a queue that no one empties.
    /// </summary>
    internal void TakeBack()
    {
        lock (_gate)
        {
            if (--_holders == 0 && !_closed)
            {
                _relaying.Dispose();
                _relaying = new CancellationTokenSource();
                Relay();
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _relaying.Cancel();
            _copies.ForEach(static copy => _ = LinuxCalls.Close(copy));
            _copies.Clear();
            _socket.Dispose();
            _relaying.Dispose();
        }
    }

    private void Relay()
    {
        CancellationToken cancel = _relaying.Token;
        _ = Task.Run(() => RelayAsync(cancel), CancellationToken.None);
    }

    private async Task RelayAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                Socket client = await _socket.AcceptAsync(cancel).ConfigureAwait(false);
                _ = Task.Run(() => ServeAsync(client), CancellationToken.None);
            }
            catch (Exception ended) when (ended is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException failure)
            {
                Console.Error.WriteLine($"runtime: accepting for port {Port.Port}: {failure.Message}");
            }
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using Socket owned = client;
        using Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            IPEndPoint target = _target() ?? throw new SocketException((int)SocketError.HostUnreachable);
            await server.ConnectAsync(target).ConfigureAwait(false);
            await SocketRelay.JoinAsync(client, server, CancellationToken.None).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            // No endpoint answers: the client sees a reset, as from a load balancer without targets.
            client.LingerState = new LingerOption(true, 0);
        }
    }
}
