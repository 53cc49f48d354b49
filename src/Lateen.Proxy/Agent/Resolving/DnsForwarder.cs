namespace Lateen.Proxy.Agent.Resolving;

using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

/// <summary>
/// Asks the pod's own name servers, one after the other, what the mesh does not know. Each query has a socket of its own: with a
/// random port and a fresh id, forged replies have nothing to aim at.
/// </summary>
internal sealed class DnsForwarder(IReadOnlyList<IPEndPoint> servers, DnsStats stats)
{
    private const int MaxMessageBytes = 65535;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>The reply with the query's id; null when no server answered.</summary>
    public async Task<byte[]?> AskAsync(ReadOnlyMemory<byte> query, bool udp, CancellationToken cancel)
    {
        stats.UpstreamRequests.Increment();
        byte[] own = query.ToArray();
        RandomNumberGenerator.Fill(own.AsSpan(0, 2));
        foreach (IPEndPoint server in servers)
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            timeout.CancelAfter(Patience);
            try
            {
                byte[]? reply = udp
                    ? await AskByUdpAsync(server, own, timeout.Token).ConfigureAwait(false)
                    : await AskByTcpAsync(server, own, timeout.Token).ConfigureAwait(false);
                if (reply is not null)
                {
                    query.Span[..2].CopyTo(reply);
                    return reply;
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or IOException)
            {
                stats.UpstreamFailures.Increment();
            }
        }

        return null;
    }

    internal static async Task<byte[]?> AskByUdpAsync(IPEndPoint server, byte[] query, CancellationToken cancel)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancel).ConfigureAwait(false);
        await socket.SendAsync(query, cancel).ConfigureAwait(false);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxMessageBytes);
        try
        {
            // What does not carry our id is late or forged; the real reply may still come.
            while (true)
            {
                int length = await socket.ReceiveAsync(buffer, cancel).ConfigureAwait(false);
                if (length >= DnsQuestion.HeaderBytes && buffer[0] == query[0] && buffer[1] == query[1])
                {
                    return buffer[..length];
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    internal static async Task<byte[]?> AskByTcpAsync(IPEndPoint server, byte[] query, CancellationToken cancel)
    {
        using var client = new TcpClient(server.AddressFamily);
        await client.ConnectAsync(server, cancel).ConfigureAwait(false);
        NetworkStream stream = client.GetStream();
        await WriteAsync(stream, query, cancel).ConfigureAwait(false);
        return await ReadAsync(stream, cancel).ConfigureAwait(false);
    }

    /// <summary>RFC 1035 section 4.2.2: over TCP two bytes of length come first.</summary>
    public static async Task WriteAsync(Stream stream, byte[] message, CancellationToken cancel)
    {
        byte[] framed = new byte[message.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)message.Length);
        message.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancel).ConfigureAwait(false);
    }

    /// <summary>Null at the end of the stream.</summary>
    public static async Task<byte[]?> ReadAsync(Stream stream, CancellationToken cancel)
    {
        byte[] length = new byte[2];
        if (await stream.ReadAtLeastAsync(length, 2, false, cancel).ConfigureAwait(false) < 2)
        {
            return null;
        }

        byte[] message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        int read = await stream.ReadAtLeastAsync(message, message.Length, false, cancel).ConfigureAwait(false);
        return read < message.Length ? null : message;
    }
}
