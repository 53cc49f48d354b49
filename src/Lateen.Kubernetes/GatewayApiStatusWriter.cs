namespace Lateen.Kubernetes;

using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Lateen.Control.Config;
using Lateen.Control.GatewayApi;

/// <summary>
/// Writes status in the form of the Gateway API: only what changed, with the times of transitions kept, and leaving alone what other
/// controllers say of a route's other parents.
/// </summary>
internal sealed class GatewayApiStatusWriter(KubeApi api, TimeProvider time, Action<string> log)
{
    private readonly Dictionary<ResourceKey, string> _written = [];

    public async Task WriteAsync(IReadOnlyList<KubeStatus> statuses, CancellationToken cancel)
    {
        foreach (KubeStatus status in statuses)
        {
            string text = status.Status.ToJsonString();
            if (!_written.TryGetValue(status.Key, out string? before) || before != text)
            {
                await WriteAsync(status, text, cancel).ConfigureAwait(false);
            }
        }

        HashSet<ResourceKey> present = [.. statuses.Select(each => each.Key)];
        foreach (ResourceKey gone in _written.Keys.Where(key => !present.Contains(key)).ToList())
        {
            _written.Remove(gone);
        }
    }

    private async Task WriteAsync(KubeStatus status, string text, CancellationToken cancel)
    {
        KubePath collection = GatewayApiPaths.Of(status.Key.Kind);
        string path = status.Key.Kind == "GatewayClass"
            ? collection.Named(status.Key.Name)
            : collection.Named(status.Key.Namespace, status.Key.Name);
        try
        {
            if (await api.FindAsync(path, cancel).ConfigureAwait(false) is not { } current)
            {
                return;
            }

            JsonObject wanted = Merge(status.Status, current["status"] as JsonObject ?? []);
            if (!JsonNode.DeepEquals(wanted, Same(current["status"] as JsonObject ?? [], wanted)))
            {
                // With its version, so that another controller's words written meanwhile are not lost.
                JsonObject patch = new()
                {
                    ["metadata"] = new JsonObject { ["resourceVersion"] = current["metadata"]?["resourceVersion"]?.ToString() },
                    ["status"] = wanted,
                };
                await api.MergePatchAsync(path + "/status", patch, cancel).ConfigureAwait(false);
            }

            _written[status.Key] = text;
        }
        catch (KubeApiException e) when (e.Status is HttpStatusCode.NotFound or HttpStatusCode.Conflict)
        {
            // Deleted or changed meanwhile; the change wakes us again.
            _written.Remove(status.Key);
        }
        catch (Exception e) when (e is KubeApiException or HttpRequestException)
        {
            log($"status of {status.Key}: {e.Message}");
        }
    }

    // Fields of the present status that we write, to compare with.
    private static JsonObject Same(JsonObject present, JsonObject wanted) =>
        new(wanted.Select(each => KeyValuePair.Create(each.Key, present[each.Key]?.DeepClone())));

    private JsonObject Merge(JsonObject wanted, JsonObject present)
    {
        var result = (JsonObject)wanted.DeepClone();
        KeepTimes(result, present);
        foreach (JsonObject listener in Objects(result, "listeners"))
        {
            JsonObject? before = Objects(present, "listeners").FirstOrDefault(each => Text(each, "name") == Text(listener, "name"));
            KeepTimes(listener, before ?? []);
        }

        if (result["parents"] is JsonArray parents)
        {
            foreach (JsonObject parent in Objects(result, "parents"))
            {
                JsonObject? before = Objects(present, "parents").FirstOrDefault(each =>
                    Text(each, "controllerName") == GatewayNames.Controller && JsonNode.DeepEquals(each["parentRef"], parent["parentRef"]));
                KeepTimes(parent, before ?? []);
            }

            foreach (JsonObject foreign in Objects(present, "parents").Where(each => Text(each, "controllerName") != GatewayNames.Controller))
            {
                parents.Add(foreign.DeepClone());
            }
        }

        return result;
    }

    private void KeepTimes(JsonObject holder, JsonObject before)
    {
        foreach (JsonObject condition in Objects(holder, "conditions"))
        {
            JsonObject? known = Objects(before, "conditions").FirstOrDefault(each =>
                Text(each, "type") == Text(condition, "type") && Text(each, "status") == Text(condition, "status"));
            condition["lastTransitionTime"] = known?["lastTransitionTime"]?.DeepClone()
                ?? time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        }
    }

    private static IEnumerable<JsonObject> Objects(JsonObject holder, string field) =>
        (holder[field] as JsonArray ?? []).OfType<JsonObject>().ToList();

    private static string? Text(JsonObject holder, string field) => holder[field]?.ToString();
}
