namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Transport;

/// <summary>HTTP/2 towards a client.</summary>
internal sealed class Http2DownstreamCodec(HttpServerCallbacks callbacks, Http2Options options, Http2Stats stats) : DownstreamCodec
{
    private readonly Http2ServerCodec _codec = new(callbacks, options, stats);

    public override HttpProtocol Protocol => HttpProtocol.Http2;

    public override void Attach(Connection connection) => _codec.Attach(connection);

    public override void Drain() => _codec.Drain();

    public override void Close(CloseMode mode) => _codec.Close(mode);
}
