namespace Lateen.Local.Tests.Controllers;

using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Lateen.Local.Cluster;
using Lateen.Local.Controllers;

/// <summary>The API as controllers see it, without defaulting, validation or a disk.</summary>
internal sealed class MemoryCluster : IClusterClient
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Plural, string Ns, string Name), JsonObject> _objects = [];
    private readonly List<(ResourceType Type, WatchEvent Event)> _history = [];
    private readonly List<Channel<bool>> _watchers = [];
    private long _version = 1;
    private int _names;

    public List<(string Object, string Type, string Reason, string Message)> Events { get; } = [];

    /// <summary>The clock that stamps new objects.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Throws to refuse a creation, as an admission webhook would.</summary>
    public Action<ResourceType, JsonObject> OnCreate { get; set; } = (_, _) => { };

    public Task<JsonObject?> GetAsync(ResourceType type, string? ns, string name, CancellationToken cancel)
    {
        lock (_gate)
        {
            return Task.FromResult(_objects.GetValueOrDefault((type.Plural, ns ?? "", name)));
        }
    }

    public Task<ObjectList> ListAsync(ResourceType type, string? ns, string? labelSelector, CancellationToken cancel)
    {
        lock (_gate)
        {
            return Task.FromResult(new ObjectList(Snapshot(type, ns), _version));
        }
    }

    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        ResourceType type, string? ns, long fromResourceVersion, [EnumeratorCancellation] CancellationToken cancel)
    {
        Channel<bool> wake = Channel.CreateUnbounded<bool>();
        lock (_gate)
        {
            _watchers.Add(wake);
        }

        int next = 0;
        while (true)
        {
            WatchEvent[] events;
            lock (_gate)
            {
                events = [.. _history.Skip(next).Where(e => e.Type.Plural == type.Plural
                    && e.Event.ResourceVersion > fromResourceVersion).Select(e => e.Event)];
                next = _history.Count;
            }

            foreach (WatchEvent change in events)
            {
                yield return change;
            }

            await wake.Reader.ReadAsync(cancel);
        }
    }

    public Task<JsonObject> CreateAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel)
    {
        OnCreate(type, obj);
        lock (_gate)
        {
            JsonObject created = obj.Copy();
            JsonObject metadata = created.Ensure("metadata");
            metadata["name"] ??= metadata["generateName"] + $"{++_names:x5}";
            metadata["uid"] = Guid.NewGuid().ToString();
            metadata["generation"] = 1;
            metadata["creationTimestamp"] = KubeObject.Stamp(Time.GetUtcNow());
            if (ns is not null)
            {
                metadata["namespace"] = ns;
            }

            if (_objects.ContainsKey((type.Plural, ns ?? "", created.Name())))
            {
                throw new ApiException(409, "AlreadyExists", $"{type.Plural} \"{created.Name()}\" already exists");
            }

            return Task.FromResult(Put(type, created, WatchEventType.Added));
        }
    }

    public Task<JsonObject> UpdateAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel) =>
        Change(type, ns, obj.Name(), obj.ResourceVersion(), old =>
        {
            JsonObject changed = obj.Copy();
            changed["status"] = old["status"]?.DeepClone();
            return changed;
        });

    public Task<JsonObject> UpdateStatusAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel) =>
        Change(type, ns, obj.Name(), obj.ResourceVersion(), old =>
        {
            JsonObject changed = old.Copy();
            changed["status"] = obj["status"]?.DeepClone();
            return changed;
        });

    public Task<JsonObject> MergePatchAsync(
        ResourceType type, string? ns, string name, JsonObject patch, string? subresource, CancellationToken cancel) =>
        Change(type, ns, name, 0, old =>
        {
            JsonObject changed = old.Copy();
            Merge(changed, patch);
            return changed;
        });

    public Task DeleteAsync(
        ResourceType type, string? ns, string name, int? gracePeriodSeconds, string? precondition, CancellationToken cancel)
    {
        lock (_gate)
        {
            JsonObject obj = Find(type, ns, name);
            if (precondition is not null && precondition != obj.Uid())
            {
                throw new ApiException(409, "Conflict", "the UID in the precondition does not match");
            }

            bool graceful = type == KubeTypes.Pods && gracePeriodSeconds != 0 && obj.Text("spec", "nodeName") is not null;
            bool held = obj.Strings("metadata", "finalizers").Any() || obj.Strings("spec", "finalizers").Any();
            if (!graceful && !held)
            {
                Drop(type, obj);
            }
            else if (!obj.IsTerminating())
            {
                JsonObject changed = obj.Copy();
                changed.Ensure("metadata")["deletionTimestamp"] = KubeObject.Stamp(Time.GetUtcNow());
                Put(type, changed, WatchEventType.Modified);
            }
        }

        return Task.CompletedTask;
    }

    public Task RecordEventAsync(
        JsonObject regarding, string eventType, string reason, string message, string component, CancellationToken cancel)
    {
        lock (_gate)
        {
            Events.Add(($"{regarding.Text("kind")}/{regarding.Name()}", eventType, reason, message));
            Wake();
        }

        return Task.CompletedTask;
    }

    public Task<ServiceAccountToken> CreateTokenAsync(string ns, string serviceAccount, IReadOnlyList<string> audiences,
        TimeSpan lifetime, JsonObject? boundPod, CancellationToken cancel) =>
        Task.FromResult(new ServiceAccountToken("token", DateTimeOffset.UtcNow + lifetime));

    /// <summary>The present objects of a type.</summary>
    public List<JsonObject> All(ResourceType type, string? ns = null)
    {
        lock (_gate)
        {
            return Snapshot(type, ns);
        }
    }

    /// <summary>Waits until the state is as described, looking again after every change.</summary>
    public async Task UntilAsync(Func<bool> state, CancellationToken cancel)
    {
        Channel<bool> wake = Channel.CreateUnbounded<bool>();
        lock (_gate)
        {
            _watchers.Add(wake);
        }

        while (!state())
        {
            await wake.Reader.ReadAsync(cancel);
        }
    }

    public bool HasEvent(string reason, string part)
    {
        lock (_gate)
        {
            return Events.Exists(e => e.Reason == reason && e.Message.Contains(part, StringComparison.Ordinal));
        }
    }

    private List<JsonObject> Snapshot(ResourceType type, string? ns) =>
        [.. _objects.Where(p => p.Key.Plural == type.Plural && (ns is null || p.Key.Ns == ns)).Select(p => p.Value)];

    private JsonObject Find(ResourceType type, string? ns, string name) =>
        _objects.GetValueOrDefault((type.Plural, ns ?? "", name))
        ?? throw new ApiException(404, "NotFound", $"{type.Plural} \"{name}\" not found");

    private Task<JsonObject> Change(ResourceType type, string? ns, string name, long version, Func<JsonObject, JsonObject> change)
    {
        lock (_gate)
        {
            JsonObject old = Find(type, ns, name);
            if (version != 0 && version != old.ResourceVersion())
            {
                throw new ApiException(409, "Conflict", "the object has been modified");
            }

            JsonObject changed = change(old);
            if (JsonNode.DeepEquals(changed, old))
            {
                return Task.FromResult(old);
            }

            if (!JsonNode.DeepEquals(changed["spec"], old["spec"]))
            {
                changed.Ensure("metadata")["generation"] = old.Generation() + 1;
            }

            bool held = changed.Strings("metadata", "finalizers").Any() || changed.Strings("spec", "finalizers").Any();
            if (changed.IsTerminating() && !held && type != KubeTypes.Pods)
            {
                Drop(type, changed);
                return Task.FromResult(changed);
            }

            return Task.FromResult(Put(type, changed, WatchEventType.Modified));
        }
    }

    private JsonObject Put(ResourceType type, JsonObject obj, WatchEventType kind)
    {
        obj.Ensure("metadata")["resourceVersion"] = (++_version).ToString(CultureInfo.InvariantCulture);
        _objects[(type.Plural, obj.Namespace(), obj.Name())] = obj;
        _history.Add((type, new WatchEvent(kind, obj, _version)));
        Wake();
        return obj;
    }

    private void Drop(ResourceType type, JsonObject obj)
    {
        _objects.Remove((type.Plural, obj.Namespace(), obj.Name()));
        _history.Add((type, new WatchEvent(WatchEventType.Deleted, obj, ++_version)));
        Wake();
    }

    private void Wake() => _watchers.ForEach(w => w.Writer.TryWrite(true));

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach ((string key, JsonNode? value) in patch)
        {
            if (value is null)
            {
                target.Remove(key);
            }
            else if (value is JsonObject child)
            {
                Merge(target.Ensure(key), child);
            }
            else
            {
                target[key] = value.DeepClone();
            }
        }
    }
}
