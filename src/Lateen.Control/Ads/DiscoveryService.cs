namespace Lateen.Control.Ads;

using System.Collections.Concurrent;
using System.Globalization;
using Envoy.Service.Discovery.V3;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;
using Lateen.Control.Translation;

/// <summary>Serves configuration to all proxies: keeps the current snapshot, the sessions, and the queue between them.</summary>
public sealed class DiscoveryService(XdsTranslator translator, TimeProvider clock, IControlMetrics metrics)
{
    private readonly ConcurrentDictionary<string, ProxyConnection> connections = new(StringComparer.Ordinal);
    private readonly PushQueue<ProxyConnection> queue = new();
    private readonly SemaphoreSlim throttle = new(DefaultConcurrency);
    private MeshSnapshot current = MeshSnapshot.Empty;
    private EndpointReleases? releases;
    private long connectionCounter;

    /// <summary>Raised with a connection's status after each event that may have changed it.</summary>
    public event Action<ProxyStatus>? StatusChanged;

    public MeshSnapshot Current => Volatile.Read(ref current);

    /// <summary>Every connected proxy, for /debug/syncz and the status of objects.</summary>
    public IReadOnlyList<ProxyStatus> Proxies => [.. connections.Values.Select(connection => connection.Status)];

    /// <summary>The most pushes computed at one time (Istio: min(15 + 5 x cores, 100)).</summary>
    public static int DefaultConcurrency => Math.Min(15 + (5 * Environment.ProcessorCount), 100);

    private EndpointReleases Releases => LazyInitializer.EnsureInitialized(
        ref releases, () => new EndpointReleases(() => Current, () => connections.Values.Select(each => each.EndpointsVersion)));

    /// <summary>Makes a snapshot current and queues it for every proxy.</summary>
    public void Publish(PushRequest request)
    {
        Volatile.Write(ref current, request.Snapshot);
        foreach (ProxyConnection connection in connections.Values)
        {
            queue.Enqueue(connection, request);
        }

        Releases.Look();
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
            if (!connection.TryPost(new SessionEvent(null, request)))
            {
                queue.Remove(connection);   // the stream ended between the queue and here
            }
        }
    }

    /// <summary>
    /// Serves one stream until the peer ends it. Throws <see cref="AdsRefusedException"/> when its first request names no proxy.
    /// </summary>
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

            if (reader.Current.TypeUrl == ReleaseStream.TypeUrl)
            {
                await ReleaseStream.ServeAsync(reader.Current, Releases, send, cancellation).ConfigureAwait(false);
                return;
            }

            using ProxyConnection connection = await ConnectAsync(reader.Current, peer, cancellation).ConfigureAwait(false);
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

    /// <summary>Serves one state-of-the-world stream until the peer ends it, by the same sessions as the delta ones.</summary>
    public Task RunStateOfTheWorldAsync(
        IAsyncEnumerable<DiscoveryRequest> requests,
        Func<DiscoveryResponse, ValueTask> send,
        string peer,
        CancellationToken cancellation)
    {
        StateOfTheWorldStream stream = new();
        return RunSessionAsync(
            requests.Select(stream.Read).Where(request => request is not null).Select(request => request ?? new()),
            response => send(stream.Write(response)),
            peer,
            cancellation);
    }

    private async Task<ProxyConnection> ConnectAsync(DeltaDiscoveryRequest first, string peer, CancellationToken cancellation)
    {
        if (!ProxyNodeReader.TryRead(first.Node, out ProxyNode? node, out string problem))
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
        await connection.PostAsync(first, cancellation).ConfigureAwait(false);
        return connection;
    }

    private void Disconnect(ProxyConnection connection)
    {
        connections.TryRemove(connection.Session.ConnectionId, out _);
        connection.End();
        queue.Remove(connection);
        metrics.ConnectionsChanged(connections.Count);
        StatusChanged?.Invoke(connection.Status);
        Releases.Look();
    }

    private static async Task ReadAsync(
        IAsyncEnumerator<DeltaDiscoveryRequest> reader, ProxyConnection connection, CancellationToken cancellation)
    {
        try
        {
            while (await reader.MoveNextAsync().ConfigureAwait(false))
            {
                await connection.PostAsync(reader.Current, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            connection.End();
        }
    }

    private async Task ServeAsync(
        ProxyConnection connection, Func<DeltaDiscoveryResponse, ValueTask> send, CancellationToken cancellation)
    {
        AdsSession session = connection.Session;
        long pushStarted = 0;
        using ITimer timer = clock.CreateTimer(
            _ => connection.TryPost(default), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await foreach (SessionEvent next in connection.Events.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            bool wasIdle = session.IsIdle;
            if (next.Push is { } push)
            {
                pushStarted = push.RequestedAt;
                wasIdle = false;
            }

            foreach (DeltaDiscoveryResponse response in await HandleAsync(connection, next, cancellation).ConfigureAwait(false))
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
            bool overdue = wait < TimeSpan.Zero && wait != Timeout.InfiniteTimeSpan;
            timer.Change(overdue ? TimeSpan.Zero : wait, Timeout.InfiniteTimeSpan);
            connection.PublishStatus();
            StatusChanged?.Invoke(connection.Status);
            Releases.Look();
        }
    }

    private async Task<IReadOnlyList<DeltaDiscoveryResponse>> HandleAsync(
        ProxyConnection connection, SessionEvent next, CancellationToken cancellation)
    {
        AdsSession session = connection.Session;
        if (next.Request is { } request)
        {
            connection.RequestHandled();
            if (request.ErrorDetail is not null && XdsTypes.TryParse(request.TypeUrl, out XdsType type))
            {
                metrics.Rejected(type);
            }

            return session.OnRequest(request);
        }

        if (next.Push is not { } push)
        {
            return session.OnTime();
        }

        await throttle.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return session.OnPush(push);
        }
        finally
        {
            throttle.Release();
        }
    }

    private void Count(DeltaDiscoveryResponse response)
    {
        if (XdsTypes.TryParse(response.TypeUrl, out XdsType type))
        {
            metrics.Pushed(type, response.Resources.Count);
        }
    }
}
