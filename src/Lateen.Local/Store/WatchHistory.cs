namespace Lateen.Local.Store;

/// <summary>The latest changes and the watches that follow them. Not thread-safe: the store calls it under its lock.</summary>
internal sealed class WatchHistory(int limit, long startVersion)
{
    private readonly Queue<StoreEvent> events = new();
    private readonly HashSet<StoreWatch> watches = [];
    private readonly Lock watchGate = new();
    private long oldestVersion = startVersion;

    /// <summary>Null when changes after that version have been forgotten.</summary>
    public StoreWatch? Subscribe(string collection, long fromVersion)
    {
        if (fromVersion < oldestVersion)
        {
            return null;
        }

        var watch = new StoreWatch(collection, Remove);
        foreach (StoreEvent change in events)
        {
            if (change.ResourceVersion > fromVersion)
            {
                watch.Offer(change);
            }
        }

        lock (watchGate)
        {
            watches.Add(watch);
        }

        return watch;
    }

    public void Append(StoreEvent change)
    {
        events.Enqueue(change);
        if (events.Count > limit)
        {
            oldestVersion = events.Dequeue().ResourceVersion;
        }

        lock (watchGate)
        {
            foreach (StoreWatch watch in watches)
            {
                watch.Offer(change);
            }
        }
    }

    public void CloseAll()
    {
        lock (watchGate)
        {
            foreach (StoreWatch watch in watches)
            {
                watch.Close();
            }

            watches.Clear();
        }
    }

    private void Remove(StoreWatch watch)
    {
        lock (watchGate)
        {
            watches.Remove(watch);
        }
    }
}
