namespace Lateen.Samples.Tools;

using System.Globalization;
using System.Net.Sockets;

/// <summary>nc HOST PORT: sends what it reads and prints what comes back, until the other side is done.</summary>
internal static class NetCat
{
    public static async Task<int> RunAsync(string[] args)
    {
        string[] words = [.. args.Where(static a => !a.StartsWith('-'))];
        if (words.Length != 2 || !int.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port > ushort.MaxValue)
        {
            await Console.Error.WriteLineAsync("usage: nc HOST PORT");
            return 64;
        }

        try
        {
            using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(words[0], port);
            await using NetworkStream stream = new(socket);
            await using Stream input = Console.OpenStandardInput();
            await using Stream output = Console.OpenStandardOutput();
            Task sending = SendAsync(input, stream, socket);
            await stream.CopyToAsync(output);
            await output.FlushAsync();
            return sending.IsFaulted ? 1 : 0;
        }
        catch (Exception failure) when (failure is SocketException or IOException)
        {
            await Console.Error.WriteLineAsync($"nc: {words[0]} {port}: {failure.Message}");
            return 1;
        }
    }

    private static async Task SendAsync(Stream input, NetworkStream stream, Socket socket)
    {
        await input.CopyToAsync(stream);
        socket.Shutdown(SocketShutdown.Send);
    }
}
