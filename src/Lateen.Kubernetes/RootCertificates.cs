namespace Lateen.Kubernetes;

using System.Net;
using System.Text.Json.Nodes;
using System.Threading.Channels;

/// <summary>Keeps ConfigMap istio-ca-root-cert in every namespace, so that each pod can mount the mesh's root.</summary>
public sealed class RootCertificates(KubeApi api, string rootPem, Action<string> log) : ResourceHandler
{
    private const string Name = "istio-ca-root-cert";
    private const int LongestQueue = 10_000;

    private readonly Channel<string> _namespaces = Channel.CreateBounded<string>(LongestQueue);

    public override void Applied(JsonObject item)
    {
        bool ends = item["status"]?["phase"]?.ToString() == "Terminating";
        string ns = item["metadata"]?["name"]?.ToString() ?? "";
        if (!ends && !_namespaces.Writer.TryWrite(ns))
        {
            log($"too many namespaces are waiting for {Name}: {ns} is left out until it changes");
        }
    }

    public override void Removed(JsonObject item)
    {
        // The ConfigMap went with its namespace.
    }

    public override void Failed(string path, Exception reason) => log($"{path}: {reason.Message}");

    public async Task RunAsync(CancellationToken cancel)
    {
        await foreach (string ns in _namespaces.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            try
            {
                await WriteAsync(ns, cancel).ConfigureAwait(false);
            }
            catch (Exception e) when (e is KubeApiException or HttpRequestException)
            {
                log($"{Name} of namespace {ns}: {e.Message}");
            }
        }
    }

    private async Task WriteAsync(string ns, CancellationToken cancel)
    {
        JsonObject wanted = new()
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = new JsonObject
            {
                ["name"] = Name,
                ["namespace"] = ns,
                ["labels"] = new JsonObject { ["istio.io/config"] = "true" },
            },
            ["data"] = new JsonObject { ["root-cert.pem"] = rootPem },
        };
        JsonObject? existing = await api.FindAsync(KubePath.ConfigMaps.Named(ns, Name), cancel).ConfigureAwait(false);
        if (existing is null)
        {
            try
            {
                await api.CreateAsync(KubePath.ConfigMaps.In(ns), wanted, cancel).ConfigureAwait(false);
            }
            catch (KubeApiException e) when (e.Status is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
            {
                // Another replica wrote it, or the namespace is gone already.
                log($"{Name} of namespace {ns} needs nothing: {e.Message}");
            }
        }
        else if (existing["data"]?["root-cert.pem"]?.ToString() != rootPem)
        {
            await api.ReplaceAsync(KubePath.ConfigMaps.Named(ns, Name), wanted, cancel).ConfigureAwait(false);
        }
    }
}
