namespace Lateen.Control.Analysis;

/// <summary>All analyzers, by name.</summary>
public static class AnalyzerTable
{
    public static IReadOnlyList<Analyzer> All { get; } =
    [
        new("annotations.K8sAnalyzer", "Istio's annotations that are unknown, misplaced, wrong, deprecated or alpha",
            AnnotationAnalyzers.Annotations),
        new("deployment.ApplicationUIDAnalyzer", "applications that run as the proxy's user", InjectionAnalyzers.Users),
        new("deployment.ServiceAssociationAnalyzer", "Services of one workload that contradict each other",
            ServiceAnalyzers.Deployments),
        new("destinationrule.HostAnalyzer", "destination rules for hosts that do not exist", DestinationRuleAnalyzers.Hosts),
        new("destinationrule.PodNotSelectedAnalyzer", "subsets that select no pods", DestinationRuleAnalyzers.Subsets),
        new("gateway.ConflictingGatewayAnalyzer", "gateways with the same pods, port and hosts", GatewayAnalyzers.Conflicts),
        new("gateway.IngressGatewayPortAnalyzer", "gateways without pods, and ports that no Service has", GatewayAnalyzers.Ports),
        new("injection.Analyzer", "namespaces and injection labels", InjectionAnalyzers.Namespaces),
        new("injection.ImageAnalyzer", "proxies of another image than the injector's", InjectionAnalyzers.Images),
        new("injection.ImageAutoAnalyzer", "image: auto without injection", InjectionAnalyzers.ImageAuto),
        new("injection.PodAnalyzer", "pods that should have a proxy and have none", InjectionAnalyzers.Pods),
        new("policy.SelectorAnalyzer", "policies that select nothing, or Kubernetes Gateways", SelectorAnalyzers.Workloads),
        new("policy.TargetAnalyzer", "policies for targets that do not exist", SelectorAnalyzers.Targets),
        new("schema.ValidationAnalyzer", "fields that are wrong in themselves", SchemaAnalyzers.Schema),
        new("service.PortNameAnalyzer", "port names that tell no protocol", ServiceAnalyzers.PortNames),
        new("serviceentry.ProtocolAddressesAnalyzer", "entries that need an address", ServiceEntryAnalyzers.Addresses),
        new("serviceentry.ProtocolConflictAnalyzer", "entries that contradict each other", ServiceEntryAnalyzers.Conflicts),
        new("sidecar.DefaultSelectorAnalyzer", "several Sidecars for a whole namespace", SelectorAnalyzers.DefaultSidecars),
        new("sidecar.SelectorAnalyzer", "Sidecars that select nothing, or the same pods", SelectorAnalyzers.Sidecars),
        new("virtualservice.ConflictingMeshGatewayHostsAnalyzer", "hosts that two virtual services claim",
            VirtualServiceAnalyzers.MeshHosts),
        new("virtualservice.DestinationHostAnalyzer", "destinations that do not exist", VirtualServiceAnalyzers.Destinations),
        new("virtualservice.DestinationRuleAnalyzer", "subsets that nobody defines", VirtualServiceAnalyzers.Subsets),
        new("virtualservice.GatewayAnalyzer", "gateways and delegates that do not exist, hosts they do not accept",
            VirtualServiceAnalyzers.Gateways),
        new("virtualservice.IngressRouteRulesAnalyzer", "rules that calls through a gateway do not meet",
            VirtualServiceAnalyzers.IngressRules),
        new("virtualservice.MatchesAnalyzer", "rules that are never reached", SchemaAnalyzers.Reach),
    ];
}
