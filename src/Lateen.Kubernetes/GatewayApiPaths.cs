namespace Lateen.Kubernetes;

using Lateen.Api.Resources.GatewayApi;

/// <summary>Where the API serves the Gateway API's kinds and Ingress.</summary>
internal static class GatewayApiPaths
{
    public static KubePath Of(string kind) => kind switch
    {
        "Ingress" => new KubePath("networking.k8s.io", "v1", "ingresses"),
        "IngressClass" => new KubePath("networking.k8s.io", "v1", "ingressclasses"),
        "GatewayClass" => new KubePath(GatewayApiGroup.Name, "v1", "gatewayclasses"),
        "TCPRoute" => new KubePath(GatewayApiGroup.Name, "v1alpha2", "tcproutes"),
        "ReferenceGrant" => new KubePath(GatewayApiGroup.Name, "v1beta1", "referencegrants"),
        _ => new KubePath(GatewayApiGroup.Name, "v1", kind.ToLowerInvariant() + "s"),
    };
}
