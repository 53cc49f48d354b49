namespace Lateen.Local.Tests.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;
using Lateen.Local.Controllers;

/// <summary>Makes every scheduled pod ready at once, and ends those being deleted.</summary>
internal sealed class FakeRuntime(IClusterClient cluster)
{
    private int _addresses;

    /// <summary>Pods for which this is false stay unready.</summary>
    public Func<JsonObject, bool> BecomesReady { get; set; } = _ => true;

    /// <summary>The phase in which a pod ends by itself, or null for one that keeps running.</summary>
    public Func<JsonObject, string?> EndsAs { get; set; } = _ => null;

    public async Task RunAsync(CancellationToken cancel)
    {
        ObjectList list = await cluster.ListAsync(KubeTypes.Pods, null, null, cancel);
        await foreach (WatchEvent change in cluster.WatchAsync(KubeTypes.Pods, null, list.ResourceVersion, cancel))
        {
            JsonObject pod = change.Object;
            if (change.Type is WatchEventType.Deleted or WatchEventType.Bookmark || pod.Text("spec", "nodeName") is null)
            {
                continue;
            }

            try
            {
                if (pod.IsTerminating())
                {
                    await cluster.DeleteAsync(KubeTypes.Pods, pod.Namespace(), pod.Name(), 0, null, cancel);
                }
                else if (pod.Text("status", "podIP") is null)
                {
                    JsonObject patch = new() { ["status"] = Status(pod) };
                    await cluster.MergePatchAsync(KubeTypes.Pods, pod.Namespace(), pod.Name(), patch, "status", cancel);
                }
            }
            catch (ApiException gone) when (gone.Code == 404)
            {
                continue;
            }
        }
    }

    private JsonObject Status(JsonObject pod)
    {
        string? end = EndsAs(pod);
        bool ready = end is null && BecomesReady(pod);
        string now = KubeObject.Stamp(DateTimeOffset.UtcNow);
        return new JsonObject
        {
            ["phase"] = end ?? "Running",
            ["podIP"] = $"10.244.0.{++_addresses}",
            ["conditions"] = new JsonArray(
                new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastTransitionTime"] = now },
                new JsonObject { ["type"] = "Ready", ["status"] = ready ? "True" : "False", ["lastTransitionTime"] = now }),
        };
    }
}
