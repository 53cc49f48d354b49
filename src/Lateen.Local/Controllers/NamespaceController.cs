namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Empties a namespace that is being deleted, then lets it go.</summary>
internal sealed class NamespaceController(ControllerContext context) : IController
{
    // Pods wake the controller when they end; what else may linger waits for a finalizer of somebody's controller.
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(1);

    private readonly Informer _namespaces = context.Informers.For(KubeTypes.Namespaces);
    private readonly Informer _definitions = context.Informers.For(KubeTypes.Definitions);
    private WorkQueue? _queue;

    public string Name => "namespace-controller";

    public void Start(WorkQueue queue)
    {
        _queue = queue;
        _namespaces.Subscribe(change =>
        {
            if (!change.Deleted && change.Object.IsTerminating())
            {
                queue.Add(change.Object.Key());
            }
        });
        context.Informers.For(KubeTypes.Pods).Subscribe(change =>
        {
            ObjectKey key = new("", change.Object.Namespace());
            if (change.Deleted && _namespaces.Get(key)?.IsTerminating() == true)
            {
                queue.Add(key);
            }
        });
    }

    public async Task ReconcileAsync(ObjectKey key, CancellationToken cancel)
    {
        if (_namespaces.Get(key) is not { } ns || !ns.IsTerminating())
        {
            return;
        }

        List<string> remaining = [];
        foreach (ResourceType type in ContentTypes())
        {
            int left = await EmptyAsync(type, key.Name, cancel);
            if (left > 0)
            {
                remaining.Add($"{type.Plural}. has {left} resource instances");
            }
        }

        if (remaining.Count > 0)
        {
            await ReportAsync(ns, remaining, cancel);
            _queue?.AddAfter(key, Recheck);
            return;
        }

        JsonObject patch = new() { ["spec"] = new JsonObject { ["finalizers"] = new JsonArray() } };
        try
        {
            await context.Client.MergePatchAsync(KubeTypes.Namespaces, null, key.Name, patch, "finalize", cancel);
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            return;
        }
    }

    // Workloads before pods, so that no controller refills what was just emptied; events last, since deletions make some.
    private IEnumerable<ResourceType> ContentTypes()
    {
        IEnumerable<ResourceType> custom = _definitions.List().Select(CustomTypes.From).OfType<ResourceType>();
        return KubeTypes.Collected.Concat(custom).Where(t => t.Namespaced)
            .OrderBy(t => t.Group is "apps" or "batch" ? 0 : 1).Append(KubeTypes.Events);
    }

    private async Task<int> EmptyAsync(ResourceType type, string ns, CancellationToken cancel)
    {
        ObjectList content;
        try
        {
            content = await context.Client.ListAsync(type, ns, null, cancel);
        }
        catch (ApiException unserved) when (unserved.Code == 404)
        {
            return 0;
        }

        foreach (JsonObject obj in content.Items)
        {
            if (!obj.IsTerminating())
            {
                await context.DeleteAsync(type, obj, cancel);
            }
        }

        return content.Items.Count == 0 ? 0 : (await context.Client.ListAsync(type, ns, null, cancel)).Items.Count;
    }

    private async Task ReportAsync(JsonObject ns, List<string> remaining, CancellationToken cancel)
    {
        JsonObject status = ns.Child("status")?.Copy() ?? [];
        status["phase"] = "Terminating";
        Conditions.Set(status, "NamespaceContentRemaining", true, "SomeResourcesRemain",
            $"Some resources are remaining: {string.Join(", ", remaining)}", context.Now);
        if (!JsonNode.DeepEquals(status, ns["status"]))
        {
            JsonObject patch = new() { ["status"] = status };
            await context.PatchAsync(KubeTypes.Namespaces, ns, patch, cancel, "status");
        }
    }
}
