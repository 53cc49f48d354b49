namespace Lateen.Local.Runtime;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>Stands for the API until it is started: the runtime must exist before the API server, which asks it for logs and exec.</summary>
internal sealed class LateClient : IClusterClient
{
    private IClusterClient? _client;

    private IClusterClient Client => _client ?? throw new ApiException(503, "ServiceUnavailable", "the API server is starting");

    internal void Set(IClusterClient client) => _client = client;

    public Task<JsonObject?> GetAsync(ResourceType type, string? ns, string name, CancellationToken cancel) =>
        Client.GetAsync(type, ns, name, cancel);

    public Task<ObjectList> ListAsync(ResourceType type, string? ns, string? labelSelector, CancellationToken cancel) =>
        Client.ListAsync(type, ns, labelSelector, cancel);

    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? ns, long fromResourceVersion, CancellationToken cancel) =>
        Client.WatchAsync(type, ns, fromResourceVersion, cancel);

    public Task<JsonObject> CreateAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel) =>
        Client.CreateAsync(type, ns, obj, cancel);

    public Task<JsonObject> UpdateAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel) =>
        Client.UpdateAsync(type, ns, obj, cancel);

    public Task<JsonObject> UpdateStatusAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel) =>
        Client.UpdateStatusAsync(type, ns, obj, cancel);

    public Task<JsonObject> MergePatchAsync(ResourceType type, string? ns, string name, JsonObject patch, string? subresource,
        CancellationToken cancel) => Client.MergePatchAsync(type, ns, name, patch, subresource, cancel);

    public Task DeleteAsync(ResourceType type, string? ns, string name, int? gracePeriodSeconds, string? precondition, CancellationToken cancel) =>
        Client.DeleteAsync(type, ns, name, gracePeriodSeconds, precondition, cancel);

    public Task RecordEventAsync(JsonObject regarding, string eventType, string reason, string message, string component,
        CancellationToken cancel) => Client.RecordEventAsync(regarding, eventType, reason, message, component, cancel);

    public Task<ServiceAccountToken> CreateTokenAsync(string ns, string serviceAccount, IReadOnlyList<string> audiences, TimeSpan lifetime,
        JsonObject? boundPod, CancellationToken cancel) => Client.CreateTokenAsync(ns, serviceAccount, audiences, lifetime, boundPod, cancel);
}
