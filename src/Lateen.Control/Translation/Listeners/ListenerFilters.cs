namespace Lateen.Control.Translation.Listeners;

using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.HttpInspector.V3;
using Envoy.Extensions.Filters.Listener.OriginalDst.V3;
using Envoy.Extensions.Filters.Listener.TlsInspector.V3;
using Google.Protobuf.WellKnownTypes;

/// <summary>What looks at a connection before its filter chain is chosen.</summary>
internal static class ListenerFilters
{
    /// <summary>What the HTTP inspector reports for plain HTTP; a chain that asks for these takes HTTP only.</summary>
    public static readonly string[] PlainHttp = ["http/1.0", "http/1.1", "h2c"];

    public static ListenerFilter OriginalDestination() => new()
    {
        Name = "envoy.filters.listener.original_dst",
        TypedConfig = Any.Pack(new OriginalDst()),
    };

    /// <summary>Reads the server name that a TLS client asks for.</summary>
    public static void InspectTls(Listener listener)
    {
        listener.ListenerFilters.Add(new ListenerFilter
        {
            Name = "envoy.filters.listener.tls_inspector",
            TypedConfig = Any.Pack(new TlsInspector()),
        });
        WaitForBytes(listener);
    }

    public static void InspectHttp(Listener listener)
    {
        listener.ListenerFilters.Add(new ListenerFilter
        {
            Name = "envoy.filters.listener.http_inspector",
            TypedConfig = Any.Pack(new HttpInspector()),
        });
        WaitForBytes(listener);
    }

    // No time limit on the first byte (Istio): an idle client connection is not an error.
    private static void WaitForBytes(Listener listener)
    {
        listener.ListenerFiltersTimeout = new Duration();
        listener.ContinueOnListenerFiltersTimeout = true;
    }
}
