namespace Lateen.Api.Resources.Schemas;

using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Networking;

/// <summary>The custom resources that take effect in this version.</summary>
public static class KnownResources
{
    public static IReadOnlyList<Type> All { get; } =
    [
        typeof(DestinationRule), typeof(Gateway), typeof(ServiceEntry), typeof(Sidecar), typeof(VirtualService),
        typeof(WorkloadEntry),
    ];

    /// <summary>Kinds of the Kubernetes Gateway API. A cluster may have them from elsewhere, so they are installed apart.</summary>
    public static IReadOnlyList<Type> GatewayApi { get; } =
    [
        typeof(GatewayClass), typeof(KubeGateway), typeof(KubeHttpRoute), typeof(KubeGrpcRoute), typeof(KubeTcpRoute),
        typeof(KubeTlsRoute), typeof(ReferenceGrant),
    ];
}
