namespace Lateen.Local.Store;

using System.Text.Json.Nodes;
using System.Threading.Channels;
using Lateen.Local.ApiServer.Json;

/// <summary>
/// All objects of the cluster: served from memory, made durable by one writer that commits queued writes in groups. A change is
/// visible to readers and watchers only after it is durable, so nobody acts on something that a crash takes back.
/// </summary>
public sealed class ObjectStore : IAsyncDisposable
{
    private const int MaxGroup = 256;
    private const int MaxQueued = 4096;

    private readonly Lock gate = new();
    private readonly Dictionary<string, ObjectCollection> collections = [];
    private readonly Channel<StoreWrite> writes = Channel.CreateBounded<StoreWrite>(MaxQueued);
    private readonly SqliteLog log;
    private readonly WatchHistory history;
    private readonly Task writer;
    private long version;

    /// <param name="path">The database file; empty keeps everything in memory.</param>
    /// <param name="historyLimit">Changes kept for watches to start from.</param>
    public ObjectStore(string path, int historyLimit = 10_000)
    {
        log = new SqliteLog(path);
        foreach (StoredObject stored in log.LoadAll())
        {
            Collection(stored.Key.Collection).Put(stored);
        }

        version = Math.Max(1, log.LoadVersion());
        history = new WatchHistory(historyLimit, version);
        writer = Task.Run(WriteLoopAsync);
    }

    /// <summary>The version of the latest visible change.</summary>
    public long CurrentVersion
    {
        get
        {
            lock (gate)
            {
                return version;
            }
        }
    }

    public StoredObject? Get(ObjectKey key)
    {
        lock (gate)
        {
            return collections.TryGetValue(key.Collection, out ObjectCollection? found) ? found.Get(key.Namespace, key.Name)
                : null;
        }
    }

    /// <summary>A consistent picture in key order; a null namespace means all.</summary>
    public StoredList List(string collection, string? ns)
    {
        lock (gate)
        {
            IReadOnlyList<StoredObject> items = collections.TryGetValue(collection, out ObjectCollection? found)
                ? found.List(ns) : [];
            return new StoredList(items, version);
        }
    }

    public Task<StoreWriteResult> CreateAsync(ObjectKey key, JsonObject value) => EnqueueAsync(key, value, 0);

    /// <summary>Writes when the stored version is still the expected one.</summary>
    public Task<StoreWriteResult> ReplaceAsync(ObjectKey key, JsonObject value, long expectedVersion)
    {
        return EnqueueAsync(key, value, expectedVersion);
    }

    public Task<StoreWriteResult> DeleteAsync(ObjectKey key, long expectedVersion) => EnqueueAsync(key, null, expectedVersion);

    /// <summary>Every change of the collection after a version; null when that version is older than the history kept.</summary>
    public StoreWatch? Watch(string collection, long fromVersion)
    {
        lock (gate)
        {
            return history.Subscribe(collection, fromVersion);
        }
    }

    /// <summary>The state and a watch that continues from exactly there.</summary>
    public (StoredList List, StoreWatch Watch) ListAndWatch(string collection, string? ns)
    {
        lock (gate)
        {
            IReadOnlyList<StoredObject> items = collections.TryGetValue(collection, out ObjectCollection? found)
                ? found.List(ns) : [];
            StoreWatch watch = history.Subscribe(collection, version)
                ?? throw new InvalidOperationException("the current version is always in the history");
            return (new StoredList(items, version), watch);
        }
    }

    public async ValueTask DisposeAsync()
    {
        writes.Writer.TryComplete();
        await writer.ConfigureAwait(false);
        history.CloseAll();
        log.Dispose();
    }

    private async Task<StoreWriteResult> EnqueueAsync(ObjectKey key, JsonObject? value, long expectedVersion)
    {
        var done = new TaskCompletionSource<StoreWriteResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        await writes.Writer.WriteAsync(new StoreWrite(key, value, expectedVersion, done)).ConfigureAwait(false);
        return await done.Task.ConfigureAwait(false);
    }

    private async Task WriteLoopAsync()
    {
        var group = new List<StoreWrite>(MaxGroup);
        while (await writes.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            group.Clear();
            while (group.Count < MaxGroup && writes.Reader.TryRead(out StoreWrite? write))
            {
                group.Add(write);
            }

            CommitGroup(group);
        }
    }

    private void CommitGroup(List<StoreWrite> group)
    {
        var pending = new Dictionary<ObjectKey, StoredObject?>();
        var changes = new List<StoreEvent>(group.Count);
        var results = new StoreWriteResult[group.Count];
        long next = version;
        for (int i = 0; i < group.Count; i++)
        {
            results[i] = Evaluate(group[i], pending, changes, ref next);
        }

        if (changes.Count > 0)
        {
            try
            {
                log.Commit(changes, next);
            }
            catch (Exception failure) when (failure is not OutOfMemoryException)
            {
                group.ForEach(write => write.Done.TrySetException(failure));
                return;
            }

            Publish(changes, next);
        }

        for (int i = 0; i < group.Count; i++)
        {
            group[i].Done.TrySetResult(results[i]);
        }
    }

    private StoreWriteResult Evaluate(StoreWrite write, Dictionary<ObjectKey, StoredObject?> pending, List<StoreEvent> changes,
        ref long next)
    {
        StoredObject? current = pending.TryGetValue(write.Key, out StoredObject? staged) ? staged : Get(write.Key);
        if (write.ExpectedVersion == 0 && current is not null)
        {
            return new StoreWriteResult(StoreWriteStatus.Exists, current);
        }

        if (write.ExpectedVersion != 0 && current is null)
        {
            return new StoreWriteResult(StoreWriteStatus.Missing, null);
        }

        if (current is not null && current.ResourceVersion != write.ExpectedVersion)
        {
            return new StoreWriteResult(StoreWriteStatus.Conflict, current);
        }

        next++;
        JsonObject value = write.Value ?? (JsonObject)(current?.Value.DeepClone() ?? new JsonObject());
        value.Metadata()["resourceVersion"] = next.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var stored = new StoredObject(write.Key, value, JsonParser.ToUtf8(value), next);
        StoreEventKind kind = write.Value is null ? StoreEventKind.Deleted
            : current is null ? StoreEventKind.Added : StoreEventKind.Modified;
        changes.Add(new StoreEvent(kind, stored, current));
        pending[write.Key] = write.Value is null ? null : stored;
        return new StoreWriteResult(StoreWriteStatus.Done, stored);
    }

    private void Publish(List<StoreEvent> changes, long next)
    {
        lock (gate)
        {
            foreach (StoreEvent change in changes)
            {
                ObjectCollection collection = Collection(change.Current.Key.Collection);
                if (change.Kind == StoreEventKind.Deleted)
                {
                    collection.Remove(change.Current.Key);
                }
                else
                {
                    collection.Put(change.Current);
                }

                history.Append(change);
            }

            version = next;
        }
    }

    private ObjectCollection Collection(string name)
    {
        if (!collections.TryGetValue(name, out ObjectCollection? found))
        {
            collections[name] = found = new ObjectCollection();
        }

        return found;
    }
}
