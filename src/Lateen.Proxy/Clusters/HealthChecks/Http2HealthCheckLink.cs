namespace Lateen.Proxy.Clusters.HealthChecks;

using Lateen.Engine.Http;
using Lateen.Engine.Http2;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>Health checks over HTTP/2, one stream at a time. What becomes of a check is heard by its stream.</summary>
internal sealed class Http2HealthCheckLink(ResponseDecoder answer) : HealthCheckLink
{
    private static readonly Callbacks Silent = new();

    private Http2ClientCodec? _codec;

    protected override RequestEncoder Open(EventLoop loop, in SocketAddress target, in ConnectOptions options)
    {
        if (_codec is not { CanOpenStream: true })
        {
            Close();
            _codec = Http2ClientCodec.Connect(loop, target, options, Silent, Http2Options.Default);
        }

        return _codec.NewStream(answer);
    }

    protected override void Close()
    {
        Http2ClientCodec? codec = _codec;
        _codec = null;
        codec?.Close(CloseMode.NoFlush);
    }

    private sealed class Callbacks : Http2ClientCallbacks;
}
