namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Loop;

/// <summary>One worker's HTTP connections to one host.</summary>
internal sealed class HttpPool(Host host, EventLoop loop)
{
    public Host Host { get; } = host;

    public EventLoop Loop { get; } = loop;
}
