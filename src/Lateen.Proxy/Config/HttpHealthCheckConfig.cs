namespace Lateen.Proxy.Config;

/// <summary>One HTTP request and the answer that means "well".</summary>
public sealed record HttpHealthCheckConfig
{
    public required string Path { get; init; }

    /// <summary>The authority; the host's name or the cluster's when empty.</summary>
    public string Host { get; init; } = "";

    public string Method { get; init; } = "GET";

    public bool Http2 { get; init; }

    public HeaderMutations Headers { get; init; } = HeaderMutations.None;

    /// <summary>From the first to below the second.</summary>
    public IReadOnlyList<(long Start, long End)> ExpectedStatuses { get; init; } = [(200, 201)];

    /// <summary>Failures that count towards the threshold instead of deciding at once.</summary>
    public IReadOnlyList<(long Start, long End)> RetriableStatuses { get; init; } = [];

    public byte[] Send { get; init; } = [];

    /// <summary>Pieces that the body must hold in this order.</summary>
    public IReadOnlyList<byte[]> Receive { get; init; } = [];

    /// <summary>How much of the body is searched.</summary>
    public int ResponseBufferBytes { get; init; } = 1024;

    /// <summary>What x-envoy-upstream-healthchecked-cluster must say; null asks nothing.</summary>
    public StringMatcher? ServiceName { get; init; }
}
