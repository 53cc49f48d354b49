namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>One change of one object; <see cref="Previous"/> is what the cache held before.</summary>
internal readonly record struct ObjectChange(bool Deleted, JsonObject Object, JsonObject? Previous);

/// <summary>
/// A list and watch of one type, kept as an indexed copy. Writes made by controllers are shown to it at once (<see cref="Observe"/>,
/// <see cref="MarkDeleting"/>), so that the next pass of a controller does not repeat what the watch has not yet delivered.
/// </summary>
internal sealed class Informer(IClusterClient client, ResourceType type, ControllerLog log, TimeProvider time)
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<ObjectKey, JsonObject> _objects = [];
    private readonly Dictionary<string, Dictionary<ObjectKey, JsonObject>> _byNamespace = [];
    private readonly Dictionary<string, Dictionary<ObjectKey, JsonObject>> _byOwner = [];
    private readonly HashSet<string> _deleting = [];
    private readonly List<Action<ObjectChange>> _handlers = [];
    private long _seenVersion;

    public ResourceType Type => type;

    /// <summary>Completes after the first list.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Calls back for every object known and every change to come. Handlers only queue keys.</summary>
    public void Subscribe(Action<ObjectChange> handler)
    {
        JsonObject[] known;
        lock (_gate)
        {
            _handlers.Add(handler);
            known = [.. _objects.Values];
        }

        foreach (JsonObject obj in known)
        {
            handler(new ObjectChange(false, obj, null));
        }
    }

    public JsonObject? Get(ObjectKey key)
    {
        lock (_gate)
        {
            return _objects.GetValueOrDefault(key);
        }
    }

    public JsonObject[] List(string? ns = null)
    {
        lock (_gate)
        {
            return ns is null ? [.. _objects.Values] : Values(_byNamespace, ns);
        }
    }

    public JsonObject[] OwnedBy(string uid)
    {
        lock (_gate)
        {
            return Values(_byOwner, uid);
        }
    }

    /// <summary>True from the moment a controller asked for the deletion, before the watch confirms it.</summary>
    public bool IsDeleting(JsonObject obj)
    {
        lock (_gate)
        {
            return obj.IsTerminating() || _deleting.Contains(obj.Uid());
        }
    }

    public void MarkDeleting(JsonObject obj)
    {
        lock (_gate)
        {
            if (_objects.ContainsKey(obj.Key()))
            {
                _deleting.Add(obj.Uid());
            }
        }
    }

    public void UnmarkDeleting(JsonObject obj)
    {
        lock (_gate)
        {
            _deleting.Remove(obj.Uid());
        }
    }

    /// <summary>Shows the cache an object that a write has returned, unless the watch is already past it.</summary>
    public void Observe(JsonObject obj)
    {
        lock (_gate)
        {
            long version = obj.ResourceVersion();
            if (version > _seenVersion && version > (_objects.GetValueOrDefault(obj.Key())?.ResourceVersion() ?? 0))
            {
                Store(obj);
            }
        }
    }

    public async Task RunAsync(CancellationToken cancel)
    {
        TimeSpan retry = FirstRetry;
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                ObjectList list = await client.ListAsync(type, null, null, cancel);
                Replace(list);
                _synced.TrySetResult();
                retry = FirstRetry;
                await foreach (WatchEvent change in client.WatchAsync(type, null, list.ResourceVersion, cancel))
                {
                    Apply(change);
                }
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancel.IsCancellationRequested)
            {
                log.WatchFailed(type.Plural, failure.Message);
            }

            if (!cancel.IsCancellationRequested)
            {
                await Task.Delay(retry, time, cancel);
                retry = retry * 2 > LongestRetry ? LongestRetry : retry * 2;
            }
        }
    }

    private void Replace(ObjectList list)
    {
        List<ObjectChange> changes = [];
        Action<ObjectChange>[] handlers;
        lock (_gate)
        {
            HashSet<ObjectKey> listed = [];
            foreach (JsonObject obj in list.Items)
            {
                listed.Add(obj.Key());
                changes.Add(new ObjectChange(false, obj, _objects.GetValueOrDefault(obj.Key())));
                Store(obj);
            }

            foreach (JsonObject gone in _objects.Values.Where(o => !listed.Contains(o.Key())).ToArray())
            {
                changes.Add(new ObjectChange(true, gone, gone));
                Drop(gone.Key());
            }

            _seenVersion = list.ResourceVersion;
            handlers = [.. _handlers];
        }

        Tell(handlers, changes);
    }

    private void Apply(WatchEvent change)
    {
        ObjectChange told;
        Action<ObjectChange>[] handlers;
        lock (_gate)
        {
            _seenVersion = Math.Max(_seenVersion, change.ResourceVersion);
            if (change.Type == WatchEventType.Bookmark)
            {
                return;
            }

            ObjectKey key = change.Object.Key();
            JsonObject? previous = _objects.GetValueOrDefault(key);
            bool deleted = change.Type == WatchEventType.Deleted;
            if (deleted)
            {
                Drop(key);
            }
            else if (previous is null || change.Object.ResourceVersion() >= previous.ResourceVersion())
            {
                Store(change.Object);
            }

            told = new ObjectChange(deleted, change.Object, previous);
            handlers = [.. _handlers];
        }

        Tell(handlers, [told]);
    }

    private static void Tell(Action<ObjectChange>[] handlers, IReadOnlyList<ObjectChange> changes)
    {
        foreach (ObjectChange change in changes)
        {
            foreach (Action<ObjectChange> handler in handlers)
            {
                handler(change);
            }
        }
    }

    private void Store(JsonObject obj)
    {
        ObjectKey key = obj.Key();
        Drop(key, keepMark: !obj.IsTerminating());
        _objects[key] = obj;
        Index(_byNamespace, key.Namespace)[key] = obj;
        foreach (JsonObject reference in obj.Items("metadata", "ownerReferences"))
        {
            Index(_byOwner, reference.Text("uid") ?? "")[key] = obj;
        }
    }

    private void Drop(ObjectKey key, bool keepMark = false)
    {
        if (!_objects.Remove(key, out JsonObject? old))
        {
            return;
        }

        if (!keepMark)
        {
            _deleting.Remove(old.Uid());
        }

        Unindex(_byNamespace, key.Namespace, key);
        foreach (JsonObject reference in old.Items("metadata", "ownerReferences"))
        {
            Unindex(_byOwner, reference.Text("uid") ?? "", key);
        }
    }

    private static JsonObject[] Values(Dictionary<string, Dictionary<ObjectKey, JsonObject>> index, string entry) =>
        index.TryGetValue(entry, out Dictionary<ObjectKey, JsonObject>? found) ? [.. found.Values] : [];

    private static Dictionary<ObjectKey, JsonObject> Index(
        Dictionary<string, Dictionary<ObjectKey, JsonObject>> index, string entry)
    {
        if (!index.TryGetValue(entry, out Dictionary<ObjectKey, JsonObject>? found))
        {
            found = [];
            index[entry] = found;
        }

        return found;
    }

    private static void Unindex(Dictionary<string, Dictionary<ObjectKey, JsonObject>> index, string entry, ObjectKey key)
    {
        if (index.TryGetValue(entry, out Dictionary<ObjectKey, JsonObject>? found) && found.Remove(key) && found.Count == 0)
        {
            index.Remove(entry);
        }
    }
}
