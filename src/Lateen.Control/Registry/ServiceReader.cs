namespace Lateen.Control.Registry;

using Lateen.Api.Names;
using Lateen.Api.Resources;
using Lateen.Api.Resources.Core;

/// <summary>Kubernetes Services as the mesh sees them.</summary>
internal static class ServiceReader
{
    private const string ExportToAnnotation = "networking.istio.io/exportTo";
    private const string DistributionAnnotation = "networking.istio.io/traffic-distribution";

    public static MeshService Read(Service service, string domainSuffix) => new()
    {
        Host = HostName.Of(service.Metadata.Name, service.Metadata.Namespace, domainSuffix).Value,
        Name = service.Metadata.Name,
        Namespace = service.Metadata.Namespace,
        CreatedAt = service.Metadata.CreationTimestamp ?? DateTimeOffset.UnixEpoch,
        Addresses = AddressesOf(service.Spec),
        Ports = service.Spec.Ports.Select(ReadPort).ToValueList(),
        Selector = service.Spec.Selector,
        Resolution = ResolutionOf(service.Spec),
        ExternalName = service.Spec.ExternalName,
        PublishNotReady = service.Spec.PublishNotReadyAddresses,
        ExportTo = ExportToOf(service.Metadata),
        TrafficDistribution = DistributionOf(service),
    };

    private static ValueList<string> ExportToOf(ObjectMeta metadata) =>
        metadata.Annotations.TryGetValue(ExportToAnnotation, out string? text)
            ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToValueList()
            : [];

    private static TrafficDistribution DistributionOf(Service service)
    {
        string text = service.Spec.TrafficDistribution.Length > 0
            ? service.Spec.TrafficDistribution
            : service.Metadata.Annotations.GetValueOrDefault(DistributionAnnotation, "");
        return Enum.TryParse(text, out TrafficDistribution known) ? known : TrafficDistribution.Any;
    }

    private static ServicePort ReadPort(Lateen.Api.Resources.Core.ServicePort port)
    {
        string target = port.TargetPort.ToString();
        return new ServicePort(
            port.Port,
            port.Name,
            target is "0" ? "" : target,
            ProtocolSelection.Select(port.Port, port.Name, port.AppProtocol, port.Protocol));
    }

    private static Resolution ResolutionOf(ServiceSpec spec) =>
        spec.Type == "ExternalName" ? Resolution.Dns
        : spec.ClusterIP == "None" ? Resolution.Passthrough
        : Resolution.Registry;

    // Clients may call external addresses of a service as they call its cluster address.
    private static ValueList<string> AddressesOf(ServiceSpec spec)
    {
        if (spec.ClusterIP is "" or "None")
        {
            return [];
        }

        IEnumerable<string> own = spec.ClusterIPs.Count > 0 ? spec.ClusterIPs : [spec.ClusterIP];
        return own.Concat(spec.ExternalIPs).Distinct(StringComparer.Ordinal).ToValueList();
    }
}
