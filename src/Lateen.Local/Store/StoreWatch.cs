namespace Lateen.Local.Store;

using System.Threading.Channels;

/// <summary>
/// One follower of a collection. A follower that falls too far behind is cut off (it lists again) rather than stored for.
/// </summary>
public sealed class StoreWatch : IDisposable
{
    private const int MaxBehind = 20_000;

    private readonly string collection;
    private readonly Action<StoreWatch> removed;
    private readonly Channel<StoreEvent> channel = Channel.CreateBounded<StoreEvent>(
        new BoundedChannelOptions(MaxBehind) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    internal StoreWatch(string collection, Action<StoreWatch> removed)
    {
        this.collection = collection;
        this.removed = removed;
    }

    public ChannelReader<StoreEvent> Events => channel.Reader;

    public void Dispose()
    {
        removed(this);
        Close();
    }

    internal void Offer(StoreEvent change)
    {
        if (change.Current.Key.Collection == collection && !channel.Writer.TryWrite(change))
        {
            Close();
        }
    }

    internal void Close() => channel.Writer.TryComplete();
}
