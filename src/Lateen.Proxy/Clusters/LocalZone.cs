namespace Lateen.Proxy.Clusters;

using Lateen.Proxy.Config;

/// <summary>Where this proxy runs, and the cluster of the proxies that share its work (local_cluster_name).</summary>
internal sealed class LocalZone(HostLocality locality)
{
    private volatile Cluster? _cluster;

    public HostLocality Locality { get; } = locality;

    /// <summary>Null when none is named or it is not there yet.</summary>
    public Cluster? Cluster
    {
        get => _cluster;
        set => _cluster = value;
    }
}
