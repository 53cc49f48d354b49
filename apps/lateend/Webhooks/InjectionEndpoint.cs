namespace Lateen.Lateend.Webhooks;

using System.Text.Json.Nodes;
using Lateen.Api.Text;
using Lateen.Control.Injection;
using Lateen.Lateend.Metrics;

/// <summary>POST /inject: the mutating webhook.</summary>
internal sealed class InjectionEndpoint(InstalledSettings settings, LateendOptions options, ControlMetrics metrics, bool nativeSidecars)
{
    public AdmissionAnswer Decide(JsonObject request)
    {
        metrics.Injection("requests");
        if (request["object"] is not JsonObject pod)
        {
            return AdmissionAnswer.Allow;
        }

        string ns = request["namespace"]?.ToString() ?? "default";
        if (!TryReadOverlay(pod, out JsonObject? overlay, out string error))
        {
            metrics.Injection("failure");
            return new AdmissionAnswer { Refusal = error };
        }

        InjectionResult result = Injector.Inject(new InjectionRequest
        {
            Pod = pod,
            Namespace = ns,
            Config = settings.Injection,
            DefaultProxyConfig = settings.DefaultProxyConfig,
            ProxyConfigOverlay = overlay,
            TrustDomain = settings.Mesh.TrustDomain is { Length: > 0 } domain ? domain : "cluster.local",
            EnablePrometheusMerge = settings.Mesh.EnablePrometheusMerge ?? true,
            ClusterId = options.ClusterId,
            NativeSidecars = nativeSidecars,
        });
        metrics.Injection(result.Refusal is not null ? "failure" : result.Patch is null ? "skip" : "success");
        return new AdmissionAnswer { Patch = result.Patch, Warnings = result.Warnings, Refusal = result.Refusal };
    }

    private static bool TryReadOverlay(JsonObject pod, out JsonObject? overlay, out string error)
    {
        overlay = null;
        error = "";
        if (pod["metadata"]?["annotations"]?["proxy.istio.io/config"]?.ToString() is not { Length: > 0 } text)
        {
            return true;
        }

        ReadResult result = StrictYaml.Read(text, "proxy.istio.io/config");
        overlay = result.Documents.FirstOrDefault()?.Root as JsonObject;
        if (!result.Ok || overlay is null)
        {
            error = $"annotation proxy.istio.io/config is not a YAML object: {string.Join("; ", result.Findings)}";
            return false;
        }

        return true;
    }
}
