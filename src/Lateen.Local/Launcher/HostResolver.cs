namespace Lateen.Local.Launcher;

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

/// <summary>Forwards DNS messages unchanged to the resolvers of the host's /etc/resolv.conf; large answers are fetched over TCP.</summary>
internal sealed class HostResolver(string resolvConf = "/etc/resolv.conf")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    internal async Task<byte[]> AskAsync(byte[] query)
    {
        Exception? last = null;
        foreach (IPAddress server in Servers())
        {
            try
            {
                using CancellationTokenSource timeout = new(Patience);
                byte[] answer = await AskUdpAsync(server, query, timeout.Token).ConfigureAwait(false);
                bool truncated = answer.Length > 2 && (answer[2] & 0x02) != 0;
                return truncated ? await AskTcpAsync(server, query, timeout.Token).ConfigureAwait(false) : answer;
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException or IOException)
            {
                last = failure;
            }
        }

        throw new InvalidOperationException($"No resolver of {resolvConf} answered: {last?.Message ?? "none is named there"}");
    }

    private List<IPAddress> Servers()
    {
        List<IPAddress> servers = [];
        foreach (string line in File.Exists(resolvConf) ? File.ReadLines(resolvConf) : [])
        {
            string[] words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words is ["nameserver", var text, ..] && IPAddress.TryParse(text, out IPAddress? server))
            {
                servers.Add(server);
            }
        }

        return servers;
    }

    private static async Task<byte[]> AskUdpAsync(IPAddress server, byte[] query, CancellationToken cancel)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, 53, cancel).ConfigureAwait(false);
        await socket.SendAsync(query, cancel).ConfigureAwait(false);
        byte[] buffer = new byte[4096];
        int length = await socket.ReceiveAsync(buffer, cancel).ConfigureAwait(false);
        return buffer[..length];
    }

    private static async Task<byte[]> AskTcpAsync(IPAddress server, byte[] query, CancellationToken cancel)
    {
        using Socket socket = new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server, 53, cancel).ConfigureAwait(false);
        using NetworkStream stream = new(socket);
        byte[] framed = new byte[query.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancel).ConfigureAwait(false);
        byte[] prefix = new byte[2];
        await stream.ReadExactlyAsync(prefix, cancel).ConfigureAwait(false);
        byte[] answer = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
        await stream.ReadExactlyAsync(answer, cancel).ConfigureAwait(false);
        return answer;
    }
}
