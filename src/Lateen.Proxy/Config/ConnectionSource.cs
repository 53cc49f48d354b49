namespace Lateen.Proxy.Config;

/// <summary>Where a connection comes from, as far as a filter chain cares.</summary>
public enum ConnectionSource : byte
{
    Any,
    SameIpOrLoopback,
    External,
}
