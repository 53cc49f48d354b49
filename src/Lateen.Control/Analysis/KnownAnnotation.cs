namespace Lateen.Control.Analysis;

using System.Globalization;
using System.Net;

/// <summary>An annotation of Istio's: where it belongs, how settled it is, and what its value may be.</summary>
internal sealed record KnownAnnotation(string Kinds, KnownAnnotation.Stage State, Func<string, bool>? IsValid)
{
    private const string Pod = "Pod";
    private const string Traffic = "traffic.sidecar.istio.io/";

    public enum Stage
    {
        Stable,
        Alpha,
        Deprecated,
    }

    public static IReadOnlyDictionary<string, KnownAnnotation> All { get; } = Build();

    public bool BelongsTo(string kind) => Kinds == "Any" || Kinds.Split(',').Contains(kind);

    private static Dictionary<string, KnownAnnotation> Build()
    {
        var all = new Dictionary<string, KnownAnnotation>(StringComparer.Ordinal);
        Add(Stage.Stable, Pod, null, "sidecar.istio.io/status", "istio.io/rev", "proxy.istio.io/config",
            "proxy.istio.io/overrides",
            "inject.istio.io/templates");
        Add(Stage.Stable, Pod, IsFlag, "prometheus.istio.io/merge-metrics");
        Add(Stage.Stable, "Any", null, "galley.istio.io/analyze-suppress", "gateway.istio.io/controller-version");
        Add(Stage.Stable, "AuthorizationPolicy", IsFlag, "istio.io/dry-run");
        Add(Stage.Stable, "WorkloadEntry", null, "istio.io/autoRegistrationGroup", "istio.io/workloadController",
            "istio.io/connectedAt",
            "istio.io/disconnectedAt");
        Add(Stage.Stable, "Gateway", null, "gateway.istio.io/service-account", "gateway.istio.io/name-override",
            "networking.istio.io/service-type", "ambient.istio.io/waypoint-inbound-binding");
        Add(Stage.Alpha, Pod, IsFlag, "sidecar.istio.io/rewriteAppHTTPProbers", "sidecar.istio.io/nativeSidecar");
        Add(Stage.Alpha, Pod, null, "sidecar.istio.io/proxyImage", "sidecar.istio.io/proxyImageType", "sidecar.istio.io/proxyCPU",
            "sidecar.istio.io/proxyCPULimit", "sidecar.istio.io/proxyMemory", "sidecar.istio.io/proxyMemoryLimit",
            "sidecar.istio.io/bootstrapOverride", "sidecar.istio.io/statsHistogramBuckets", "sidecar.istio.io/statsFlushInterval",
            "sidecar.istio.io/statsEvictionInterval", "sidecar.istio.io/statsHistogramBins", "sidecar.istio.io/userVolume",
            "sidecar.istio.io/userVolumeMount", "sidecar.istio.io/logLevel", "sidecar.istio.io/componentLogLevel",
            "sidecar.istio.io/agentLogLevel", "ambient.istio.io/redirection", "ambient.istio.io/bypass-inbound-capture",
            "ambient.istio.io/dns-capture", "istio.io/reroute-virtual-interfaces", Traffic + "excludeInterfaces");
        Add(Stage.Alpha, Pod, static v => v is "REDIRECT" or "TPROXY", "sidecar.istio.io/interceptionMode");
        Add(Stage.Alpha, Pod, IsNumber, "status.sidecar.istio.io/port", "readiness.status.sidecar.istio.io/initialDelaySeconds",
            "readiness.status.sidecar.istio.io/periodSeconds", "readiness.status.sidecar.istio.io/failureThreshold");
        Add(Stage.Alpha, Pod, ArePorts, "readiness.status.sidecar.istio.io/applicationPorts", Traffic + "includeInboundPorts",
            Traffic + "excludeInboundPorts", Traffic + "includeOutboundPorts", Traffic + "excludeOutboundPorts");
        Add(Stage.Alpha, Pod, AreRanges, Traffic + "includeOutboundIPRanges", Traffic + "excludeOutboundIPRanges");
        Add(Stage.Alpha, "Service", null, "networking.istio.io/exportTo", "traffic.istio.io/nodeSelector");
        Add(Stage.Alpha, "Namespace", null, "topology.istio.io/controlPlaneClusters");
        Add(Stage.Alpha, "Namespace,Service,ServiceEntry", null, "networking.istio.io/traffic-distribution",
            "istio.io/use-waypoint-canary-weight");
        Add(Stage.Deprecated, Pod, IsFlag, "sidecar.istio.io/inject");
        Add(Stage.Deprecated, Pod, null, "sidecar.istio.io/discoveryAddress", "sidecar.istio.io/statsInclusionPrefixes",
            "sidecar.istio.io/statsInclusionSuffixes", "sidecar.istio.io/statsInclusionRegexps", Traffic + "kubevirtInterfaces",
            "sidecar.istio.io/extraStatTags", "sidecar.istio.io/statsCompression");
        Add(Stage.Deprecated, "Service", null, "alpha.istio.io/kubernetes-serviceaccounts",
            "alpha.istio.io/canonical-serviceaccounts");
        return all;

        void Add(Stage stage, string kinds, Func<string, bool>? isValid, params ReadOnlySpan<string> names)
        {
            foreach (string name in names)
            {
                all[name] = new KnownAnnotation(kinds, stage, isValid);
            }
        }
    }

    private static bool IsFlag(string value) => value is "true" or "false";

    private static bool IsNumber(string value) => uint.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static bool ArePorts(string value) => value is "" or "*"
        || value.Split(',').All(static p => ushort.TryParse(p.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out _));

    private static bool AreRanges(string value) => value is "" or "*"
        || value.Split(',').All(static r => IPNetwork.TryParse(r.Trim(), out _) || IPAddress.TryParse(r.Trim(), out _));
}
