namespace Lateen.Local.Runtime.Network;

using System.Buffers;
using System.Net.Sockets;

/// <summary>Copies bytes both ways between two sockets, passing each end of stream on, until both have ended.</summary>
internal static class SocketRelay
{
    internal static async Task JoinAsync(Socket left, Socket right, CancellationToken cancel)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task[] ways = [CopyAsync(left, right, either), CopyAsync(right, left, either)];
        await Task.WhenAll(ways).ConfigureAwait(false);
    }

    private static async Task CopyAsync(Socket from, Socket to, CancellationTokenSource either)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            int length;
            while ((length = await from.ReceiveAsync(buffer, either.Token).ConfigureAwait(false)) > 0)
            {
                await SendAllAsync(to, buffer.AsMemory(0, length), either.Token).ConfigureAwait(false);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // A reset on one side ends both: half a connection is of no use to anyone.
            await either.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> data, CancellationToken cancel)
    {
        while (!data.IsEmpty)
        {
            data = data[await to.SendAsync(data, cancel).ConfigureAwait(false)..];
        }
    }
}
