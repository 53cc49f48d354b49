namespace Lateen.Proxy.Clusters.HealthChecks;

using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>Health checks over HTTP/1.1. What becomes of a check is heard by its stream; the connection has nothing to add.</summary>
internal sealed class Http1HealthCheckLink(ResponseDecoder answer) : HealthCheckLink
{
    private static readonly Callbacks Silent = new();
    private static readonly Http1Options Options = new();

    private Http1ClientCodec? _codec;

    protected override RequestEncoder Open(EventLoop loop, in SocketAddress target, in ConnectOptions options)
    {
        if (_codec is not { IsReusable: true })
        {
            Close();
            _codec = Http1ClientCodec.Connect(loop, target, options, Silent, Options);
        }

        return _codec.NewStream(answer);
    }

    protected override void Close()
    {
        Http1ClientCodec? codec = _codec;
        _codec = null;
        codec?.Close(CloseMode.NoFlush);
    }

    private sealed class Callbacks : Http1ClientCallbacks;
}
