namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Transport;

/// <summary>Opens the kind of connection that a pool wants.</summary>
internal static class UpstreamConnectionFactory
{
    /// <summary>The outcome arrives at the pool.</summary>
    public static void Open(HttpPool pool, in ConnectOptions options) => _ = new Http1UpstreamConnection(pool, options);
}
