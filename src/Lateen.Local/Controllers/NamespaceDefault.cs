namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>What controllers of an object that exists once per namespace have in common.</summary>
internal static class NamespaceDefault
{
    /// <summary>Queues the namespace when it appears, and when its object of that name changes or goes.</summary>
    public static void Watch(WorkQueue queue, Informer namespaces, Informer objects, string name)
    {
        queue.AddSelf(namespaces);
        objects.Subscribe(change =>
        {
            if (change.Object.Name() == name)
            {
                queue.Add(new ObjectKey("", change.Object.Namespace()));
            }
        });
    }

    public static bool IsActive(JsonObject? ns) => ns is not null && !ns.IsTerminating();

    public static async Task CreateAsync(
        ControllerContext context, ResourceType type, string ns, JsonObject obj, CancellationToken cancel)
    {
        try
        {
            await context.CreateAsync(type, ns, obj, cancel);
        }
        catch (ApiException known) when (known.Reason is "AlreadyExists" or "NotFound")
        {
            // Made by someone else in the meantime, or the namespace is gone: both are the state we want.
            return;
        }
    }
}
