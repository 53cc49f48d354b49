namespace Lateen.Proxy.Config;

/// <summary>A call of grpc.health.v1.Health/Check.</summary>
public sealed record GrpcHealthCheckConfig
{
    /// <summary>Empty asks about the server as a whole.</summary>
    public string ServiceName { get; init; } = "";

    public string Authority { get; init; } = "";

    public HeaderMutations InitialMetadata { get; init; } = HeaderMutations.None;
}
