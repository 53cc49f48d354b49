namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;

/// <summary>Queues the Services that a changed pod belongs to, or belonged to before the change.</summary>
internal static class ServiceQueue
{
    public static void Watch(WorkQueue queue, Informer services, Informer pods)
    {
        queue.AddSelf(services);
        pods.Subscribe(change =>
        {
            foreach (JsonObject service in services.List(change.Object.Namespace()))
            {
                JsonObject? selector = service.Child("spec", "selector");
                if (Selector.MatchesMap(selector, change.Object.Child("metadata", "labels"))
                    || Selector.MatchesMap(selector, change.Previous.Child("metadata", "labels")))
                {
                    queue.Add(service.Key());
                }
            }
        });
    }

    public static bool IsHeadless(JsonObject service) => service.Text("spec", "clusterIP") == "None";

    public static bool HasPods(JsonObject service) =>
        service.Child("spec", "selector") is { Count: > 0 } && service.Text("spec", "type") != "ExternalName";
}
