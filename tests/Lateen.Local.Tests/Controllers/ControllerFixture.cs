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

    internal ControllerFixture(IHostAddressAllocator? hostAddresses = null, TimeProvider? time = null)
    {
        time ??= TimeProvider.System;
        Cluster = new MemoryCluster { Time = time };
        ControllerOptions options = new() { ClusterCaPem = "PEM", HostAddresses = hostAddresses, Time = time };
        _controllers = ControllerHost.RunAsync(Cluster, options, _stop.Token);
        Runtime = new FakeRuntime(Cluster);
        _runtime = Runtime.RunAsync(_stop.Token);
    }

    internal MemoryCluster Cluster { get; }

    internal FakeRuntime Runtime { get; }

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
}
