namespace Lateen.Local.ApiServer;

using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Lateen.Local.ApiServer.Http;
using Lateen.Local.ApiServer.Json;
using Lateen.Local.ApiServer.Patching;
using Lateen.Local.ApiServer.Pipeline;
using Lateen.Local.ApiServer.Resources;
using Lateen.Local.ApiServer.Security;
using Lateen.Local.Cluster;
using Lateen.Local.Store;

/// <summary>The API for controllers and runtime, in this process.</summary>
internal sealed class LocalClusterClient(ResourcePipeline pipeline, ServiceAccountTokens tokens, TimeProvider clock)
    : IClusterClient
{
    private static readonly ResourceType Events = new("", "v1", "events", "Event", true);
    private static readonly ResourceType ServiceAccounts = new("", "v1", "serviceaccounts", "ServiceAccount", true);

    public Task<JsonObject?> GetAsync(ResourceType type, string? ns, string name, CancellationToken cancel)
    {
        ResourceDefinition resource = pipeline.Catalog.Get(type);
        StoredObject? found = pipeline.Find(resource, ns, name);
        return Task.FromResult(found is null ? null : VersionConversion.ToServed(resource, found.Value));
    }

    public Task<ObjectList> ListAsync(ResourceType type, string? ns, string? labelSelector, CancellationToken cancel)
    {
        ResourceDefinition resource = pipeline.Catalog.Get(type);
        var selector = LabelSelector.Parse(labelSelector);
        StoredList list = pipeline.Store.List(resource.StoreCollection, ns);
        IReadOnlyList<JsonObject> items = [.. list.Items.Select(item => VersionConversion.ToServed(resource, item.Value))
            .Where(item => selector.Matches(item.Obj("metadata", "labels")))];
        return Task.FromResult(new ObjectList(items, list.ResourceVersion));
    }

    public async IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? ns, long fromResourceVersion,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        ResourceDefinition resource = pipeline.Catalog.Get(type);
        using StoreWatch watch = pipeline.Store.Watch(resource.StoreCollection, fromResourceVersion)
            ?? throw ApiErrors.Expired(fromResourceVersion, pipeline.Store.CurrentVersion);
        await foreach (StoreEvent change in watch.Events.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            if (ns is not null && change.Current.Key.Namespace != ns)
            {
                continue;
            }

            WatchEventType kind = change.Kind switch
            {
                StoreEventKind.Added => WatchEventType.Added,
                StoreEventKind.Modified => WatchEventType.Modified,
                _ => WatchEventType.Deleted,
            };
            yield return new WatchEvent(kind, VersionConversion.ToServed(resource, change.Current.Value), change.ResourceVersion);
        }

        // The watch was cut off because its reader fell too far behind: the state must be read again.
        throw ApiErrors.Expired(fromResourceVersion, pipeline.Store.CurrentVersion);
    }

    public Task<JsonObject> CreateAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel)
    {
        return pipeline.CreateAsync(pipeline.Catalog.Get(type), ns, Normalize(obj), Context(cancel));
    }

    public Task<JsonObject> UpdateAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel)
    {
        JsonObject wanted = Normalize(obj);
        return pipeline.UpdateAsync(pipeline.Catalog.Get(type), ns, wanted.Name(), "", _ => wanted.CloneObject(),
            Context(cancel));
    }

    public Task<JsonObject> UpdateStatusAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel)
    {
        JsonObject wanted = Normalize(obj);
        return pipeline.UpdateAsync(pipeline.Catalog.Get(type), ns, wanted.Name(), "status", _ => wanted.CloneObject(),
            Context(cancel));
    }

    public Task<JsonObject> MergePatchAsync(ResourceType type, string? ns, string name, JsonObject patch, string? subresource,
        CancellationToken cancel)
    {
        JsonObject normalized = Normalize(patch);
        return pipeline.UpdateAsync(pipeline.Catalog.Get(type), ns, name, subresource ?? "", current =>
        {
            MergePatch.Apply(current, normalized);
            return current;
        }, Context(cancel));
    }

    public Task DeleteAsync(ResourceType type, string? ns, string name, int? gracePeriodSeconds, string? precondition,
        CancellationToken cancel)
    {
        return pipeline.DeleteAsync(pipeline.Catalog.Get(type), ns, name,
            new DeleteOptions(gracePeriodSeconds, null, precondition, null), Context(cancel));
    }

    public async Task RecordEventAsync(JsonObject regarding, string eventType, string reason, string message, string component,
        CancellationToken cancel)
    {
        string ns = regarding.Namespace().Length > 0 ? regarding.Namespace() : "default";
        string now = KubeTime.Seconds(clock.GetUtcNow());
        try
        {
            if (FindSame(regarding, ns, reason, message, component) is { } same)
            {
                var patch = new JsonObject { ["count"] = (same.Int("count") ?? 1) + 1, ["lastTimestamp"] = now };
                await MergePatchAsync(Events, ns, same.Name(), patch, null, cancel).ConfigureAwait(false);
                return;
            }

            JsonObject created = EventOf(regarding, ns, eventType, reason, message, component, now);
            await CreateAsync(Events, ns, created, cancel).ConfigureAwait(false);
            await TrimAsync(ns, cancel).ConfigureAwait(false);
        }
        catch (ApiException refused) when (refused.Code is 403 or 404 or 409)
        {
            // The namespace is going away, or another writer was faster: an event is a courtesy.
            return;
        }
    }

    public Task<ServiceAccountToken> CreateTokenAsync(string ns, string serviceAccount, IReadOnlyList<string> audiences,
        TimeSpan lifetime, JsonObject? boundPod, CancellationToken cancel)
    {
        StoredObject account = pipeline.Get(pipeline.Catalog.Get(ServiceAccounts), ns, serviceAccount);
        return Task.FromResult(tokens.Issue(account, audiences, lifetime, boundPod));
    }

    private const int MaxEventsPerNamespace = 1000;

    /// <summary>The oldest events go first; Kubernetes forgets them after an hour, this cluster by number.</summary>
    private async Task TrimAsync(string ns, CancellationToken cancel)
    {
        IReadOnlyList<StoredObject> all = pipeline.Store.List("events", ns).Items;
        if (all.Count > MaxEventsPerNamespace)
        {
            StoredObject oldest = all.MinBy(item => item.ResourceVersion) ?? all[0];
            await DeleteAsync(Events, ns, oldest.Key.Name, null, null, cancel).ConfigureAwait(false);
        }
    }

    private JsonObject? FindSame(JsonObject regarding, string ns, string reason, string message, string component)
    {
        return pipeline.Store.List("events", ns).Items.Select(item => item.Value).FirstOrDefault(item =>
            item.Str("reason") == reason && item.Str("message") == message && item.Str("source", "component") == component
            && item.Str("involvedObject", "uid") == regarding.Str("metadata", "uid"));
    }

    private static JsonObject EventOf(JsonObject regarding, string ns, string eventType, string reason, string message,
        string component,
        string now)
    {
        var involved = new JsonObject
        {
            ["kind"] = regarding.Str("kind"), ["name"] = regarding.Name(), ["uid"] = regarding.Str("metadata", "uid"),
            ["apiVersion"] = regarding.Str("apiVersion"), ["resourceVersion"] = regarding.Str("metadata", "resourceVersion"),
        };
        if (regarding.Namespace().Length > 0)
        {
            involved["namespace"] = regarding.Namespace();
        }

        return new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = $"{regarding.Name()}.{Guid.NewGuid().ToString("N")[..16]}",
                ["namespace"] = ns },
            ["involvedObject"] = involved, ["reason"] = reason, ["message"] = message, ["type"] = eventType, ["count"] = 1,
            ["source"] = new JsonObject { ["component"] = component }, ["reportingComponent"] = component,
                ["reportingInstance"] = "",
            ["firstTimestamp"] = now, ["lastTimestamp"] = now,
        };
    }

    private static JsonObject Normalize(JsonObject obj) => JsonParser.ParseObject(JsonParser.ToUtf8(obj));

    private static RequestContext Context(CancellationToken cancel)
    {
        return new RequestContext { User = UserIdentity.System, FieldManager = "kube-controller-manager", Cancel = cancel };
    }
}
