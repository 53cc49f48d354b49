namespace Lateen.Control.Translation.Grpc;

using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Http.Fault.V3;
using Envoy.Extensions.Filters.Http.Router.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

/// <summary>An API listener: no address, only how calls to a target are treated (gRFC A27).</summary>
internal static class GrpcListener
{
    public const string FaultFilter = "envoy.filters.http.fault";

    public static Listener Translate(GrpcListenerInputs inputs)
    {
        HttpConnectionManager manager = new()
        {
            Rds = new Rds { ConfigSource = AdsSource.Create(), RouteConfigName = inputs.RouteName },
        };
        // A client refuses filters it does not know, and a chain that does not end with the router.
        manager.HttpFilters.Add(Filter(FaultFilter, new HTTPFault()));
        manager.HttpFilters.Add(Filter("envoy.filters.http.router", new Router()));
        return new Listener { Name = inputs.Target, ApiListener = new ApiListener { ApiListener_ = Any.Pack(manager) } };
    }

    private static HttpFilter Filter(string name, IMessage config) => new() { Name = name, TypedConfig = Any.Pack(config) };
}
