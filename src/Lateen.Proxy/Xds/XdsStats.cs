namespace Lateen.Proxy.Xds;

using Lateen.Proxy.Stats;

/// <summary>Envoy's control_plane, cluster_manager.cds and listener_manager.lds statistics.</summary>
internal sealed class XdsStats(StatsStore store)
{
    public Gauge Connected { get; } = store.Gauge("control_plane.connected_state");

    public Counter ConnectFailures { get; } = store.Counter("control_plane.connect_failures");

    public Counter CdsSuccess { get; } = store.Counter("cluster_manager.cds.update_success");

    public Counter CdsRejected { get; } = store.Counter("cluster_manager.cds.update_rejected");

    public Counter LdsSuccess { get; } = store.Counter("listener_manager.lds.update_success");

    public Counter LdsRejected { get; } = store.Counter("listener_manager.lds.update_rejected");

    public Counter EdsSuccess { get; } = store.Counter("cluster_manager.eds.update_success");

    public Counter EdsRejected { get; } = store.Counter("cluster_manager.eds.update_rejected");

    public Counter RdsSuccess { get; } = store.Counter("listener_manager.rds.update_success");

    public Counter RdsRejected { get; } = store.Counter("listener_manager.rds.update_rejected");

    public Gauge WarmingClusters { get; } = store.Gauge("cluster_manager.warming_clusters");

    public Gauge WarmingListeners { get; } = store.Gauge("listener_manager.total_listeners_warming");

    public Counter SdsSuccess { get; } = store.Counter("secret_manager.sds.update_success");

    public Counter SdsRejected { get; } = store.Counter("secret_manager.sds.update_rejected");

    public Counter EcdsSuccess { get; } = store.Counter("extension_config_discovery.update_success");

    public Counter EcdsRejected { get; } = store.Counter("extension_config_discovery.update_rejected");

    public Counter Warnings { get; } = store.Counter("control_plane.config_warnings");

    public void CountUpdate(string typeUrl, bool rejected)
    {
        Counter? counter = (typeUrl, rejected) switch
        {
            (TypeUrls.Cluster, false) => CdsSuccess,
            (TypeUrls.Cluster, true) => CdsRejected,
            (TypeUrls.Listener, false) => LdsSuccess,
            (TypeUrls.Listener, true) => LdsRejected,
            (TypeUrls.Endpoints, false) => EdsSuccess,
            (TypeUrls.Endpoints, true) => EdsRejected,
            (TypeUrls.Route, false) => RdsSuccess,
            (TypeUrls.Route, true) => RdsRejected,
            (TypeUrls.Secret, false) => SdsSuccess,
            (TypeUrls.Secret, true) => SdsRejected,
            (TypeUrls.Extension, false) => EcdsSuccess,
            (TypeUrls.Extension, true) => EcdsRejected,
            _ => null,
        };
        counter?.Increment();
    }
}
