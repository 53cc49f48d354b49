namespace Lateen.Api.Resources.Mesh;

using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Schemas;

/// <summary>Settings of a proxy: mesh-wide, or of one pod by the annotation proxy.istio.io/config.</summary>
public sealed record ProxyConfig
{
    [Description("Worker threads; 0 means one per core, 2 by default.")]
    [Range(0, 1024)]
    public int? Concurrency { get; init; }

    [Description("How long old listeners drain; 45s by default.")]
    public TimeSpan? DrainDuration { get; init; }

    [Description("How long a stopping proxy drains; 5s by default.")]
    public TimeSpan? TerminationDrainDuration { get; init; }

    [Description("Where configuration comes from; istiod.istio-system.svc:15012 by default.")]
    public string DiscoveryAddress { get; init; } = "";

    [Description("Environment variables for the proxy.")]
    public ValueMap<string, string> ProxyMetadata { get; init; } = ValueMap<string, string>.Empty;

    [Description("Whether the application starts only once the proxy is ready.")]
    public bool? HoldApplicationUntilProxyStarts { get; init; }

    [Description("The cluster name of the node.")]
    public string ServiceCluster { get; init; } = "";

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ControlPlaneAuthPolicy { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ProxyAdminPort { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? StatusPort { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ConfigPath { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? BinaryPath { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? CustomConfigFile { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? StatNameLength { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ParentShutdownDuration { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? Tracing { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? Sds { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? EnvoyAccessLogService { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? EnvoyMetricsService { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ExtraStatTags { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ProxyStatsMatcher { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? GatewayTopology { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? InterceptionMode { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ReadinessProbe { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? Image { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? PrivateKeyProvider { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ProxyHeaders { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? StatsCompression { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ConnectionSettings { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? TracingServiceName { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? FileFlushInterval { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? FileFlushMinSizeKb { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? RunAsUser { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? CaCertificatesPem { get; init; }
}
