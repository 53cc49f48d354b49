namespace Lateen.Control.Analysis;

using Lateen.Api.Text;

/// <summary>The messages that analysis gives; a code never changes its meaning.</summary>
public static class MessageTypes
{
    public static readonly MessageType ReferencedResourceNotFound = new("IST0101", Severity.Error, "ReferencedResourceNotFound");
    public static readonly MessageType NamespaceNotInjected = new("IST0102", Severity.Info, "NamespaceNotInjected");
    public static readonly MessageType PodMissingProxy = new("IST0103", Severity.Warning, "PodMissingProxy");
    public static readonly MessageType SchemaValidationError = new("IST0106", Severity.Error, "SchemaValidationError");
    public static readonly MessageType MisplacedAnnotation = new("IST0107", Severity.Warning, "MisplacedAnnotation");
    public static readonly MessageType UnknownAnnotation = new("IST0108", Severity.Warning, "UnknownAnnotation");
    public static readonly MessageType ConflictingMeshGatewayHosts =
        new("IST0109", Severity.Error, "ConflictingMeshGatewayVirtualServiceHosts");
    public static readonly MessageType ConflictingSidecarSelectors = new("IST0110", Severity.Error,
        "ConflictingSidecarWorkloadSelectors");
    public static readonly MessageType MultipleDefaultSidecars = new("IST0111", Severity.Error,
        "MultipleSidecarsWithoutWorkloadSelectors");
    public static readonly MessageType PortSelectorRequired = 
        new("IST0112", Severity.Error, "VirtualServiceDestinationPortSelectorRequired");
    public static readonly MessageType DeploymentOfSeveralServices = 
        new("IST0116", Severity.Warning, "DeploymentAssociatedToMultipleServices");
    public static readonly MessageType PortNameNotByConvention = new("IST0118", Severity.Info,
        "PortNameIsNotUnderNamingConvention");
    public static readonly MessageType NamespaceMultipleLabels = new("IST0123", Severity.Warning,
        "NamespaceMultipleInjectionLabels");
    public static readonly MessageType InvalidAnnotation = new("IST0125", Severity.Warning, "InvalidAnnotation");
    public static readonly MessageType NoMatchingWorkloads = new("IST0127", Severity.Warning, "NoMatchingWorkloadsFound");
    public static readonly MessageType UnreachableRule = new("IST0130", Severity.Warning, "VirtualServiceUnreachableRule");
    public static readonly MessageType IneffectiveMatch = new("IST0131", Severity.Info, "VirtualServiceIneffectiveMatch");
    public static readonly MessageType HostNotInGateway = new("IST0132", Severity.Warning, "VirtualServiceHostNotFoundInGateway");
    public static readonly MessageType SchemaWarning = new("IST0133", Severity.Warning, "SchemaWarning");
    public static readonly MessageType AddressesRequired = new("IST0134", Severity.Warning, "ServiceEntryAddressesRequired");
    public static readonly MessageType DeprecatedAnnotation = new("IST0135", Severity.Info, "DeprecatedAnnotation");
    public static readonly MessageType AlphaAnnotation = new("IST0136", Severity.Info, "AlphaAnnotation");
    public static readonly MessageType DeploymentConflictingPorts = new("IST0137", Severity.Warning,
        "DeploymentConflictingPorts");
    public static readonly MessageType IngressRulesNotAffected = new("IST0140", Severity.Warning, "IngressRouteRulesNotAffected");
    public static readonly MessageType LocalhostListener = new("IST0143", Severity.Error, "LocalhostListener");
    public static readonly MessageType InvalidApplicationUid = new("IST0144", Severity.Warning, "InvalidApplicationUID");
    public static readonly MessageType ConflictingGateways = new("IST0145", Severity.Error, "ConflictingGateways");
    public static readonly MessageType ImageAutoWarning = new("IST0146", Severity.Warning, "ImageAutoWithoutInjectionWarning");
    public static readonly MessageType ImageAutoError = new("IST0147", Severity.Error, "ImageAutoWithoutInjectionError");
    public static readonly MessageType InjectionByDefault = new("IST0148", Severity.Info, "NamespaceInjectionEnabledByDefault");
    public static readonly MessageType ExternalNamePortName = new("IST0150", Severity.Warning,
        "ExternalNameServiceTypeInvalidPortName");
    public static readonly MessageType ProxyImageMismatch = new("IST0158", Severity.Warning,
        "PodsIstioProxyImageMismatchInNamespace");
    public static readonly MessageType GatewayPortNotOnService = new("IST0162", Severity.Warning,
        "GatewayPortNotDefinedOnService");
    public static readonly MessageType InternalGateway = new("IST0165", Severity.Warning, "ReferencedInternalGateway");
    public static readonly MessageType IneffectiveSelector = new("IST0166", Severity.Warning, "IneffectiveSelector");
    public static readonly MessageType IneffectivePolicy = new("IST0167", Severity.Warning, "IneffectivePolicy");
    public static readonly MessageType SubsetSelectsNoPods = new("IST0173", Severity.Error, "DestinationRuleSubsetNotSelectPods");
    public static readonly MessageType UnknownRuleHost = new("IST0174", Severity.Warning, "UnknownDestinationRuleHost");
    public static readonly MessageType ConflictingEntryProtocol = new("IST0177", Severity.Warning,
        "ConflictingServiceEntryProtocol");
}
