namespace Lateen.Proxy.Config;

/// <summary>What the control plane says of a host; unknown counts as healthy, as in Envoy.</summary>
public enum HostHealth : byte
{
    Unknown,
    Healthy,
    Unhealthy,
    Draining,
    Timeout,
    Degraded,
}
