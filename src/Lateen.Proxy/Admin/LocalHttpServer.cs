namespace Lateen.Proxy.Admin;

using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>
/// The proxy's own HTTP (admin, probes, metrics) on a loop of its own, so that it answers while the workers are busy. Handlers run on
/// the thread pool; their answers come back to the loop through its mailbox.
/// </summary>
public sealed class LocalHttpServer
{
    // Enough for a kubelet, a scraper, and people; a flood of admin connections must not eat the memory.
    private const int MaxConnections = 1000;

    private readonly EventLoop _loop;
    private readonly LocalHandler _handler;
    private readonly CancellationToken _stop;
    private ListenSocket? _socket;
    private int _connections;

    public LocalHttpServer(EventLoop loop, LocalHandler handler, CancellationToken stop)
    {
        _loop = loop;
        _handler = handler;
        _stop = stop;
    }

    internal EventLoop Loop => _loop;

    /// <summary>Opens the socket; the task fails with the reason when the address is taken.</summary>
    public Task<SocketAddress> ListenAsync(SocketAddress address)
    {
        var done = new TaskCompletionSource<SocketAddress>(TaskCreationOptions.RunContinuationsAsynchronously);
        _loop.Post(new ListenTask(this, address, done));
        return done.Task;
    }

    internal void Forget() => _connections--;

    internal void Handle(LocalStream stream, LocalRequest request) => _ = HandleAsync(stream, request);

    private async Task HandleAsync(LocalStream stream, LocalRequest request)
    {
        LocalResponse response;
        try
        {
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            response = await _handler(request, _stop).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException or FormatException)
        {
            response = new LocalResponse(500, e.Message + "\n");
        }

        _loop.Post(new ReplyTask(stream, response));
    }

    private sealed class ListenTask(LocalHttpServer server, SocketAddress address, TaskCompletionSource<SocketAddress> done) : LoopTask
    {
        public override void Run(EventLoop loop)
        {
            try
            {
                server._socket = loop.Listen(address, new ListenOptions { ReusePort = false }, new Acceptor(server));
                done.SetResult(server._socket.LocalAddress);
            }
            catch (IOException e)
            {
                done.SetException(e);
            }
        }
    }

    private sealed class ReplyTask(LocalStream stream, LocalResponse response) : LoopTask
    {
        public override void Run(EventLoop loop) => stream.Reply(response);
    }

    private sealed class Acceptor(LocalHttpServer server) : AcceptHandler
    {
        public override void OnAccepted(Connection connection)
        {
            if (server._connections >= MaxConnections)
            {
                connection.Close(CloseMode.Reset);
                return;
            }

            server._connections++;
            var options = new Http1Options { AcceptHttp10 = true, DefaultHostForHttp10 = "localhost" };
            new Http1ServerCodec(new ConnectionCallbacks(server), options).Attach(connection);
        }
    }

    private sealed class ConnectionCallbacks(LocalHttpServer server) : HttpServerCallbacks
    {
        public override RequestDecoder OnNewStream(ResponseEncoder encoder) => new LocalStream(server, encoder);

        public override void OnProtocolError(int status, string detail)
        {
        }

        public override void OnConnectionClosed() => server.Forget();
    }
}
