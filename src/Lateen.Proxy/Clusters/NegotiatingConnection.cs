namespace Lateen.Proxy.Clusters;

using Lateen.Engine.Transport;

/// <summary>A connection on its way whose HTTP version TLS's ALPN decides; without an answer it is HTTP/1.1.</summary>
internal sealed class NegotiatingConnection(HttpPool pool) : ConnectionHandler
{
    public override void OnConnected(Connection connection)
    {
        UpstreamConnection chosen = connection.Tls?.ApplicationProtocol is "h2"
            ? new Http2UpstreamConnection(pool, connection)
            : new Http1UpstreamConnection(pool, connection);
        pool.OnConnected(chosen);
    }

    public override void OnConnectFailed(Connection connection, ConnectFailure failure) =>
        pool.OnConnectFailed(failure, connection.TransportFailureReason);

    // The next handler stands before anything else can arrive.
    public override int OnData(Connection connection, ReadOnlySpan<byte> data) => 0;

    public override void OnEndOfStream(Connection connection)
    {
    }

    public override void OnClosed(Connection connection, CloseReason reason)
    {
    }
}
