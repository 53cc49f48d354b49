namespace Lateen.Control.Translation.Listeners;

using Envoy.Extensions.Filters.Http.Cors.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.GrpcWeb.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Istio.Alpn.V2Alpha1;
using GrpcStatsConfig = Envoy.Extensions.Filters.Http.GrpcStats.V3.FilterConfig;
using PeerMetadata = Istio.Http.PeerMetadata.Config;
using ForwardByName = Envoy.Extensions.Filters.Http.DynamicForwardProxy.V3.FilterConfig;

/// <summary>
/// The HTTP filters in Istio's order. Peer metadata comes first because everything behind it may label by peer; fault before
/// CORS and statistics, so that an injected failure is counted as the caller sees it; the router ends the chain.
/// </summary>
internal static class HttpFilters
{
    public static IEnumerable<HttpFilter> For(HttpRole role, bool forwardsByName, bool grpcWeb)
    {
        if (role is not HttpRole.Gateway)
        {
            yield return Filter("istio.metadata_exchange", PeerMetadataOf(role));
        }
        else
        {
            yield return Filter("istio.metadata_exchange", PeerMetadataOf(HttpRole.SidecarOutbound));
        }

        if (grpcWeb)
        {
            // Before all that looks at gRPC statuses: behind this filter the call is gRPC.
            yield return Filter("envoy.filters.http.grpc_web", new GrpcWeb());
        }

        yield return Filter(
            "envoy.filters.http.grpc_stats", new GrpcStatsConfig { EmitFilterState = true, StatsForAllMethods = false });
        if (role is not HttpRole.SidecarInbound)
        {
            yield return Filter("istio.alpn", Alpn());
        }

        yield return Filter("envoy.filters.http.fault", new HTTPFault());
        yield return Filter("envoy.filters.http.cors", new Cors());
        yield return Filter("istio.stats", Stats(role));
        if (forwardsByName)
        {
            // After all that may change the host or answer by itself: what is left here will be resolved.
            yield return Filter("envoy.filters.http.dynamic_forward_proxy", new ForwardByName { DnsCacheConfig = DnsCaches.Shared() });
        }

        yield return Filter("envoy.filters.http.router", new Router());
    }

    public static Istio.Stats.PluginConfig Stats(HttpRole role) => new() { DisableHostHeaderFallback = role is HttpRole.Gateway };

    private static HttpFilter Filter(string name, IMessage config) => new() { Name = name, TypedConfig = Any.Pack(config) };

    private static PeerMetadata PeerMetadataOf(HttpRole role)
    {
        PeerMetadata config = new();
        PeerMetadata.Types.DiscoveryMethod discovery = new() { IstioHeaders = new PeerMetadata.Types.IstioHeaders() };
        PeerMetadata.Types.PropagationMethod propagation = new() { IstioHeaders = new PeerMetadata.Types.IstioHeaders() };
        if (role is HttpRole.SidecarInbound)
        {
            config.DownstreamDiscovery.Add(discovery);
            config.DownstreamPropagation.Add(propagation);
        }
        else
        {
            config.UpstreamDiscovery.Add(discovery);
            config.UpstreamPropagation.Add(propagation);
        }

        return config;
    }

    private static FilterConfig Alpn() => new()
    {
        AlpnOverride =
        {
            Override(FilterConfig.Types.Protocol.Http10, "istio-http/1.0", "http/1.0"),
            Override(FilterConfig.Types.Protocol.Http11, "istio-http/1.1", "http/1.1"),
            Override(FilterConfig.Types.Protocol.Http2, "istio-h2", "h2"),
        },
    };

    private static FilterConfig.Types.AlpnOverride Override(
        FilterConfig.Types.Protocol protocol, string mesh, string plain) =>
        new() { UpstreamProtocol = protocol, AlpnOverride_ = { mesh, "istio", plain } };
}
