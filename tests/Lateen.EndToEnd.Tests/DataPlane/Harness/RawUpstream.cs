namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Net;
using System.Net.Sockets;
using System.Text;

/// <summary>A server that reads the head of each request and answers with whatever bytes it is told.</summary>
internal sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<string, string> _answer;
    private readonly bool _closes;
    private readonly Task _accepting;
    private int _connections;

    /// <summary><paramref name="closes"/>: each connection ends after its first answer.</summary>
    public RawUpstream(Func<string, string> answer, bool closes = false)
    {
        _answer = answer;
        _closes = closes;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref _connections);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                _ = ServeAsync(socket);
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            var received = new StringBuilder();
            var buffer = new byte[16 * 1024];
            try
            {
                for (int count = 1; count > 0;)
                {
                    count = await socket.ReceiveAsync(buffer, _stop.Token);
                    received.Append(Encoding.Latin1.GetString(buffer, 0, count));
                    for (int end; (end = received.ToString().IndexOf("\r\n\r\n", StringComparison.Ordinal)) >= 0;)
                    {
                        string request = received.ToString(0, end + 4);
                        received.Remove(0, end + 4);
                        await socket.SendAsync(Encoding.Latin1.GetBytes(_answer(request)), _stop.Token);
                        if (_closes)
                        {
                            return;
                        }
                    }
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The proxy closed the connection, or the test is over.
                return;
            }
        }
    }
}
