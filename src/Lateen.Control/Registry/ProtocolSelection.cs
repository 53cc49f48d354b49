namespace Lateen.Control.Registry;

/// <summary>Istio's protocol selection: appProtocol, else the port's name up to the first dash, else sniffing.</summary>
public static class ProtocolSelection
{
    // SMTP, DNS, MySQL and MongoDB: the server speaks first, so waiting for the client's bytes would hang.
    private static readonly int[] NeverSniffed = [25, 53, 3306, 27017];

    public static ServiceProtocol Select(int port, string? portName, string? appProtocol, string? transport = null)
    {
        if (string.Equals(transport, "UDP", StringComparison.OrdinalIgnoreCase))
        {
            return ServiceProtocol.Udp;
        }

        if (!string.IsNullOrEmpty(appProtocol))
        {
            return FromAppProtocol(appProtocol) ?? Fallback(port);
        }

        return FromName(portName ?? "") ?? Fallback(port);
    }

    /// <summary>The protocol a service entry names; an empty one is detected. Null for a word that means none.</summary>
    public static ServiceProtocol? Parse(int port, string protocol) =>
        protocol.Length == 0 ? Fallback(port) : FromWord(protocol.ToLowerInvariant());

    public static bool IsHttp(this ServiceProtocol protocol) =>
        protocol is ServiceProtocol.Http or ServiceProtocol.Http2 or ServiceProtocol.Grpc or ServiceProtocol.GrpcWeb;

    // Behind a gRPC-Web port is a gRPC server: the filter makes gRPC of what browsers send.
    public static bool IsHttp2(this ServiceProtocol protocol) =>
        protocol is ServiceProtocol.Http2 or ServiceProtocol.Grpc or ServiceProtocol.GrpcWeb;

    public static bool IsTcp(this ServiceProtocol protocol) =>
        protocol is not (ServiceProtocol.Auto or ServiceProtocol.Udp) && !protocol.IsHttp();

    private static ServiceProtocol? FromAppProtocol(string value) => value.ToLowerInvariant() switch
    {
        "kubernetes.io/h2c" => ServiceProtocol.Http2,
        "kubernetes.io/ws" => ServiceProtocol.Http,
        "kubernetes.io/wss" => ServiceProtocol.Https,
        var name => FromWord(name),
    };

    private static ServiceProtocol? FromName(string name)
    {
        string lower = name.ToLowerInvariant();
        if (lower == "grpc-web" || lower.StartsWith("grpc-web-", StringComparison.Ordinal))
        {
            return ServiceProtocol.GrpcWeb;
        }

        int dash = lower.IndexOf('-', StringComparison.Ordinal);
        return FromWord(dash < 0 ? lower : lower[..dash]);
    }

    private static ServiceProtocol? FromWord(string word) => word switch
    {
        "http" => ServiceProtocol.Http,
        "http2" => ServiceProtocol.Http2,
        "grpc" => ServiceProtocol.Grpc,
        "grpc-web" => ServiceProtocol.GrpcWeb,
        "https" => ServiceProtocol.Https,
        "tls" => ServiceProtocol.Tls,
        "tcp" => ServiceProtocol.Tcp,
        "mongo" => ServiceProtocol.Mongo,
        "mysql" => ServiceProtocol.MySql,
        "redis" => ServiceProtocol.Redis,
        "udp" => ServiceProtocol.Udp,
        _ => null,
    };

    private static ServiceProtocol Fallback(int port) =>
        NeverSniffed.Contains(port) ? ServiceProtocol.Tcp : ServiceProtocol.Auto;
}
