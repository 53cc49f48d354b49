namespace Lateen.Control.Ads;

/// <summary>Names and habits of the resource types.</summary>
public static class XdsTypes
{
    private const string Prefix = "type.googleapis.com/";

    /// <summary>Every type, in the order in which a change is pushed: no route names a cluster the proxy does not know.</summary>
    public static readonly XdsType[] PushOrder =
        [XdsType.Cluster, XdsType.Endpoint, XdsType.Listener, XdsType.Route, XdsType.NameTable];

    public static string TypeUrl(this XdsType type) => Prefix + type switch
    {
        XdsType.Cluster => "envoy.config.cluster.v3.Cluster",
        XdsType.Endpoint => "envoy.config.endpoint.v3.ClusterLoadAssignment",
        XdsType.Listener => "envoy.config.listener.v3.Listener",
        XdsType.Route => "envoy.config.route.v3.RouteConfiguration",
        XdsType.NameTable => "istio.networking.nds.v1.NameTable",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static string ShortName(this XdsType type) => type switch
    {
        XdsType.Cluster => "cds",
        XdsType.Endpoint => "eds",
        XdsType.Listener => "lds",
        XdsType.Route => "rds",
        XdsType.NameTable => "nds",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static bool TryParse(string typeUrl, out XdsType type)
    {
        foreach (XdsType candidate in PushOrder)
        {
            if (typeUrl == candidate.TypeUrl())
            {
                type = candidate;
                return true;
            }
        }

        type = default;
        return false;
    }

    /// <summary>Secrets and extension configurations: nothing that is served so far refers to any.</summary>
    internal static bool IsKnownButEmpty(string typeUrl) => typeUrl
        is Prefix + "envoy.extensions.transport_sockets.tls.v3.Secret"
        or Prefix + "envoy.config.core.v3.TypedExtensionConfig";

    // xDS protocol, "How the client specifies what resources to return": only LDS and CDS have a wildcard mode. Their
    // absence from a push is a deletion, while endpoints and routes die with the parent that named them.
    // istiod treats the name table so too: a subscription without names means the one table there is.
    internal static bool IsRootType(this XdsType type) => type is XdsType.Cluster or XdsType.Listener or XdsType.NameTable;
}
