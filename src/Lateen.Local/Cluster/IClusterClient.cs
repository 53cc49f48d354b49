namespace Lateen.Local.Cluster;

using System.Text.Json.Nodes;

/// <summary>Names a resource as the API serves it: group ("" is core), version, plural and kind.</summary>
public sealed record ResourceType(string Group, string Version, string Plural, string Kind, bool Namespaced)
{
    /// <summary>"v1" or "apps/v1".</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}

public enum WatchEventType
{
    Added,
    Modified,
    Deleted,
    Bookmark,
}

/// <summary>One change. The object is shared and must not be modified: clone it first.</summary>
public sealed record WatchEvent(WatchEventType Type, JsonObject Object, long ResourceVersion);

/// <summary>The answer to a list: a consistent state and the version to watch from.</summary>
public sealed record ObjectList(IReadOnlyList<JsonObject> Items, long ResourceVersion);

/// <summary>
/// The API as the cluster's own parts (controllers, runtime) use it: the same pipeline as REST, with defaulting, validation,
/// admission webhooks, conflict detection and events, but no transport. Objects that come back are shared: clone before changing.
/// Failures are <see cref="ApiException"/> with the Kubernetes status reason (NotFound, Conflict, AlreadyExists, Invalid, Forbidden).
/// </summary>
public interface IClusterClient
{
    Task<JsonObject?> GetAsync(ResourceType type, string? ns, string name, CancellationToken cancel);

    /// <summary>Lists across all namespaces when <paramref name="ns"/> is null. The selector is in kubectl's syntax; null means all.</summary>
    Task<ObjectList> ListAsync(ResourceType type, string? ns, string? labelSelector, CancellationToken cancel);

    /// <summary>
    /// Every change after <paramref name="fromResourceVersion"/>, in order, until cancelled. Throws <see cref="ApiException"/> with
    /// reason Expired when that version is older than the history kept: list again.
    /// </summary>
    IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? ns, long fromResourceVersion, CancellationToken cancel);

    Task<JsonObject> CreateAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel);

    /// <summary>Replaces all but status; Conflict when metadata.resourceVersion is set and stale.</summary>
    Task<JsonObject> UpdateAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel);

    /// <summary>Replaces status only; metadata.generation does not change.</summary>
    Task<JsonObject> UpdateStatusAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel);

    /// <summary>JSON merge patch (RFC 7386), for metadata and spec, or for status when <paramref name="subresource"/> is "status".</summary>
    Task<JsonObject> MergePatchAsync(ResourceType type, string? ns, string name, JsonObject patch, string? subresource, CancellationToken cancel);

    /// <summary>
    /// Deletes as REST does: finalizers and graceful pod deletion only set deletionTimestamp. <paramref name="gracePeriodSeconds"/> 0
    /// removes a pod at once (what the runtime does when its processes are gone). Null takes the object's default.
    /// <paramref name="precondition"/> is a UID that must match, or null.
    /// </summary>
    Task DeleteAsync(ResourceType type, string? ns, string name, int? gracePeriodSeconds, string? precondition, CancellationToken cancel);

    /// <summary>Records or counts up a core/v1 Event about an object. Best effort: never throws for a full store.</summary>
    Task RecordEventAsync(JsonObject regarding, string eventType, string reason, string message, string component, CancellationToken cancel);

    /// <summary>Issues a service-account token as the TokenRequest API does; bound to the pod when given.</summary>
    Task<ServiceAccountToken> CreateTokenAsync(string ns, string serviceAccount, IReadOnlyList<string> audiences, TimeSpan lifetime,
        JsonObject? boundPod, CancellationToken cancel);
}

public sealed record ServiceAccountToken(string Token, DateTimeOffset Expires);

/// <summary>An API failure, as the Status object reports it.</summary>
public sealed class ApiException(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code { get; } = code;

    public string Reason { get; } = reason;

    public JsonObject? Details { get; } = details;
}
