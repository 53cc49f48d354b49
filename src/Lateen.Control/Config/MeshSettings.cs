namespace Lateen.Control.Config;

using Lateen.Api.Names;

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

    public string RootNamespace { get; init; } = "istio-system";

    public string TrustDomain { get; init; } = "cluster.local";

    public string DomainSuffix { get; init; } = "cluster.local";

    public string ClusterId { get; init; } = "Kubernetes";
}
