namespace Lateen.Control.Ads;

using System.Threading.Channels;
using Envoy.Service.Discovery.V3;

/// <summary>One open stream: its session, and the events its loop works off one after the other.</summary>
internal sealed class ProxyConnection(AdsSession session)
{
    // Requests wait in the transport's own flow control; at most one push and one tick are outstanding besides.
    private readonly Channel<SessionEvent> events = Channel.CreateBounded<SessionEvent>(
        new BoundedChannelOptions(64) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private ProxyStatus status = session.Status;

    public AdsSession Session => session;

    public ChannelReader<SessionEvent> Events => events.Reader;

    public ChannelWriter<SessionEvent> Writer => events.Writer;

    /// <summary>The state as of the last event, readable from any thread.</summary>
    public ProxyStatus Status => Volatile.Read(ref status);

    public void PublishStatus() => Volatile.Write(ref status, session.Status);
}

/// <summary>Something that happened to a session: a request, a push, or (with neither) the passing of time.</summary>
internal readonly record struct SessionEvent(DeltaDiscoveryRequest? Request, PushRequest? Push);
