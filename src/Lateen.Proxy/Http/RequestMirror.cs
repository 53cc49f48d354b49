namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Routing;

/// <summary>
/// Gathers the body of a request that is mirrored and sends the copies once it is whole. The request itself never waits for them.
/// </summary>
internal sealed class RequestMirror
{
    // A route without a timeout must not leave copies behind that wait for an answer for ever.
    private const long LongestMicros = 300_000_000;

    private readonly ActiveStream _stream;
    private readonly ShadowPool _pool;
    private readonly BodyBuffer _body = new();
    private RouteMirror[] _mirrors = [];
    private uint _drawn;

    public RequestMirror(ActiveStream stream, ShadowPool pool)
    {
        _stream = stream;
        _pool = pool;
    }

    /// <summary>Draws which of the policies apply to this request.</summary>
    public void Begin(RouteMirror[] mirrors)
    {
        _mirrors = mirrors;
        for (int i = 0; i < mirrors.Length; i++)
        {
            if (mirrors[i].Config.Share.Draw(_stream.Random))
            {
                _drawn |= 1u << i;
            }
        }
    }

    public void Append(ReadOnlySpan<byte> data, Cluster cluster)
    {
        if (_drawn == 0)
        {
            return;
        }

        if (_body.Length + data.Length > cluster.Config.BufferLimitBytes)
        {
            // Half a body would be another request: the copies are given up.
            cluster.Stats.RetryOrShadowAbandoned.Increment();
            Clear();
            return;
        }

        _body.Append(data);
    }

    /// <summary>The request is whole.</summary>
    public void Send(HeaderMap request, ulong? hash, long timeoutMicros)
    {
        for (int i = 0; i < _mirrors.Length && _drawn != 0; i++)
        {
            if ((_drawn & (1u << i)) != 0
                && _stream.Snapshot.Clusters.TryGetValue(_mirrors[i].Config.Cluster, out Cluster? cluster))
            {
                long timeout = timeoutMicros > 0 ? timeoutMicros : LongestMicros;
                _pool.Rent().Start(cluster, _mirrors[i], request, _body.Bytes, hash, timeout);
            }
        }

        Clear();
    }

    public void Clear()
    {
        _drawn = 0;
        _mirrors = [];
        _body.Clear();
    }
}
