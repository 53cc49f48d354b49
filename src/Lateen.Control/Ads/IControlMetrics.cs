namespace Lateen.Control.Ads;

/// <summary>Port through which the control plane counts its work; the names in brackets are Istio's metrics.</summary>
public interface IControlMetrics
{
    /// <summary>[pilot_xds] Connected proxies.</summary>
    void ConnectionsChanged(int connected);

    /// <summary>[pilot_xds_pushes] One response sent.</summary>
    void Pushed(XdsType type, int resources);

    /// <summary>[pilot_total_xds_rejects] One response refused.</summary>
    void Rejected(XdsType type);

    /// <summary>[pilot_proxy_convergence_time] From the first change to the last answer of one proxy.</summary>
    void Converged(TimeSpan elapsed);

    /// <summary>[pilot_proxy_queue_time] From enqueueing to the start of a push.</summary>
    void Queued(TimeSpan elapsed);

    /// <summary>[pilot_debounce_time] From the first change to the snapshot.</summary>
    void Debounced(TimeSpan elapsed, int changes);
}
