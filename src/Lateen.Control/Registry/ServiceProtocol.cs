namespace Lateen.Control.Registry;

/// <summary>What a service port speaks. Auto means that nobody said, so the proxy looks at the first bytes.</summary>
public enum ServiceProtocol
{
    Auto,
    Http,
    Http2,
    Grpc,
    GrpcWeb,
    Https,
    Tls,
    Tcp,
    Mongo,
    MySql,
    Redis,
    Udp,
}
