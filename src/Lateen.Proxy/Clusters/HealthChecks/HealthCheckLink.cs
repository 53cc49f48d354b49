namespace Lateen.Proxy.Clusters.HealthChecks;

using Lateen.Engine.Http;
using Lateen.Engine.Http1;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>The connection of one host's health checks, apart from the pools of ordinary traffic.</summary>
internal sealed class HealthCheckLink(ResponseDecoder answer) : Http1ClientCallbacks
{
    private static readonly Http1Options Options = new();

    private Http1ClientCodec? _codec;
    private RequestEncoder? _stream;

    /// <summary>On the last check's connection if it may serve again, else on a new one.</summary>
    public RequestEncoder NewStream(EventLoop loop, in SocketAddress target, in ConnectOptions options)
    {
        if (_codec is not { IsReusable: true })
        {
            Abandon();
            _codec = Http1ClientCodec.Connect(loop, target, options, this, Options);
        }

        _stream = _codec.NewStream(answer);
        return _stream;
    }

    /// <summary>The answer is complete or will not come.</summary>
    public void EndStream(bool reuse)
    {
        _stream = null;
        if (!reuse)
        {
            Abandon();
        }
    }

    /// <summary>Nothing more is heard of the stream under way, and the connection closes.</summary>
    public void Abandon()
    {
        Http1ClientCodec? codec = _codec;
        _codec = null;
        _stream?.Reset(StreamResetReason.LocalReset);
        _stream = null;
        codec?.Close(CloseMode.NoFlush);
    }

    public override void OnConnected(Http1ClientCodec codec)
    {
    }

    public override void OnConnectFailed(Http1ClientCodec codec, ConnectFailure failure)
    {
    }

    public override void OnIdle(Http1ClientCodec codec)
    {
    }

    public override void OnClosed(Http1ClientCodec codec, CloseReason reason)
    {
    }
}
