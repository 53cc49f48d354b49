namespace Lateen.Proxy.Config;

/// <summary>How a host is picked.</summary>
public enum LbPolicy : byte
{
    RoundRobin,
    LeastRequest,
    Random,
    RingHash,
    Maglev,

    /// <summary>The host is the connection's destination; only with <see cref="ClusterType.OriginalDst"/>.</summary>
    ClusterProvided,
}
