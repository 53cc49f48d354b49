namespace Lateen.Proxy.Config;

/// <summary>Which way a listener's traffic goes, seen from the workload.</summary>
public enum TrafficDirection : byte
{
    Unspecified,
    Inbound,
    Outbound,
}
