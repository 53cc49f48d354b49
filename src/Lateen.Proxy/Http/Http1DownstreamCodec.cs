namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Transport;

/// <summary>HTTP/1.0 and 1.1 towards a client.</summary>
internal sealed class Http1DownstreamCodec(HttpServerCallbacks callbacks, Http1Options options) : DownstreamCodec
{
    private readonly Http1ServerCodec _codec = new(callbacks, options);

    public override HttpProtocol Protocol => _codec.RequestIsHttp10 ? HttpProtocol.Http10 : HttpProtocol.Http11;

    public override void Attach(Connection connection) => _codec.Attach(connection);

    /// <summary>
    /// An idle connection is left open for now: closing it could cross a request that is on its way; the drain time ends it.
    /// </summary>
    public override void Drain()
    {
    }

    public override void TimeOutHead() => _codec.TimeOutHead();

    public override void Close(CloseMode mode) => _codec.Close(mode);
}
