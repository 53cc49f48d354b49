namespace Lateen.Api.Resources.Mesh;

using System.ComponentModel;
using System.Text.Json.Nodes;
using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Resources.Schemas;

/// <summary>The mesh-wide settings of ConfigMap istio, key mesh.</summary>
public sealed record MeshConfig
{
    [Description("Where proxies write access logs, for example /dev/stdout; empty switches them off.")]
    public string AccessLogFile { get; init; } = "";

    [Description("The format of a line or, with JSON encoding, an object of fields.")]
    public string AccessLogFormat { get; init; } = "";

    [Description("TEXT or JSON.")]
    public AccessLogEncoding AccessLogEncoding { get; init; }

    [Description("What happens to calls that leave the registry.")]
    public OutboundTrafficPolicy OutboundTrafficPolicy { get; init; } = new();

    [Description("Settings of every proxy.")]
    public ProxyConfig DefaultConfig { get; init; } = new();

    [Description("How long a connection may take to establish; 10s by default.")]
    public TimeSpan? ConnectTimeout { get; init; }

    [Description("How long a listener waits for the first bytes; 0s means for ever.")]
    public TimeSpan? ProtocolDetectionTimeout { get; init; }

    [Description("Whether the proxy serves the application's metrics together with its own; true by default.")]
    public bool? EnablePrometheusMerge { get; init; }

    [Description("The trust domain of identities; cluster.local by default.")]
    public string TrustDomain { get; init; } = "";

    [Description("The namespace of mesh-wide objects; istio-system by default.")]
    public string RootNamespace { get; init; } = "";

    [Description("Whether proxies make traces.")]
    public bool? EnableTracing { get; init; }

    [Description("The class of Ingress objects that are served.")]
    public string IngressClass { get; init; } = "";

    [Description("The Service of the root namespace whose addresses Ingress objects get.")]
    public string IngressService { get; init; } = "";

    [Description("Label istio of the pods that serve Ingress objects.")]
    public string IngressSelector { get; init; } = "";

    [Description("Which Ingresses are served: those of our class (STRICT, default), also those of none (DEFAULT), or none (OFF).")]
    public IngressControllerMode IngressControllerMode { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ProxyListenPort { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ProxyInboundListenPort { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ProxyHttpPort { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? HboneIdleTimeout { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? TcpKeepalive { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? EnableEnvoyAccessLogService { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? DisableEnvoyListenerLog { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? InboundTrafficPolicy { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ConfigSources { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? EnableAutoMtls { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? TrustDomainAliases { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? CaCertificates { get; init; }

    [Description("Namespaces that see services which do not say: . (their own) or * (all, the default).")]
    public ValueList<string> DefaultServiceExportTo { get; init; } = [];

    [Description("Namespaces that see virtual services which do not say: . (their own) or * (all, the default).")]
    public ValueList<string> DefaultVirtualServiceExportTo { get; init; } = [];

    [Description("Namespaces that see destination rules which do not say: . (their own) or * (all, the default).")]
    public ValueList<string> DefaultDestinationRuleExportTo { get; init; } = [];

    [Description("Preference by locality for services whose DestinationRule does not say; enabled by default.")]
    public LocalityLbSetting? LocalityLbSetting { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ZoneAwareLbSetting { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? DnsRefreshRate { get; init; }

    [Description("Upgrade of HTTP/1.1 to HTTP/2 where no DestinationRule says: DO_NOT_UPGRADE (the default) or UPGRADE.")]
    public H2UpgradePolicy H2UpgradePolicy { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? InboundClusterStatName { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? OutboundClusterStatName { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ServiceSettings { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ServiceScopeConfigs { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? Ca { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? ExtensionProviders { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? DefaultProviders { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? DiscoverySelectors { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? PathNormalization { get; init; }

    [Description("Retries of calls whose VirtualService says nothing of them.")]
    public HttpRetry? DefaultHttpRetryPolicy { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? MeshMTLS { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? TlsDefaults { get; init; }

    [Description("Connection pool and outlier detection of services whose DestinationRule has none.")]
    public DefaultTrafficPolicy? DefaultTrafficPolicy { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? VerifyCertificateAtClient { get; init; }

    [Description("Not yet enforced by this version: ignored.")]
    [NotYetEnforced]
    public JsonNode? Certificates { get; init; }
}
