namespace Lateen.Proxy.Agent;

using System.Net;
using System.Net.Sockets;

/// <summary>
/// Knows when the application has opened the ports its containers declare. A pod without a readiness probe counts as ready as soon as its
/// process runs, which is before it listens; the first answer about readiness therefore waits for the ports, but never long: a port
/// that is declared and not opened must not keep the pod out of service.
/// </summary>
internal sealed class ApplicationStart(IReadOnlyList<int> ports)
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    // Below the probe's timeout of three seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2.5);

    private readonly Lock _gate = new();
    private Task? _opened;

    /// <summary>Completes when every port is open, or after the patience, counted from the first call.</summary>
    public Task WaitAsync()
    {
        lock (_gate)
        {
            return _opened ??= Task.WhenAll(ports.Select(OpenAsync));
        }
    }

    private static async Task OpenAsync(int port)
    {
        using var limit = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(Step);
        try
        {
            while (!await IsOpenAsync(port, limit.Token).ConfigureAwait(false))
            {
                await timer.WaitForNextTickAsync(limit.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Declared, but not opened in time: the pod counts as ready, as it would without us.
            return;
        }
    }

    private static async Task<bool> IsOpenAsync(int port, CancellationToken cancel)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port, cancel).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
