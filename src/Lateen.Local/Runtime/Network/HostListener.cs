namespace Lateen.Local.Runtime.Network;

using System.Net;
using System.Net.Sockets;
using Lateen.Local.Cluster;
using Lateen.Local.Native;

/// <summary>One listening socket of the host: relayed to its Service until a pod takes it over.</summary>
internal sealed class HostListener : IDisposable
{
    private readonly Socket _socket;
    private readonly List<int> _copies = [];
    private readonly CancellationTokenSource _relaying = new();
    private readonly Func<IPEndPoint?> _target;

    internal HostListener(HostPort port, int descriptor, Func<IPEndPoint?> target)
    {
        Port = port;
        _target = target;
        _socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        _ = Task.Run(RelayAsync);
    }

    internal HostPort Port { get; }

    /// <summary>
    /// Ends the relay and returns descriptors of the one socket, one per worker: with SO_REUSEPORT siblings a connection would wait for
    /// ever in the queue of a worker that does not exist.
    /// </summary>
    internal IReadOnlyList<int> HandOver(int workers)
    {
        _relaying.Cancel();
        while (_copies.Count < workers)
        {
            const int duplicateCloseOnExec = 1030;
            _copies.Add(LinuxCalls.Check(LinuxCalls.Control((int)_socket.Handle, duplicateCloseOnExec, 10), "duplicate a socket"));
        }

        return _copies;
    }

    public void Dispose()
    {
        _relaying.Cancel();
        _copies.ForEach(static copy => _ = LinuxCalls.Close(copy));
        _copies.Clear();
        _socket.Dispose();
        _relaying.Dispose();
    }

    private async Task RelayAsync()
    {
        CancellationToken cancel = _relaying.Token;
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
            if (_target() is { } target)
            {
                await server.ConnectAsync(target).ConfigureAwait(false);
                await SocketRelay.JoinAsync(client, server, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (SocketException)
        {
            // No endpoint answers: the client sees a reset, as from a load balancer without targets.
            client.LingerState = new LingerOption(true, 0);
        }
    }
}
