namespace Lateen.Local.Controllers;

using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>
/// Deletes objects whose owners are gone, and carries out foreground and orphan deletion. Its keys are UIDs, since an owner
/// reference names one and a name may have been used again.
/// </summary>
internal sealed class GarbageCollector(ControllerContext context) : IController
{
    private const string Foreground = "foregroundDeletion";
    private const string Orphan = "orphan";

    private readonly ConcurrentDictionary<string, (Informer Informer, ObjectKey Key)> _known = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<ObjectKey, ResourceType> _custom = [];
    private WorkQueue? _queue;

    public string Name => "garbage-collector";

    public void Start(WorkQueue queue)
    {
        _queue = queue;
        foreach (ResourceType type in KubeTypes.Collected)
        {
            Follow(context.Informers.For(type));
        }

        Informer definitions = context.Informers.For(KubeTypes.Definitions);
        Follow(definitions);
        definitions.Subscribe(OnDefinitionChange);
    }

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (!_known.TryGetValue(key.Name, out (Informer Informer, ObjectKey Key) place)
            || place.Informer.Get(place.Key) is not { } obj || obj.Uid() != key.Name)
        {
            return;
        }

        if (!obj.IsTerminating())
        {
            await CollectAsync(place.Informer, obj, cancel);
        }
        else if (HasFinalizer(obj, Orphan))
        {
            await OrphanAsync(place.Informer, obj, cancel);
        }
        else if (HasFinalizer(obj, Foreground))
        {
            await DeleteDependentsAsync(place.Informer, obj, cancel);
        }
    }

    private void Follow(Informer informer) => informer.Subscribe(change =>
    {
        string uid = change.Object.Uid();
        if (!change.Deleted)
        {
            _known[uid] = (informer, change.Object.Key());
            if (change.Object.IsTerminating() || change.Object.Items("metadata", "ownerReferences").Any())
            {
                Queue(uid);
            }

            return;
        }

        _known.TryRemove(uid, out _);
        foreach ((_, JsonObject dependent) in Dependents(uid))
        {
            Queue(dependent.Uid());
        }

        // An owner that waits in the foreground for this object may now go.
        foreach (JsonObject owner in change.Object.Items("metadata", "ownerReferences"))
        {
            Queue(owner.Text("uid") ?? "");
        }
    });

    private void OnDefinitionChange(ObjectChange change)
    {
        ObjectKey key = change.Object.Key();
        ResourceType? type = change.Deleted ? null : CustomTypes.From(change.Object);
        if (type is not null && _custom.TryAdd(key, type))
        {
            Follow(context.Informers.For(type));
        }
        else if (change.Deleted && _custom.TryRemove(key, out ResourceType? gone))
        {
            context.Informers.Remove(gone);
        }
    }

    private void Queue(string uid) => _queue?.Add(new ObjectKey("", uid));

    private List<(Informer Informer, JsonObject Object)> Dependents(string uid)
    {
        List<(Informer, JsonObject)> found = [];
        foreach (Informer informer in context.Informers.All())
        {
            foreach (JsonObject obj in informer.OwnedBy(uid))
            {
                found.Add((informer, obj));
            }
        }

        return found;
    }

    private async Task CollectAsync(Informer informer, JsonObject obj, CancellationToken cancel)
    {
        bool any = false;
        bool waited = false;
        foreach (JsonObject reference in obj.Items("metadata", "ownerReferences"))
        {
            any = true;
            switch (await JudgeAsync(obj, reference, cancel))
            {
                case Owner.Present:
                    return;
                case Owner.WaitsForDependents:
                    waited = true;
                    break;
                default:
                    break;
            }
        }

        if (!any || informer.IsDeleting(obj))
        {
            return;
        }

        // Foreground deletion goes down the tree: an owned object with dependents of its own waits for them too.
        if (waited && Dependents(obj.Uid()).Count > 0 && !HasFinalizer(obj, Foreground))
        {
            obj = await SetFinalizersAsync(informer, obj, Finalizers(obj).Append(Foreground), cancel);
        }

        await context.DeleteAsync(informer.Type, obj, cancel);
    }

    private async Task<Owner> JudgeAsync(JsonObject obj, JsonObject reference, CancellationToken cancel)
    {
        string uid = reference.Text("uid") ?? "";
        if (_known.TryGetValue(uid, out (Informer Informer, ObjectKey Key) place))
        {
            JsonObject? known = place.Informer.Get(place.Key);
            return known is not null && known.IsTerminating() && HasFinalizer(known, Foreground)
                ? Owner.WaitsForDependents
                : Owner.Present;
        }

        // The cache may lag behind; only the API itself may say that an owner is gone.
        ResourceType? type = context.Informers.All().Select(i => i.Type).FirstOrDefault(
            t => t.Kind == reference.Text("kind") && GroupOf(reference) == t.Group);
        if (type is null)
        {
            return Owner.Present;
        }

        string? ns = type.Namespaced ? obj.Namespace() : null;
        JsonObject? live = await context.Client.GetAsync(type, ns, reference.Text("name") ?? "", cancel);
        return live?.Uid() == uid ? Owner.Present : Owner.Gone;
    }

    private static string GroupOf(JsonObject reference)
    {
        string apiVersion = reference.Text("apiVersion") ?? "";
        int slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? "" : apiVersion[..slash];
    }

    private async Task DeleteDependentsAsync(Informer informer, JsonObject owner, CancellationToken cancel)
    {
        bool blocked = false;
        foreach ((Informer holder, JsonObject dependent) in Dependents(owner.Uid()))
        {
            blocked |= dependent.Items("metadata", "ownerReferences")
                .Any(r => r.Text("uid") == owner.Uid() && r.Flag("blockOwnerDeletion"));
            if (!holder.IsDeleting(dependent))
            {
                Queue(dependent.Uid());
            }
        }

        if (!blocked)
        {
            await SetFinalizersAsync(informer, owner, Finalizers(owner).Where(f => f != Foreground), cancel);
        }
    }

    private async Task OrphanAsync(Informer informer, JsonObject owner, CancellationToken cancel)
    {
        foreach ((Informer holder, JsonObject dependent) in Dependents(owner.Uid()))
        {
            JsonArray references = new([.. dependent.Items("metadata", "ownerReferences")
                .Where(r => r.Text("uid") != owner.Uid()).Select(r => r.DeepClone())]);
            JsonObject patch = new() { ["metadata"] = new JsonObject { ["ownerReferences"] = references } };
            await context.PatchAsync(holder.Type, dependent, patch, cancel);
        }

        await SetFinalizersAsync(informer, owner, Finalizers(owner).Where(f => f != Orphan), cancel);
    }

    private async Task<JsonObject> SetFinalizersAsync(
        Informer informer, JsonObject obj, IEnumerable<string> finalizers, CancellationToken cancel)
    {
        JsonArray list = new([.. finalizers.Select(f => JsonValue.Create(f))]);
        JsonObject patch = new()
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = obj.Text("metadata", "resourceVersion"),
                ["finalizers"] = list,
            },
        };
        try
        {
            return await context.PatchAsync(informer.Type, obj, patch, cancel);
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            return obj;
        }
    }

    private static IEnumerable<string> Finalizers(JsonObject obj) => obj.Strings("metadata", "finalizers");

    private static bool HasFinalizer(JsonObject obj, string finalizer) => Finalizers(obj).Contains(finalizer);

    private enum Owner
    {
        Present,
        WaitsForDependents,
        Gone,
    }
}
