namespace Lateen.Filters.Http.Fault;

using Lateen.Proxy.Config;

/// <summary>Which share of requests is delayed and which is aborted; on the listener or on a route.</summary>
internal sealed record FaultConfig
{
    public static FaultConfig None { get; } = new();

    public TimeSpan Delay { get; init; }

    public FractionalShare DelayShare { get; init; } = FractionalShare.Never;

    public int AbortStatus { get; init; }

    /// <summary>The gRPC status of the answer to a gRPC request; below 0 it follows from the HTTP status.</summary>
    public int AbortGrpcStatus { get; init; } = -1;

    public FractionalShare AbortShare { get; init; } = FractionalShare.Never;

    /// <summary>Only requests with these headers; empty means all.</summary>
    public IReadOnlyList<HeaderMatcher> Headers { get; init; } = [];

    /// <summary>Only requests to this cluster; empty means all.</summary>
    public string UpstreamCluster { get; init; } = "";

    public long MaxActiveFaults { get; init; } = long.MaxValue;
}
