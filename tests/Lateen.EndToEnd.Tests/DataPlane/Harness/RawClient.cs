namespace Lateen.EndToEnd.Tests.DataPlane.Harness;

using System.Net;
using System.Net.Sockets;
using System.Text;

/// <summary>A TCP connection that sends and shows bytes exactly as they are (Latin-1).</summary>
internal sealed class RawClient : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(15);

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly StringBuilder _received = new();

    private RawClient(Socket socket) => _socket = socket;

    public static async Task<RawClient> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return new RawClient(socket);
    }

    public Task SendAsync(string bytes) => SendAsync(Encoding.Latin1.GetBytes(bytes));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (bytes.Length > 0)
        {
            bytes = bytes[await _socket.SendAsync(bytes, limit.Token)..];
        }
    }

    /// <summary>Sends FIN; reading goes on.</summary>
    public void End() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Closes with RST.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    /// <summary>Everything until the peer's FIN; a reset counts as an end.</summary>
    public async Task<string> ReadToEndAsync()
    {
        while (await ReadOnceAsync())
        {
        }

        return Take(_received.Length);
    }

    /// <summary>Everything up to and with this text; less when the peer ended before.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        while (!_received.ToString().Contains(text, StringComparison.Ordinal) && await ReadOnceAsync())
        {
        }

        int at = _received.ToString().IndexOf(text, StringComparison.Ordinal);
        return Take(at < 0 ? _received.Length : at + text.Length);
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        while (_received.Length < count && await ReadOnceAsync())
        {
        }

        return Encoding.Latin1.GetBytes(Take(Math.Min(count, _received.Length)));
    }

    public void Dispose() => _socket.Dispose();

    private string Take(int length)
    {
        string text = _received.ToString(0, length);
        _received.Remove(0, length);
        return text;
    }

    private async Task<bool> ReadOnceAsync()
    {
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            int count = await _socket.ReceiveAsync(_buffer, limit.Token);
            _received.Append(Encoding.Latin1.GetString(_buffer, 0, count));
            return count > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
