namespace Lateen.Control.GatewayApi;

/// <summary>Names of the kinds.</summary>
internal static class RouteKinds
{
    public const string Http = "HTTPRoute";
    public const string Grpc = "GRPCRoute";
    public const string Tcp = "TCPRoute";
    public const string Tls = "TLSRoute";

    /// <summary>Kinds of routes that fit a listener's protocol.</summary>
    public static IReadOnlyList<string> Of(string protocol) => protocol switch
    {
        "HTTP" => [Http, Grpc],
        "TLS" => [Tls],
        "TCP" => [Tcp],
        _ => [],
    };
}
