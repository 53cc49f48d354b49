namespace Lateen.Proxy.Config;

/// <summary>How a cluster's hosts are asked whether they are well. Exactly one of the three kinds is set; defaults are Envoy's.</summary>
public sealed record HealthCheckConfig
{
    public required TimeSpan Timeout { get; init; }

    public required TimeSpan Interval { get; init; }

    /// <summary>Up to so much is added to every interval.</summary>
    public TimeSpan IntervalJitter { get; init; }

    public uint IntervalJitterPercent { get; init; }

    /// <summary>Up to so much passes before the first check of a host.</summary>
    public TimeSpan InitialJitter { get; init; }

    public uint UnhealthyThreshold { get; init; } = 1;

    public uint HealthyThreshold { get; init; } = 1;

    /// <summary>Between checks of a cluster that was never connected to.</summary>
    public TimeSpan NoTrafficInterval { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan NoTrafficHealthyInterval { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan UnhealthyInterval { get; init; }

    /// <summary>After a failure that did not yet make the host unhealthy.</summary>
    public TimeSpan UnhealthyEdgeInterval { get; init; }

    /// <summary>After a success that did not yet make the host healthy.</summary>
    public TimeSpan HealthyEdgeInterval { get; init; }

    /// <summary>The connection of one check serves the next.</summary>
    public bool ReuseConnection { get; init; } = true;

    public HttpHealthCheckConfig? Http { get; init; }

    public TcpHealthCheckConfig? Tcp { get; init; }

    public GrpcHealthCheckConfig? Grpc { get; init; }
}
