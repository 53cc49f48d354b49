namespace Lateen.Local.Controllers;

using System.Text.Json.Nodes;
using Lateen.Local.Cluster;

/// <summary>The API and the shared caches; writes go to both, so that controllers read what they wrote.</summary>
internal sealed class ControllerContext(IClusterClient client, InformerSet informers, ControllerOptions options)
{
    public IClusterClient Client => client;

    public InformerSet Informers => informers;

    public ControllerOptions Options => options;

    public DateTimeOffset Now => options.Time.GetUtcNow();

    public async Task<JsonObject> CreateAsync(ResourceType type, string? ns, JsonObject obj, CancellationToken cancel) =>
        Seen(type, await client.CreateAsync(type, ns, obj, cancel));

    public async Task<JsonObject> UpdateAsync(ResourceType type, JsonObject obj, CancellationToken cancel) =>
        Seen(type, await client.UpdateAsync(type, Ns(type, obj), obj, cancel));

    public async Task<JsonObject> PatchAsync(
        ResourceType type, JsonObject obj, JsonObject patch, CancellationToken cancel, string? subresource = null) =>
        Seen(type, await client.MergePatchAsync(type, Ns(type, obj), obj.Name(), patch, subresource, cancel));

    /// <summary>Writes the status when it differs, so that a controller's own write does not wake it forever.</summary>
    public async Task<JsonObject> UpdateStatusAsync(ResourceType type, JsonObject obj, JsonObject status, CancellationToken cancel)
    {
        if (JsonNode.DeepEquals(obj["status"], status))
        {
            return obj;
        }

        JsonObject changed = obj.Copy();
        changed["status"] = status;
        return Seen(type, await client.UpdateStatusAsync(type, Ns(type, obj), changed, cancel));
    }

    /// <summary>Deletes exactly this object (by UID); one that is already gone is fine.</summary>
    public async Task DeleteAsync(ResourceType type, JsonObject obj, CancellationToken cancel, int? gracePeriodSeconds = null)
    {
        Informer informer = informers.For(type);
        informer.MarkDeleting(obj);
        try
        {
            await client.DeleteAsync(type, Ns(type, obj), obj.Name(), gracePeriodSeconds, obj.Uid(), cancel);
        }
        catch (ApiException gone) when (gone.Code == 404 || gone.Reason == "Conflict")
        {
            informer.UnmarkDeleting(obj);
        }
        catch
        {
            informer.UnmarkDeleting(obj);
            throw;
        }
    }

    public Task EventAsync(JsonObject regarding, string reason, string message, string component, CancellationToken cancel) =>
        client.RecordEventAsync(regarding, "Normal", reason, message, component, cancel);

    public Task WarnAsync(JsonObject regarding, string reason, string message, string component, CancellationToken cancel) =>
        client.RecordEventAsync(regarding, "Warning", reason, message, component, cancel);

    private JsonObject Seen(ResourceType type, JsonObject obj)
    {
        informers.For(type).Observe(obj);
        return obj;
    }

    private static string? Ns(ResourceType type, JsonObject obj) => type.Namespaced ? obj.Namespace() : null;
}
