namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

/// <summary>Opens connections at an even pace, one after the other, and sends each one's bytes; on a thread of its own with blocking calls.</summary>
internal static class PacedAttacker
{
    /// <summary>
    /// Each connection is read to the peer's end. The pace is an upper bound at every moment: an attack begins when the one before has ended,
    /// and time that this machine took away is not made up for by a burst.
    /// </summary>
    public static Task RunAsync(int port, int count, int perSecond, Func<int, byte[]> bytes) => Task.Factory.StartNew(
        () => Run(port, count, perSecond, bytes), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static void Run(int port, int count, int perSecond, Func<int, byte[]> bytes)
    {
        using var pause = new Pause();
        var buffer = new byte[16 * 1024];
        long interval = Stopwatch.Frequency / perSecond;
        long due = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            // A timer ends up to a tick late, so one interval may be caught up with.
            due = Math.Max(due + interval, Stopwatch.GetTimestamp() - interval);
            while (Stopwatch.GetTimestamp() < due)
            {
                pause.Wait();
            }

            AttackOnce(port, bytes(i), buffer);
        }
    }

    private static void AttackOnce(int port, byte[] bytes, byte[] buffer)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = 10_000 };
        socket.Connect(IPAddress.Loopback, port);
        try
        {
            socket.Send(bytes);
            while (socket.Receive(buffer) > 0)
            {
            }
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.ConnectionReset or SocketError.Shutdown)
        {
            // The proxy has heard enough.
            return;
        }
    }
}
