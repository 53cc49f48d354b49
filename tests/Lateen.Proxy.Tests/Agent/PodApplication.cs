namespace Lateen.Proxy.Tests.Agent;

using System.Net;
using System.Net.Sockets;
using System.Text;

/// <summary>An application's probe endpoint on a real socket: HTTP/1.1, or just enough HTTP/2 for one gRPC health check.</summary>
internal sealed class PodApplication : IDisposable
{
    private const int FrameHeaderBytes = 9;
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Settings = 4;
    private const byte EndStream = 1;
    private const byte EndHeaders = 4;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Func<PodApplication, NetworkStream, Task> _serve;

    private PodApplication(Func<PodApplication, NetworkStream, Task> serve)
    {
        _serve = serve;
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>The head of the last HTTP/1.1 request, or the message of the last gRPC request.</summary>
    public string LastRequest { get; private set; } = "";

    /// <summary>Where the last connection came from.</summary>
    public string LastCaller { get; private set; } = "";

    /// <summary>Answers every HTTP/1.1 request with a status and a body, and closes.</summary>
    public static PodApplication Http(int status, string body = "") => new(async (app, stream) =>
    {
        var head = new StringBuilder();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) > 0)
        {
            head.Append((char)one[0]);
        }

        app.LastRequest = head.ToString();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 {status} X\r\ncontent-length: {body.Length}\r\nconnection: close\r\n\r\n{body}"));
    });

    /// <summary>Answers a gRPC health check with grpc.health.v1's status (1: SERVING).</summary>
    public static PodApplication Grpc(byte healthStatus) => new((app, stream) => app.ServeHealthAsync(stream, healthStatus));

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await _listener.AcceptTcpClientAsync();
                LastCaller = ((IPEndPoint?)client.Client.RemoteEndPoint)?.Address.ToString() ?? "";
                await _serve(this, client.GetStream());
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            LastCaller = "ended: " + e.Message;
        }
    }

    private async Task ServeHealthAsync(NetworkStream stream, byte healthStatus)
    {
        await stream.ReadExactlyAsync(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".Length]);
        await stream.WriteAsync(Frame(Settings, 0, 0, []));
        var body = new List<byte>();
        while (true)
        {
            byte[] head = new byte[FrameHeaderBytes];
            await stream.ReadExactlyAsync(head);
            byte[] payload = new byte[(head[0] << 16) | (head[1] << 8) | head[2]];
            await stream.ReadExactlyAsync(payload);
            if (head[3] == Settings && head[4] == 0)
            {
                await stream.WriteAsync(Frame(Settings, 1, 0, []));
            }

            if (head[3] == Data)
            {
                body.AddRange(payload);
            }

            if (head[3] == Data && (head[4] & EndStream) != 0)
            {
                LastRequest = Encoding.ASCII.GetString([.. body.Skip(5)]);
                await AnswerAsync(stream, head[8], healthStatus);
            }
        }
    }

    // HPACK without Huffman coding and without a table (RFC 7541 section 6.2.2); 0x88 is ":status: 200".
    private static async Task AnswerAsync(NetworkStream stream, byte streamId, byte healthStatus)
    {
        byte[] type = [0x88, 0x0f, 0x10, 16, .. "application/grpc"u8];
        byte[] trailers = [0x00, 11, .. "grpc-status"u8, 1, (byte)'0'];
        await stream.WriteAsync(Frame(Headers, EndHeaders, streamId, type));
        await stream.WriteAsync(Frame(Data, 0, streamId, [0, 0, 0, 0, 2, 0x08, healthStatus]));
        await stream.WriteAsync(Frame(Headers, EndHeaders | EndStream, streamId, trailers));
    }

    private static byte[] Frame(byte type, byte flags, byte streamId, byte[] payload) =>
        [0, 0, (byte)payload.Length, type, flags, 0, 0, 0, streamId, .. payload];
}
