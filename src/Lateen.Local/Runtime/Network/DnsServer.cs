namespace Lateen.Local.Runtime.Network;

using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Lateen.Local.Launcher;

/// <summary>The cluster's DNS server on 10.96.0.10, UDP and TCP. What is not of the cluster goes to the host's resolver.</summary>
internal sealed class DnsServer(DnsZone zone, Func<byte[], Task<byte[]>> forward)
{
    private const int MaxUdpBytes = 1232, MaxInFlight = 256;
    private readonly SemaphoreSlim _free = new(MaxInFlight, MaxInFlight);

    internal Task RunAsync(IPAddress address, int port, CancellationToken cancel) =>
        Task.WhenAll(ServeUdpAsync(new IPEndPoint(address, port), cancel), ServeTcpAsync(new IPEndPoint(address, port), cancel));

    internal async Task<byte[]> AnswerAsync(byte[] query, int limit)
    {
        if (!DnsMessage.TryReadQuestion(query, out string name, out ushort type, out int end))
        {
            // RFC 1035, section 4.1.1: a format error carries the id and nothing else.
            return query.Length < 12 ? [] : [query[0], query[1], 0x80, DnsMessage.FormatError, 0, 0, 0, 0, 0, 0, 0, 0];
        }

        DnsResult result = zone.Lookup(name, type);
        if (result.Forward)
        {
            return await ForwardAsync(query, end, limit).ConfigureAwait(false);
        }

        List<DnsRecord> records = [.. result.Records];
        if (records is [{ Type: DnsMessage.Cname, Target: { } target } alias] && type == DnsMessage.A)
        {
            DnsResult inside = zone.Lookup(target.TrimEnd('.').ToLowerInvariant(), type);
            records.AddRange(inside.Forward ? await AddressesOfAsync(alias, target).ConfigureAwait(false) : inside.Records);
        }

        return DnsMessage.Answer(query, end, result.Code, records, limit);
    }

    private async Task<byte[]> ForwardAsync(byte[] query, int end, int limit)
    {
        try
        {
            byte[] answer = await forward(query).ConfigureAwait(false);
            return answer.Length <= limit ? answer : DnsMessage.Answer(query, end, DnsMessage.NoError, [], 0);
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException)
        {
            return DnsMessage.Answer(query, end, DnsMessage.ServerFailure, [], limit);
        }
    }

    // Clients of an ExternalName expect the addresses beside the alias; the host's resolver knows them.
    private async Task<IEnumerable<DnsRecord>> AddressesOfAsync(DnsRecord alias, string target)
    {
        byte[] name = DnsMessage.EncodeName(target);
        byte[] query = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. name, 0, 1, 0, 1];
        try
        {
            byte[] answer = await forward(query).ConfigureAwait(false);
            return DnsAddresses.Read(answer).Select(address => new DnsRecord(alias.Target ?? "", DnsMessage.A, Address: address));
        }
        catch (Exception failure) when (failure is InvalidOperationException or TimeoutException)
        {
            return [];
        }
    }

    private async Task ServeUdpAsync(IPEndPoint local, CancellationToken cancel)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(local);
        byte[] buffer = new byte[4096];
        while (!cancel.IsCancellationRequested)
        {
            SocketReceiveFromResult received =
                await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), cancel).ConfigureAwait(false);
            byte[] query = buffer[..received.ReceivedBytes];
            await _free.WaitAsync(cancel).ConfigureAwait(false);
            _ = Task.Run(async () =>
            {
                try
                {
                    byte[] answer = await AnswerAsync(query, MaxUdpBytes).ConfigureAwait(false);
                    await socket.SendToAsync(answer, received.RemoteEndPoint, cancel).ConfigureAwait(false);
                }
                catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
                {
                    Console.Error.WriteLine($"runtime: dns answer to {received.RemoteEndPoint}: {failure.Message}");
                }
                finally
                {
                    _free.Release();
                }
            }, CancellationToken.None);
        }
    }

    private async Task ServeTcpAsync(IPEndPoint local, CancellationToken cancel)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(local);
        listener.Listen(64);
        while (!cancel.IsCancellationRequested)
        {
            Socket client = await listener.AcceptAsync(cancel).ConfigureAwait(false);
            await _free.WaitAsync(cancel).ConfigureAwait(false);
            _ = Task.Run(() => ServeConnectionAsync(client, cancel), CancellationToken.None);
        }
    }

    private async Task ServeConnectionAsync(Socket client, CancellationToken cancel)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(TimeSpan.FromSeconds(10));
        try
        {
            using NetworkStream stream = new(client, ownsSocket: true);
            byte[] prefix = new byte[2];
            while (true)
            {
                await stream.ReadExactlyAsync(prefix, limit.Token).ConfigureAwait(false);
                byte[] query = new byte[BinaryPrimitives.ReadUInt16BigEndian(prefix)];
                await stream.ReadExactlyAsync(query, limit.Token).ConfigureAwait(false);
                byte[] answer = await AnswerAsync(query, ushort.MaxValue).ConfigureAwait(false);
                byte[] framed = [(byte)(answer.Length >> 8), (byte)answer.Length, .. answer];
                await stream.WriteAsync(framed, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            // The client has closed the connection, or kept it idle too long.
            return;
        }
        finally
        {
            _free.Release();
        }
    }
}
