namespace Lateen.Kubernetes;

using System.Net;
using System.Text.Json.Nodes;

/// <summary>
/// Keeps up with one collection: lists, watches from the list's version, and lists again when the server forgot it. What
/// disappeared between two lists is reported as removed, so the consumer never keeps a ghost.
/// </summary>
public sealed class ResourceWatcher(KubeApi api, string path, ResourceHandler handler, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    private readonly Dictionary<(string Namespace, string Name), JsonObject> _known = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the first list was handed on.</summary>
    public Task Synced => _synced.Task;

    /// <summary>Runs until cancelled; failures are reported and retried with growing delays.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        TimeSpan delay = FirstDelay;
        string version = "";
        while (!cancel.IsCancellationRequested)
        {
            try
            {
                if (version.Length == 0)
                {
                    version = await ListAsync(cancel).ConfigureAwait(false);
                    _synced.TrySetResult();
                }

                await foreach (JsonObject change in api.WatchAsync(path, version, cancel).ConfigureAwait(false))
                {
                    version = Follow(change) ?? version;
                    delay = FirstDelay;
                }
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
            catch (KubeApiException e) when (e.Status is HttpStatusCode.Gone)
            {
                version = "";
                continue;
            }
            catch (Exception e) when (e is KubeApiException or HttpRequestException or IOException or OperationCanceledException)
            {
                handler.Failed(path, e);
                if (e is KubeApiException { Status: HttpStatusCode.NotFound })
                {
                    // The kind is not installed: its collection is empty until it is.
                    _synced.TrySetResult();
                }

                // A definition that is not installed yet, or a server that restarts: neither needs more than patience.
                version = "";
                await Task.Delay(delay, time, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
    }

    private async Task<string> ListAsync(CancellationToken cancel)
    {
        JsonObject list = await api.GetAsync(path, cancel).ConfigureAwait(false);
        HashSet<(string Namespace, string Name)> present = [];
        foreach (JsonObject item in (list["items"] as JsonArray ?? []).OfType<JsonObject>())
        {
            present.Add(Key(item));
            Put(item);
        }

        foreach ((string Namespace, string Name) key in _known.Keys.Where(k => !present.Contains(k)).ToList())
        {
            handler.Removed(_known[key]);
            _known.Remove(key);
        }

        return list["metadata"]?["resourceVersion"]?.ToString() ?? "";
    }

    private string? Follow(JsonObject change)
    {
        if (change["object"] is not JsonObject item)
        {
            return null;
        }

        switch (change["type"]?.ToString())
        {
            case "ADDED" or "MODIFIED":
                Put(item);
                break;
            case "DELETED":
                _known.Remove(Key(item));
                handler.Removed(item);
                break;
            default:
                // A bookmark carries only the version.
                break;
        }

        return item["metadata"]?["resourceVersion"]?.ToString();
    }

    private void Put(JsonObject item)
    {
        (string Namespace, string Name) key = Key(item);
        if (_known.TryGetValue(key, out JsonObject? before) && Version(before) == Version(item))
        {
            return;
        }

        _known[key] = item;
        handler.Applied(item);
    }

    private static string? Version(JsonObject item) => item["metadata"]?["resourceVersion"]?.ToString();

    private static (string Namespace, string Name) Key(JsonObject item) =>
        (item["metadata"]?["namespace"]?.ToString() ?? "", item["metadata"]?["name"]?.ToString() ?? "");
}
