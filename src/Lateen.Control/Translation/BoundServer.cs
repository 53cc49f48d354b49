namespace Lateen.Control.Translation;

using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>A gateway server as one gateway proxy serves it.</summary>
/// <param name="Gateway">The object.</param>
/// <param name="Server">Its server.</param>
/// <param name="Port">
/// The port the pod listens on: where the server's port is a port of the proxy's own Service, its target port (80 becomes 8080).
/// </param>
internal sealed record BoundServer(ConfigObject<GatewaySpec> Gateway, GatewayServer Server, int Port)
{
    public ServerKind Kind => Server.Port?.Protocol.ToUpperInvariant() switch
    {
        "HTTP" or "HTTP2" or "GRPC" or "GRPC-WEB" => ServerKind.Http,
        "TCP" or "MONGO" => ServerKind.Tcp,
        "TLS" or "HTTPS" => ServerKind.Tls,
        _ => ServerKind.None,
    };

    public bool IsHttp => Kind is ServerKind.Http;

    public bool IsGrpcWeb => string.Equals(Server.Port?.Protocol, "GRPC-WEB", StringComparison.OrdinalIgnoreCase);

    public bool RedirectsToHttps => IsHttp && Server.Tls is { HttpsRedirect: true };

    public int Number => Server.Port?.Number ?? 0;

    public string Bind => Server.Bind.Length > 0 ? Server.Bind : Sockets.AnyAddress;
}
