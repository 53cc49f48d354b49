namespace Lateen.Filters.Http;

using Envoy.Extensions.Filters.Http.Cors.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Http;
using Lateen.Proxy.Network;
using Lateen.Proxy.Xds.Reading;

/// <summary>Filters of Istio's standard chains whose configuration is checked and which have nothing to do here.</summary>
internal static class AcceptedFilters
{
    // It picks the ALPN of upstream TLS; sidecars speak plaintext to each other so far.
    public static HttpFilterFactory? ReadAlpn(string name, Any any, string path, ReadContext context)
    {
        context.TryUnpack(any, path, Istio.Alpn.V2Alpha1.FilterConfig.Parser, out Istio.Alpn.V2Alpha1.FilterConfig _);
        return null;
    }

    // The filter itself does nothing without a policy on a route, and such a policy is refused below.
    public static HttpFilterFactory? ReadCors(string name, Any any, string path, ReadContext context)
    {
        context.TryUnpack(any, path, Cors.Parser, out Cors _);
        return null;
    }

    public static object? ReadCorsPolicy(Any any, string path, ReadContext context)
    {
        context.Error(path, "CORS policies are not supported yet");
        return null;
    }

    // Metadata of TCP peers travels inside TLS only (ALPN istio-peer-exchange); in plaintext there is nothing to exchange.
    public static NetworkFilterFactory? ReadTcpMetadataExchange(string name, Any any, string path, ReadContext context)
    {
        context.TryUnpack(any, path, Istio.Tcp.MetadataExchange.Parser, out Istio.Tcp.MetadataExchange _);
        return null;
    }
}
