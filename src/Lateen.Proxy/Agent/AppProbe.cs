namespace Lateen.Proxy.Agent;

/// <summary>One rewritten probe: an HTTP request, a gRPC health check, or a TCP connect when there is no URL.</summary>
public sealed record AppProbe
{
    public Uri? Url { get; init; }

    /// <summary>The service to ask the gRPC health protocol about ("" asks for the whole server); null for other probes.</summary>
    public string? GrpcService { get; init; }

    public string TcpHost { get; init; } = "localhost";

    public int TcpPort { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);
}
