namespace Lateen.Kubernetes;

using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;

/// <summary>
/// Puts the mesh's root into the webhook configurations that point at this control plane. A validating webhook begins with
/// failurePolicy Ignore and becomes Fail once its certificate is in, as Istio does it.
/// </summary>
public sealed class WebhookCertificates(KubeApi api, KubePath kind, string name, string rootPem, bool setFail, Action<string> log)
    : ResourceHandler
{
    private readonly string _bundle = Convert.ToBase64String(Encoding.ASCII.GetBytes(rootPem));

    // One place is enough: only the newest version of the object matters.
    private readonly Channel<JsonObject> _pending =
        Channel.CreateBounded<JsonObject>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });

    /// <summary>The collection path that a watcher must follow.</summary>
    public string WatchPath => $"{kind.All}?fieldSelector=metadata.name%3D{name}";

    public override void Applied(JsonObject item)
    {
        if (item["metadata"]?["name"]?.ToString() == name)
        {
            _pending.Writer.TryWrite(item);
        }
    }

    public override void Removed(JsonObject item) => log($"webhook configuration {name} was deleted");

    public override void Failed(string path, Exception reason) => log($"{path}: {reason.Message}");

    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (JsonObject item in _pending.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            try
            {
                if (WithCertificate(item) is { } changed)
                {
                    await api.ReplaceAsync(kind.Named(name), changed, cancel).ConfigureAwait(false);
                    log($"webhook configuration {name} has this control plane's certificate");
                }
            }
            catch (KubeApiException e) when (e.Status == HttpStatusCode.Conflict)
            {
                // Somebody else changed it; the watch brings the new version.
                log($"webhook configuration {name} changed meanwhile: {e.Message}");
            }
            catch (Exception e) when (e is KubeApiException or HttpRequestException)
            {
                log($"webhook configuration {name}: {e.Message}");
            }
        }
    }

    private JsonObject? WithCertificate(JsonObject item)
    {
        var copy = (JsonObject)item.DeepClone();
        bool changed = false;
        foreach (JsonObject webhook in (copy["webhooks"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (webhook["clientConfig"] is JsonObject client && client["caBundle"]?.ToString() != _bundle)
            {
                client["caBundle"] = _bundle;
                changed = true;
            }

            if (setFail && webhook["failurePolicy"]?.ToString() != "Fail")
            {
                webhook["failurePolicy"] = "Fail";
                changed = true;
            }
        }

        return changed ? copy : null;
    }
}
