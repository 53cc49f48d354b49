namespace Lateen.Proxy.Config;

/// <summary>Where a cluster's hosts come from.</summary>
public enum ClusterType : byte
{
    Static,
    Eds,
    StrictDns,
    LogicalDns,
    OriginalDst,

    /// <summary>Hosts are the names that requests carry.</summary>
    DynamicForward,
}
