namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Net;
using System.Net.Sockets;
using System.Text;

/// <summary>
/// An HTTP/1.1 server that answers each request without a body with the same bytes. Threads that wait for connections and blocking calls,
/// so that it adds as little to a latency as possible, be the connection an old or a new one.
/// </summary>
internal sealed class SteadyUpstream : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private volatile bool _stopped;

    /// <summary>Serves so many connections at a time; others wait.</summary>
    public SteadyUpstream(int connections = 16)
    {
        _listener.Start();
        for (int i = 0; i < connections; i++)
        {
            new Thread(Accept) { IsBackground = true }.Start();
        }
    }

    /// <summary>The body of each answer.</summary>
    public static string Body => "status 200\n";

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Dispose()
    {
        _stopped = true;
        _listener.Stop();
    }

    private void Accept()
    {
        RealTime.Enter();
        byte[] answer = Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Body.Length}\r\n\r\n{Body}");
        var buffer = new byte[16 * 1024];
        try
        {
            while (!_stopped)
            {
                using Socket socket = _listener.AcceptSocket();
                Serve(socket, answer, buffer);
            }
        }
        catch (Exception) when (_stopped)
        {
            // The test is over; which exception it is depends on what the thread was about to do.
            return;
        }
    }

    private static void Serve(Socket socket, byte[] answer, byte[] buffer)
    {
        try
        {
            socket.NoDelay = true;
            for (int filled = 0, count; (count = socket.Receive(buffer, filled, buffer.Length - filled, SocketFlags.None)) > 0;)
            {
                filled += count;
                for (int end; (end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8)) >= 0;)
                {
                    buffer.AsSpan(end + 4, filled - end - 4).CopyTo(buffer);
                    filled -= end + 4;
                    socket.Send(answer);
                }
            }
        }
        catch (SocketException)
        {
            // The proxy has closed the connection.
            return;
        }
    }
}
