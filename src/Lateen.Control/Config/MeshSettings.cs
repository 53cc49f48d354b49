namespace Lateen.Control.Config;

using Lateen.Api.Names;
using Lateen.Api.Resources.Mesh;
using Lateen.Api.Resources.Networking;

/// <summary>What translation reads of MeshConfig, with Istio's defaults.</summary>
public sealed record MeshSettings
{
    public static readonly MeshSettings Default = new();

    public string AccessLogFile { get; init; } = "";

    /// <summary>Empty: Istio's default format.</summary>
    public string AccessLogFormat { get; init; } = "";

    public bool AccessLogJson { get; init; }

    public bool AllowAnyOutbound { get; init; } = true;

    /// <summary>Namespaces that see services which do not say; empty for all. So for the two below.</summary>
    public ValueList<string> DefaultServiceExportTo { get; init; } = [];

    public ValueList<string> DefaultVirtualServiceExportTo { get; init; } = [];

    public ValueList<string> DefaultDestinationRuleExportTo { get; init; } = [];

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Connection pool and outlier detection of services whose destination rule has none.</summary>
    public TrafficPolicy? DefaultTrafficPolicy { get; init; }

    /// <summary>HTTP/1.1 becomes HTTP/2 where no destination rule says otherwise.</summary>
    public bool UpgradesToHttp2 { get; init; }

    /// <summary>Retries of calls whose virtual service says nothing of them; null is Istio's own default.</summary>
    public HttpRetry? DefaultHttpRetryPolicy { get; init; }

    public string RootNamespace { get; init; } = "istio-system";

    public string TrustDomain { get; init; } = "cluster.local";

    public string DomainSuffix { get; init; } = "cluster.local";

    /// <summary>Preference by locality where no DestinationRule says; enabled, with failover by distance.</summary>
    public LocalityLbSetting LocalityLb { get; init; } = new();

    public string ClusterId { get; init; } = "Kubernetes";

    public IngressControllerMode IngressMode { get; init; } = IngressControllerMode.Strict;

    public string IngressClass { get; init; } = "istio";

    /// <summary>The Service of the root namespace whose addresses Ingresses get.</summary>
    public string IngressService { get; init; } = "istio-ingressgateway";

    /// <summary>Label "istio" of the pods that serve Ingresses.</summary>
    public string IngressSelector { get; init; } = "ingressgateway";
}
