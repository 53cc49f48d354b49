namespace Lateen.Proxy.Agent.Resolving;

using System.Buffers;
using System.Net;
using System.Net.Sockets;

/// <summary>The UDP and the TCP socket of one address on which a <see cref="DnsProxy"/> answers.</summary>
public sealed class DnsServer : IDisposable
{
    private const int MaxQueryBytes = 4096;
    private const int MaxConnections = 256;
    private static readonly TimeSpan ConnectionIdle = TimeSpan.FromSeconds(10);

    private readonly DnsProxy _proxy;
    private readonly Socket _udp;
    private readonly TcpListener _tcp;
    private readonly SemaphoreSlim _connections = new(MaxConnections);

    /// <exception cref="SocketException">The address cannot be bound.</exception>
    public DnsServer(DnsProxy proxy, IPEndPoint address)
    {
        _proxy = proxy;
        _udp = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        _udp.Bind(address);
        Address = _udp.LocalEndPoint as IPEndPoint ?? address;
        _tcp = new TcpListener(Address);
        try
        {
            _tcp.Start();
        }
        catch (SocketException)
        {
            _udp.Dispose();
            throw;
        }
    }

    public IPEndPoint Address { get; }

    /// <summary>Answers until cancelled.</summary>
    public Task RunAsync(CancellationToken cancel) => Task.WhenAll(ServeUdpAsync(cancel), ServeTcpAsync(cancel));

    public void Dispose()
    {
        _udp.Dispose();
        _tcp.Dispose();
        _connections.Dispose();
    }

    private async Task ServeUdpAsync(CancellationToken cancel)
    {
        var anybody = new IPEndPoint(Address.AddressFamily is AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        while (!cancel.IsCancellationRequested)
        {
            byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxQueryBytes);
            try
            {
                SocketReceiveFromResult received = await _udp.ReceiveFromAsync(buffer, anybody, cancel).ConfigureAwait(false);
                _ = AnswerUdpAsync(buffer, received.ReceivedBytes, received.RemoteEndPoint, cancel);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // The asker of an earlier reply is gone (ICMP), or we stop.
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private async Task AnswerUdpAsync(byte[] buffer, int length, EndPoint asker, CancellationToken cancel)
    {
        try
        {
            byte[]? reply = await _proxy.AnswerAsync(buffer.AsMemory(0, length), udp: true, cancel).ConfigureAwait(false);
            if (reply is not null)
            {
                await _udp.SendToAsync(reply, asker, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // Nobody waits for the reply any more; a resolver asks again.
            return;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ServeTcpAsync(CancellationToken cancel)
    {
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                await _connections.WaitAsync(cancel).ConfigureAwait(false);
                TcpClient client = await _tcp.AcceptTcpClientAsync(cancel).ConfigureAwait(false);
                _ = AnswerTcpAsync(client, cancel);
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                continue;
            }
        }
    }

    private async Task AnswerTcpAsync(TcpClient client, CancellationToken cancel)
    {
        using TcpClient owned = client;
        try
        {
            NetworkStream stream = owned.GetStream();
            while (true)
            {
                using var idle = CancellationTokenSource.CreateLinkedTokenSource(cancel);
                idle.CancelAfter(ConnectionIdle);
                if (await DnsForwarder.ReadAsync(stream, idle.Token).ConfigureAwait(false) is not { } query)
                {
                    return;
                }

                byte[]? reply = await _proxy.AnswerAsync(query, udp: false, cancel).ConfigureAwait(false);
                if (reply is not null)
                {
                    await DnsForwarder.WriteAsync(stream, reply, cancel).ConfigureAwait(false);
                }
            }
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            // The connection ended; so do we.
            return;
        }
        finally
        {
            _connections.Release();
        }
    }
}
