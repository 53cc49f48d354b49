namespace Lateen.Proxy.Tests.Xds;

using Envoy.Config.Cluster.V3;
using Envoy.Config.Core.V3;
using Envoy.Config.Endpoint.V3;
using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf.WellKnownTypes;

/// <summary>Small resources for tests of the ADS client.</summary>
internal static class XdsMessages
{
    public const string Cds = "envoy.config.cluster.v3.Cluster";
    public const string Eds = "envoy.config.endpoint.v3.ClusterLoadAssignment";
    public const string Lds = "envoy.config.listener.v3.Listener";
    public const string Rds = "envoy.config.route.v3.RouteConfiguration";
    public const string Sds = "envoy.extensions.transport_sockets.tls.v3.Secret";
    public const string Ecds = "envoy.config.core.v3.TypedExtensionConfig";

    public static Cluster EdsCluster(string name) => new() { Name = name, Type = Cluster.Types.DiscoveryType.Eds };

    public static Cluster StaticCluster(string name) => new() { Name = name, Type = Cluster.Types.DiscoveryType.Static };

    public static ClusterLoadAssignment Endpoints(string name, string address)
    {
        var host = new LbEndpoint { Endpoint = new Endpoint { Address = SocketAt(address, 80) } };
        return new ClusterLoadAssignment { ClusterName = name, Endpoints = { new LocalityLbEndpoints { LbEndpoints = { host } } } };
    }

    public static Address SocketAt(string address, uint port) =>
        new() { SocketAddress = new SocketAddress { Address = address, PortValue = port } };

    public static Listener HttpListener(string name, params FilterChain[] chains) =>
        new() { Name = name, Address = SocketAt("0.0.0.0", 80), FilterChains = { chains } };

    public static FilterChain HttpChain(string name, string routes, params HttpFilter[] filters)
    {
        var manager = new HttpConnectionManager
        {
            StatPrefix = "x",
            Rds = new Rds { RouteConfigName = routes },
            HttpFilters = { filters },
        };
        manager.HttpFilters.Add(new HttpFilter { Name = "router", TypedConfig = Any.Pack(new Router()) });
        return new FilterChain { Name = name, Filters = { new Filter { Name = "hcm", TypedConfig = Any.Pack(manager) } } };
    }
}
