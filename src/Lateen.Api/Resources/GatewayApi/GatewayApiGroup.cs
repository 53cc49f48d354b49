namespace Lateen.Api.Resources.GatewayApi;

/// <summary>The API group of the Kubernetes Gateway API.</summary>
public static class GatewayApiGroup
{
    public const string Name = "gateway.networking.k8s.io";

    /// <summary>The release of the specification that the definitions follow.</summary>
    public const string BundleVersion = "v1.4.0";
}
