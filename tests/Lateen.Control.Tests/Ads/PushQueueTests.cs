namespace Lateen.Control.Tests.Ads;

using Lateen.Control.Ads;
using Lateen.Control.Snapshot;

public sealed class PushQueueTests
{
    private readonly PushQueue<string> queue = new();

    [Fact]
    public void Pushes_for_one_proxy_are_merged_while_they_wait()
    {
        queue.Enqueue("p", PushRequest.Endpoints(Snapshot(1), ["a"]));
        queue.Enqueue("p", PushRequest.Endpoints(Snapshot(2), ["b"]));

        Assert.True(queue.TryDequeue(out _, out PushRequest? request));

        Assert.Equal(2, request.Snapshot.Version);
        Assert.False(request.Full);
        Assert.Equal(["a", "b"], request.ChangedServices.Order());
        Assert.False(queue.TryDequeue(out _, out _));
    }

    [Fact]
    public void A_busy_proxy_gets_its_next_push_when_it_is_done()
    {
        queue.Enqueue("p", PushRequest.Everything(Snapshot(1)));
        Assert.True(queue.TryDequeue(out _, out _));

        queue.Enqueue("p", PushRequest.Everything(Snapshot(2)));
        queue.Enqueue("p", PushRequest.Everything(Snapshot(3)));
        Assert.False(queue.TryDequeue(out _, out _));
        queue.Done("p");

        Assert.True(queue.TryDequeue(out _, out PushRequest? request));
        Assert.Equal(3, request.Snapshot.Version);
    }

    [Fact]
    public void Proxies_are_served_first_come_first_served()
    {
        queue.Enqueue("p", PushRequest.Everything(Snapshot(1)));
        queue.Enqueue("q", PushRequest.Everything(Snapshot(1)));
        queue.Enqueue("p", PushRequest.Everything(Snapshot(2)));

        Assert.True(queue.TryDequeue(out string? first, out _));
        Assert.True(queue.TryDequeue(out string? second, out _));

        Assert.Equal(("p", "q"), (first, second));
    }

    private static MeshSnapshot Snapshot(long version) => MeshSnapshot.Empty with { Version = version };
}
