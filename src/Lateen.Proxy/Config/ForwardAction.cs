namespace Lateen.Proxy.Config;

/// <summary>Sends the request to a cluster.</summary>
public sealed record ForwardAction : RouteAction
{
    /// <summary>One or more; weights are relative. Empty when <see cref="ClusterHeader"/> names the cluster.</summary>
    public IReadOnlyList<WeightedCluster> Clusters { get; init; } = [];

    /// <summary>What hosts must have when <see cref="ClusterHeader"/> names the cluster.</summary>
    public SubsetCriteria? Subset { get; init; }

    public string ClusterHeader { get; init; } = "";

    /// <summary>
    /// Until the response is complete, retries included; zero means none (RouteAction.timeout, 15 s when absent).
    /// </summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Overrides the connection manager's stream idle timeout.</summary>
    public TimeSpan? IdleTimeout { get; init; }

    public TimeSpan? MaxStreamDuration { get; init; }

    /// <summary>Calls of gRPC are given the time of their grpc-timeout, at most this (zero: any); null leaves them <see cref="Timeout"/>.</summary>
    public TimeSpan? MaxGrpcTimeout { get; init; }

    /// <summary>Taken off the client's deadline, so that our answer comes before it gives up.</summary>
    public TimeSpan GrpcTimeoutOffset { get; init; }

    /// <summary>As <see cref="MaxGrpcTimeout"/>, for the duration of the stream (max_stream_duration.grpc_timeout_header_max).</summary>
    public TimeSpan? GrpcTimeoutHeaderMax { get; init; }

    public TimeSpan GrpcTimeoutHeaderOffset { get; init; }

    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>Empty leaves the authority alone, here and in the next two.</summary>
    public string HostRewriteLiteral { get; init; } = "";

    public string HostRewriteHeader { get; init; } = "";

    /// <summary>The authority becomes what this makes of the path.</summary>
    public RegexPattern? HostRewriteRegex { get; init; }

    /// <summary>In .NET syntax ($1).</summary>
    public string HostRewriteSubstitution { get; init; } = "";

    /// <summary>The authority becomes the host name of the picked upstream host.</summary>
    public bool AutoHostRewrite { get; init; }

    /// <summary>Move the old authority into x-forwarded-host.</summary>
    public bool AppendXForwardedHost { get; init; }

    /// <summary>Replaces the matched prefix or path; null leaves it.</summary>
    public string? PrefixRewrite { get; init; }

    public RegexPattern? RewriteRegex { get; init; }

    /// <summary>In .NET syntax ($1).</summary>
    public string RewriteSubstitution { get; init; } = "";

    /// <summary>Upgrade types switched on or off for this route only, lower case.</summary>
    public IReadOnlyDictionary<string, bool> Upgrades { get; init; } =
        System.Collections.Frozen.FrozenDictionary<string, bool>.Empty;

    /// <summary>CONNECT ends here: the host gets the tunnel's bytes as plain TCP (connect_config).</summary>
    public bool TerminatesConnect { get; init; }

    /// <summary>Answer when the cluster is unknown.</summary>
    public int ClusterNotFoundStatus { get; init; } = 503;

    public bool HighPriority { get; init; }

    /// <summary>Takes the place of the virtual host's and the table's when there are any.</summary>
    public IReadOnlyList<MirrorPolicy> Mirrors { get; init; } = [];

    public IReadOnlyList<HashPolicy> HashPolicies { get; init; } = [];
}
