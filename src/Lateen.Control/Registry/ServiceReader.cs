namespace Lateen.Control.Registry;

using Lateen.Api.Names;
using Lateen.Api.Resources.Core;

/// <summary>Kubernetes Services as the mesh sees them.</summary>
internal static class ServiceReader
{
    public static MeshService Read(Service service, string domainSuffix) => new()
    {
        Host = HostName.Of(service.Metadata.Name, service.Metadata.Namespace, domainSuffix).Value,
        Name = service.Metadata.Name,
        Namespace = service.Metadata.Namespace,
        Addresses = AddressesOf(service.Spec),
        Ports = service.Spec.Ports.Select(ReadPort).ToValueList(),
        Selector = service.Spec.Selector,
        Resolution = ResolutionOf(service.Spec),
        ExternalName = service.Spec.ExternalName,
        PublishNotReady = service.Spec.PublishNotReadyAddresses,
        ExportTo = ExportToOf(service.Metadata.Annotations),
    };

    private static ValueList<string> ExportToOf(ValueMap<string, string> annotations) =>
        annotations.TryGetValue("networking.istio.io/exportTo", out string? text)
            ? text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToValueList()
            : [];

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

    private static ValueList<string> AddressesOf(ServiceSpec spec)
    {
        if (spec.ClusterIP is "" or "None")
        {
            return [];
        }

        return spec.ClusterIPs.Count > 0 ? spec.ClusterIPs : [spec.ClusterIP];
    }
}
