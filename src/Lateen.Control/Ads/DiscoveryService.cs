namespace Lateen.Control.Ads;

using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Threading.Channels;
using Envoy.Service.Discovery.V3;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation;

/// <summary>Serves configuration to all proxies: keeps the current snapshot, the sessions, and the queue between them.</summary>
public sealed class DiscoveryService(XdsTranslator translator, TimeProvider clock, IControlMetrics metrics)
{
    private readonly ConcurrentDictionary<string, ProxyConnection> connections = new(StringComparer.Ordinal);
    private readonly PushQueue<ProxyConnection> queue = new();
    private MeshSnapshot current = MeshSnapshot.Empty;
    private long connectionCounter;

    /// <summary>Raised with a connection's status after each event that may have changed it.</summary>
    public event Action<ProxyStatus>? StatusChanged;

    public MeshSnapshot Current => Volatile.Read(ref current);

    /// <summary>Every connected proxy, for /debug/syncz and the status of objects.</summary>
    public IReadOnlyList<ProxyStatus> Proxies => [.. connections.Values.Select(connection => connection.Status)];

    /// <summary>The most pushes computed at one time (Istio: min(15 + 5 x cores, 100)).</summary>
    public static int DefaultConcurrency => Math.Min(15 + (5 * Environment.ProcessorCount), 100);

    /// <summary>Makes a snapshot current and queues it for every proxy.</summary>
    public void Publish(PushRequest request)
    {
        Volatile.Write(ref current, request.Snapshot);
        foreach (ProxyConnection connection in connections.Values)
        {
            queue.Enqueue(connection, request);
        }
    }

    /// <summary>Hands queued pushes to their sessions until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await queue.WaitAsync(cancellation).ConfigureAwait(false);
            if (!queue.TryDequeue(out ProxyConnection? connection, out PushRequest? request))
            {
                continue;
            }

            metrics.Queued(clock.GetElapsedTime(request.RequestedAt));
            try
            {
                await connection.Writer.WriteAsync(new SessionEvent(null, request), cancellation).ConfigureAwait(false);
            }
            catch (ChannelClosedException)
            {
                queue.Remove(connection);   // the stream ended between the queue and here
            }
        }
    }

    /// <summary>Serves one stream until the peer ends it. Throws <see cref="AdsRefusedException"/> when its first request names no proxy.</summary>
    public async Task RunSessionAsync(
        IAsyncEnumerable<DeltaDiscoveryRequest> requests,
        Func<DeltaDiscoveryResponse, ValueTask> send,
        string peer,
        CancellationToken cancellation)
    {
        IAsyncEnumerator<DeltaDiscoveryRequest> reader = requests.GetAsyncEnumerator(cancellation);
        await using (reader.ConfigureAwait(false))
        {
            if (!await reader.MoveNextAsync().ConfigureAwait(false))
            {
                return;
            }

            ProxyConnection connection = Connect(reader.Current, peer);
            using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            try
            {
                Task reading = ReadAsync(reader, connection, ended.Token);
                await ServeAsync(connection, send, ended.Token).ConfigureAwait(false);
                await reading.ConfigureAwait(false);
            }
            finally
            {
                await ended.CancelAsync().ConfigureAwait(false);
                Disconnect(connection);
            }
        }
    }

    private ProxyConnection Connect(DeltaDiscoveryRequest first, string peer)
    {
        if (!ProxyNode.TryParse(first.Node, out ProxyNode? node, out string problem))
        {
            throw new AdsRefusedException(problem);
        }

        string id = node.Id + "-" + Interlocked.Increment(ref connectionCounter).ToString(CultureInfo.InvariantCulture);
        ResourceSource source = (snapshot, type, names) => translator.Translate(snapshot, node with { Peer = peer }, type, names);
        ProxyConnection connection = new(new AdsSession(node, id, Current, source, clock));
        connections[id] = connection;
        // A snapshot published between reading Current and registering would be missed; this push is empty if none was.
        queue.Enqueue(connection, PushRequest.Everything(Current, clock.GetTimestamp()));
        metrics.ConnectionsChanged(connections.Count);
        connection.Writer.TryWrite(new SessionEvent(first, null));
        return connection;
    }

    private void Disconnect(ProxyConnection connection)
    {
        connections.TryRemove(connection.Session.ConnectionId, out _);
        connection.Writer.TryComplete();
        queue.Remove(connection);
        metrics.ConnectionsChanged(connections.Count);
        StatusChanged?.Invoke(connection.Status);
    }

    private static async Task ReadAsync(
        IAsyncEnumerator<DeltaDiscoveryRequest> reader, ProxyConnection connection, CancellationToken cancellation)
    {
        try
        {
            while (await reader.MoveNextAsync().ConfigureAwait(false))
            {
                await connection.Writer.WriteAsync(new SessionEvent(reader.Current, null), cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            connection.Writer.TryComplete();
        }
    }

    private async Task ServeAsync(
        ProxyConnection connection, Func<DeltaDiscoveryResponse, ValueTask> send, CancellationToken cancellation)
    {
        AdsSession session = connection.Session;
        long pushStarted = 0;
        using ITimer timer = clock.CreateTimer(
            _ => connection.Writer.TryWrite(default), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await foreach (SessionEvent next in connection.Events.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            bool wasIdle = session.IsIdle;
            if (next.Push is { } push)
            {
                pushStarted = push.RequestedAt;
                wasIdle = false;
            }

            foreach (DeltaDiscoveryResponse response in Handle(session, next))
            {
                await send(response).ConfigureAwait(false);
                Count(response);
            }

            if (session.IsIdle && !wasIdle)
            {
                metrics.Converged(clock.GetElapsedTime(pushStarted));
                queue.Done(connection);
            }

            TimeSpan wait = session.Deadline is { } deadline ? deadline - clock.GetUtcNow() : Timeout.InfiniteTimeSpan;
            timer.Change(wait < TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan ? TimeSpan.Zero : wait, Timeout.InfiniteTimeSpan);
            connection.PublishStatus();
            StatusChanged?.Invoke(connection.Status);
        }
    }

    private IReadOnlyList<DeltaDiscoveryResponse> Handle(AdsSession session, SessionEvent next)
    {
        if (next.Request is { } request)
        {
            if (request.ErrorDetail is not null && XdsTypes.TryParse(request.TypeUrl, out XdsType type))
            {
                metrics.Rejected(type);
            }

            return session.OnRequest(request);
        }

        return next.Push is { } push ? session.OnPush(push) : session.OnTime();
    }

    private void Count(DeltaDiscoveryResponse response)
    {
        if (XdsTypes.TryParse(response.TypeUrl, out XdsType type))
        {
            metrics.Pushed(type, response.Resources.Count);
        }
    }
}
