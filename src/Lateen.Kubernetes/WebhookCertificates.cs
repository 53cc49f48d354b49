namespace Lateen.Kubernetes;

using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

/// <summary>
/// Puts the mesh's root into every webhook that points at this control plane's Service: the charts' own configurations, those of
/// revision tags and the default validator. Nothing else is written, so that a server-side `helm upgrade` finds no conflict.
/// </summary>
public sealed class WebhookCertificates(KubeApi api, KubePath kind, string service, string ns, string rootPem, Action<string> log)
    : ResourceHandler
{
    private readonly string _bundle = Convert.ToBase64String(Encoding.ASCII.GetBytes(rootPem));

    // Only the newest version of each configuration matters, so the wake-up needs one place.
    private readonly ConcurrentDictionary<string, JsonObject> _pending = new(StringComparer.Ordinal);
    private readonly Channel<bool> _wake =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public override void Applied(JsonObject item)
    {
        if (item["metadata"]?["name"]?.ToString() is { } name && Webhooks(item).Any(Lacks))
        {
            _pending[name] = item;
            _wake.Writer.TryWrite(true);
        }
    }

    public override void Removed(JsonObject item)
    {
        if (item["metadata"]?["name"]?.ToString() is { } name)
        {
            _pending.TryRemove(name, out _);
        }
    }

    public override void Failed(string path, Exception reason) => log($"{path}: {reason.Message}");

    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (bool _ in _wake.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            foreach (string name in _pending.Keys)
            {
                if (_pending.TryRemove(name, out JsonObject? item))
                {
                    await WriteAsync(name, item, cancel).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task WriteAsync(string name, JsonObject item, CancellationToken cancel)
    {
        try
        {
            var copy = (JsonObject)item.DeepClone();
            foreach (JsonObject webhook in Webhooks(copy).Where(Lacks))
            {
                webhook["clientConfig"]?["caBundle"] = _bundle;
            }

            await api.ReplaceAsync(kind.Named(name), copy, cancel).ConfigureAwait(false);
            log($"webhook configuration {name} has this control plane's certificate");
        }
        catch (KubeApiException e) when (e.Status is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            // Somebody else changed or deleted it; the watch brings what there is now.
            log($"webhook configuration {name} changed meanwhile: {e.Message}");
        }
        catch (Exception e) when (e is KubeApiException or HttpRequestException)
        {
            log($"webhook configuration {name}: {e.Message}");
        }
    }

    private bool Lacks(JsonObject webhook) =>
        webhook["clientConfig"] is JsonObject client
        && client["service"]?["name"]?.ToString() == service
        && client["service"]?["namespace"]?.ToString() == ns
        && client["caBundle"]?.ToString() != _bundle;

    private static IEnumerable<JsonObject> Webhooks(JsonObject configuration) =>
        (configuration["webhooks"] as JsonArray ?? []).OfType<JsonObject>();
}
