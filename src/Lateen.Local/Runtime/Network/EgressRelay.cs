namespace Lateen.Local.Runtime.Network;

using System.Net;
using System.Net.Sockets;
using Lateen.Local.Launcher;
using Lateen.Local.Native;

/// <summary>Takes the connections that the router redirected and joins each to one the launcher opened on the host.</summary>
internal sealed class EgressRelay(HostGateway gateway)
{
    private const int MaxConnections = 1024;
    private readonly SemaphoreSlim _free = new(MaxConnections, MaxConnections);

    internal async Task RunAsync(CancellationToken cancel)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Any, ClusterAddresses.EgressPort));
        listener.Listen(512);
        while (!cancel.IsCancellationRequested)
        {
            await _free.WaitAsync(cancel).ConfigureAwait(false);
            Socket client = await listener.AcceptAsync(cancel).ConfigureAwait(false);
            _ = Task.Run(() => ServeAsync(client, cancel), CancellationToken.None);
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken cancel)
    {
        using Socket owned = client;
        try
        {
            IPEndPoint destination = SocketOptions.OriginalDestination(client);
            if (destination.Equals(client.LocalEndPoint))
            {
                Reset(client);
                return;
            }

            using Socket server = await gateway.DialAsync(destination.Address, destination.Port).ConfigureAwait(false);
            await SocketRelay.JoinAsync(client, server, cancel).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine($"runtime: egress from {client.RemoteEndPoint}: {failure.Message}");
            Reset(client);
        }
        finally
        {
            _free.Release();
        }
    }

    private static void Reset(Socket client) => client.LingerState = new LingerOption(true, 0);
}
