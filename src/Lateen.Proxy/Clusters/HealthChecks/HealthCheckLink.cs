namespace Lateen.Proxy.Clusters.HealthChecks;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;

/// <summary>The connection of one host's health checks, apart from the pools of ordinary traffic.</summary>
internal abstract class HealthCheckLink
{
    private RequestEncoder? _stream;

    public static HealthCheckLink Create(ResponseDecoder answer, bool http2) =>
        http2 ? new Http2HealthCheckLink(answer) : new Http1HealthCheckLink(answer);

    /// <summary>On the last check's connection if it may serve again, else on a new one.</summary>
    public RequestEncoder NewStream(EventLoop loop, in SocketAddress target, in ConnectOptions options)
    {
        _stream = Open(loop, target, options);
        return _stream;
    }

    /// <summary>The answer is complete or will not come.</summary>
    public void EndStream(bool reuse)
    {
        _stream = null;
        if (!reuse)
        {
            Close();
        }
    }

    /// <summary>Nothing more is heard of the stream under way, and the connection closes.</summary>
    public void Abandon()
    {
        RequestEncoder? stream = _stream;
        _stream = null;
        stream?.Reset(StreamResetReason.LocalReset);
        Close();
    }

    protected abstract RequestEncoder Open(EventLoop loop, in SocketAddress target, in ConnectOptions options);

    protected abstract void Close();
}
