namespace Lateen.Samples.Tools;

using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

/// <summary>Sends every line back behind a prefix, so that a client sees which version it reached.</summary>
internal static class TcpEcho
{
    private const int MaxLineBytes = 64 * 1024;

    public static async Task<int> RunAsync(string[] args)
    {
        string[] ports = (args.Length > 0 ? args[0] : "9000,9001,9002").Split(',');
        string prefix = args.Length > 1 ? args[1] : "hello";
        using Shutdown shutdown = new();
        List<Task> listeners = [];
        foreach (string text in ports)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > ushort.MaxValue)
            {
                await Console.Error.WriteLineAsync($"tcp-echo: '{text}' is no port; usage: tcp-echo 9000,9001 PREFIX");
                return 64;
            }

            TcpListener listener = new(IPAddress.IPv6Any, port);
            listener.Server.DualMode = true;
            listener.Start();
            Console.WriteLine($"tcp-echo is listening on port {port}, prefix: {prefix}");
            listeners.Add(AcceptAsync(listener, Encoding.UTF8.GetBytes(prefix + " "), shutdown.Token));
        }

        await Task.WhenAny(listeners.Append(shutdown.Requested));
        return 0;
    }

    private static async Task AcceptAsync(TcpListener listener, byte[] prefix, CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            Socket client = await listener.AcceptSocketAsync(cancel);
            _ = ServeAsync(client, prefix, cancel);
        }
    }

    private static async Task ServeAsync(Socket client, byte[] prefix, CancellationToken cancel)
    {
        byte[] buffer = new byte[MaxLineBytes];
        int filled = 0;
        using (client)
        {
            try
            {
                while (true)
                {
                    int read = await client.ReceiveAsync(buffer.AsMemory(filled), cancel);
                    filled += read;
                    int end;
                    while ((end = buffer.AsSpan(0, filled).IndexOf((byte)'\n')) >= 0)
                    {
                        await SendAsync(client, prefix, buffer.AsMemory(0, end + 1), cancel);
                        buffer.AsSpan(end + 1, filled - end - 1).CopyTo(buffer);
                        filled -= end + 1;
                    }

                    // The last line of a stream may come without its end, and an endless one must not fill the buffer for good.
                    if (filled > 0 && (read == 0 || filled == buffer.Length))
                    {
                        await SendAsync(client, prefix, buffer.AsMemory(0, filled), cancel);
                        filled = 0;
                    }

                    if (read == 0)
                    {
                        return;
                    }
                }
            }
            catch (SocketException lost)
            {
                Console.WriteLine($"connection lost: {lost.SocketErrorCode}");
            }
        }
    }

    private static async Task SendAsync(Socket client, byte[] prefix, ReadOnlyMemory<byte> line, CancellationToken cancel)
    {
        Console.WriteLine($"request: {Encoding.UTF8.GetString(line.Span).TrimEnd()}");
        byte[] answer = [.. prefix, .. line.Span];
        for (int sent = 0; sent < answer.Length;)
        {
            sent += await client.SendAsync(answer.AsMemory(sent), cancel);
        }
    }
}
