namespace Lateen.Control.Injection;

using System.Text.Json.Nodes;

/// <summary>Everything injection may look at; the result is a function of this alone.</summary>
public sealed record InjectionRequest
{
    /// <summary>The pod as it arrived; not modified.</summary>
    public required JsonObject Pod { get; init; }

    /// <summary>Namespace of the request; a pod made by a controller carries none itself.</summary>
    public required string Namespace { get; init; }

    public required InjectionConfig Config { get; init; }

    /// <summary>meshConfig.defaultConfig as JSON.</summary>
    public required JsonObject DefaultProxyConfig { get; init; }

    /// <summary>Annotation proxy.istio.io/config of the pod as JSON, merged over the default; null when absent.</summary>
    public JsonObject? ProxyConfigOverlay { get; init; }

    public required string TrustDomain { get; init; }

    public required bool EnablePrometheusMerge { get; init; }

    public required string ClusterId { get; init; }

    /// <summary>True where the kubelet runs init containers with restartPolicy Always (1.33 and newer).</summary>
    public required bool NativeSidecars { get; init; }
}
