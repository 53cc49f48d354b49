namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Transport;
using Lateen.Proxy.Config;

/// <summary>Opens the kind of connection that a pool wants.</summary>
internal static class UpstreamConnectionFactory
{
    /// <summary>The outcome arrives at the pool.</summary>
    public static void Open(HttpPool pool, in ConnectOptions options)
    {
        switch (pool.Protocol)
        {
            case UpstreamProtocol.Http2:
                _ = new Http2UpstreamConnection(pool, options);
                break;
            case UpstreamProtocol.Auto:
                pool.Loop.Connect(pool.Host.Address, options, new NegotiatingConnection(pool));
                break;
            default:
                _ = new Http1UpstreamConnection(pool, options);
                break;
        }
    }
}
