namespace Lateen.Local.Tests.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;
using Lateen.Local.Controllers;

/// <summary>All controllers over an in-memory API, with a runtime that makes every scheduled pod ready and ends deleted ones.</summary>
public sealed class ControllerFixture : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new(TimeSpan.FromSeconds(20));
    private readonly Task _controllers;
    private readonly Task _runtime;
    private int _addresses;

    internal ControllerFixture(IHostAddressAllocator? hostAddresses = null)
    {
        ControllerOptions options = new() { ClusterCaPem = "PEM", HostAddresses = hostAddresses };
        _controllers = ControllerHost.RunAsync(Cluster, options, _stop.Token);
        _runtime = RunPodsAsync();
    }

    internal MemoryCluster Cluster { get; } = new();

    /// <summary>Pods for which this is false stay unready.</summary>
    internal Func<JsonObject, bool> BecomesReady { get; set; } = _ => true;

    /// <summary>Pods for which this is true run to their end with success.</summary>
    internal Func<JsonObject, string?> EndsAs { get; set; } = _ => null;

    internal CancellationToken Cancel => _stop.Token;

    internal Task UntilAsync(Func<bool> state) => Cluster.UntilAsync(state, _stop.Token);

    internal Task<JsonObject> CreateAsync(ResourceType type, string json)
    {
        JsonObject obj = Parse(json);
        return Cluster.CreateAsync(type, type.Namespaced ? obj.Text("metadata", "namespace") ?? "default" : null, obj, _stop.Token);
    }

    internal Task<JsonObject> PatchAsync(ResourceType type, string name, string json) =>
        Cluster.MergePatchAsync(type, "default", name, Parse(json), null, _stop.Token);

    internal Task DeleteAsync(ResourceType type, string name) =>
        Cluster.DeleteAsync(type, "default", name, null, null, _stop.Token);

    internal JsonObject? Get(ResourceType type, string name, string ns = "default") =>
        Cluster.All(type, type.Namespaced ? ns : null).Find(o => o.Name() == name);

    internal List<JsonObject> RunningPods(string app) =>
        Cluster.All(KubeTypes.Pods).FindAll(p => p.Label("app") == app && !p.IsTerminating() && PodState.IsReady(p));

    internal static JsonObject Parse(string json) => JsonNode.Parse(json)?.AsObject() ?? [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_controllers, _runtime).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunPodsAsync()
    {
        ObjectList list = await Cluster.ListAsync(KubeTypes.Pods, null, null, _stop.Token);
        await foreach (WatchEvent change in Cluster.WatchAsync(KubeTypes.Pods, null, list.ResourceVersion, _stop.Token))
        {
            JsonObject pod = change.Object;
            if (change.Type == WatchEventType.Deleted || pod.Text("spec", "nodeName") is null)
            {
                continue;
            }

            if (pod.IsTerminating())
            {
                await Cluster.DeleteAsync(KubeTypes.Pods, pod.Namespace(), pod.Name(), 0, null, _stop.Token);
            }
            else if (pod.Text("status", "podIP") is null)
            {
                await WriteStatusAsync(pod);
            }
        }
    }

    private async Task WriteStatusAsync(JsonObject pod)
    {
        string? end = EndsAs(pod);
        bool ready = end is null && BecomesReady(pod);
        JsonObject status = new()
        {
            ["phase"] = end ?? "Running",
            ["podIP"] = $"10.244.0.{++_addresses}",
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Ready",
                ["status"] = ready ? "True" : "False",
                ["lastTransitionTime"] = KubeObject.Stamp(DateTimeOffset.UtcNow),
            }),
        };
        try
        {
            JsonObject patch = new() { ["status"] = status };
            await Cluster.MergePatchAsync(KubeTypes.Pods, pod.Namespace(), pod.Name(), patch, "status", _stop.Token);
        }
        catch (ApiException gone) when (gone.Code == 404)
        {
            return;
        }
    }
}
