namespace Lateen.Proxy.Xds;

/// <summary>The type URLs of resources.</summary>
internal static class TypeUrls
{
    public const string Cluster = "type.googleapis.com/envoy.config.cluster.v3.Cluster";
    public const string Endpoints = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";
    public const string Listener = "type.googleapis.com/envoy.config.listener.v3.Listener";
    public const string Route = "type.googleapis.com/envoy.config.route.v3.RouteConfiguration";
    public const string Secret = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";
    public const string Extension = "type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig";
    public const string EndpointRelease = "type.googleapis.com/lateen.dev.xds.v1.EndpointRelease";
    public const string NameTable = "type.googleapis.com/istio.networking.nds.v1.NameTable";
}
