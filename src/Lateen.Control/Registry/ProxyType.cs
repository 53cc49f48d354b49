namespace Lateen.Control.Registry;

/// <summary>What a proxy is for: beside a workload, or at the edge.</summary>
public enum ProxyType
{
    Sidecar,
    Router,
}
