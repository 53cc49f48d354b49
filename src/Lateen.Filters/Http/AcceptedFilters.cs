namespace Lateen.Filters.Http;

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

    // Metadata of TCP peers travels inside TLS only (ALPN istio-peer-exchange); in plaintext there is nothing to exchange.
    public static NetworkFilterFactory? ReadTcpMetadataExchange(string name, Any any, string path, ReadContext context)
    {
        context.TryUnpack(any, path, Istio.Tcp.MetadataExchange.Parser, out Istio.Tcp.MetadataExchange _);
        return null;
    }
}
