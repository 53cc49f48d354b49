namespace Lateen.Control.Ads;

using System.Threading.Channels;
using Envoy.Service.Discovery.V3;

/// <summary>One open stream: its session, and the events its loop works off one after the other.</summary>
internal sealed class ProxyConnection(AdsSession session) : IDisposable
{
    private const int MaxWaitingRequests = 64;

    // Unbounded in type only: at most one push and one tick are outstanding, and requests wait for room in the transport.
    private readonly Channel<SessionEvent> events =
        Channel.CreateUnbounded<SessionEvent>(new UnboundedChannelOptions { SingleReader = true });

    private readonly SemaphoreSlim room = new(MaxWaitingRequests);
    private ProxyStatus status = session.Status;
    private long endpointsVersion;

    public AdsSession Session => session;

    public ChannelReader<SessionEvent> Events => events.Reader;

    /// <summary>The state as of the last event, readable from any thread.</summary>
    public ProxyStatus Status => Volatile.Read(ref status);

    /// <summary>See <see cref="AdsSession.EndpointsVersion"/>; as of the last event, readable from any thread.</summary>
    public long EndpointsVersion => Interlocked.Read(ref endpointsVersion);

    public void PublishStatus()
    {
        Volatile.Write(ref status, session.Status);
        Interlocked.Exchange(ref endpointsVersion, session.EndpointsVersion);
    }

    /// <summary>False when the stream has ended.</summary>
    public bool TryPost(SessionEvent next) => events.Writer.TryWrite(next);

    public async Task PostAsync(DeltaDiscoveryRequest request, CancellationToken cancellation)
    {
        await room.WaitAsync(cancellation).ConfigureAwait(false);
        TryPost(new SessionEvent(request, null));
    }

    public void RequestHandled() => room.Release();

    public void End() => events.Writer.TryComplete();

    public void Dispose() => room.Dispose();
}

/// <summary>Something that happened to a session: a request, a push, or (with neither) the passing of time.</summary>
internal readonly record struct SessionEvent(DeltaDiscoveryRequest? Request, PushRequest? Push);
