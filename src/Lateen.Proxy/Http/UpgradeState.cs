namespace Lateen.Proxy.Http;

using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Proxy.Routing;

/// <summary>Whether a stream is to leave HTTP for another protocol or a tunnel, and how far that has come.</summary>
internal struct UpgradeState
{
    /// <summary>The client asks for another protocol, or for a tunnel.</summary>
    public bool IsAsked { get; private set; }

    /// <summary>CONNECT: the client asks for a tunnel.</summary>
    public bool IsConnect { get; private set; }

    /// <summary>Bytes pass both ways, and each direction ends on its own (RFC 9110 section 9.3.6).</summary>
    public bool IsTunnel { get; private set; }

    /// <summary>What a client of HTTP/2 sends before it was agreed with belongs to nobody yet: it waits.</summary>
    public bool IsAwaited { get; private set; }

    /// <summary>Looks at the request as it came.</summary>
    public void Begin(HeaderMap request, HttpProtocol protocol, LoopRandom random)
    {
        bool http2 = protocol is HttpProtocol.Http2;
        IsAwaited = http2 && UpgradeBridge.FromHttp2(request, random);
        if (PseudoHeaders.Method(request).SequenceEqual("CONNECT"u8))
        {
            IsConnect = IsAsked = true;
            IsAwaited |= http2;
        }
    }

    /// <summary>False when it may not be. A route that does not exist is told before an upgrade that is not allowed.</summary>
    public bool TryAllow(HeaderMap request, ConnectionManager manager, Route? route)
    {
        bool names = request.TryGet("upgrade"u8, out ReadOnlySpan<byte> upgrade);
        IsAsked |= names;
        return !IsAsked || (IsConnect && route is null)
            || manager.AllowsUpgrade(IsConnect ? "connect"u8 : upgrade, route?.Forward);
    }

    /// <summary>The response is about to go out.</summary>
    public void OnResponse(HeaderMap response, int status, bool endStream)
    {
        if (!IsAsked)
        {
            return;
        }

        IsTunnel = !endStream && (IsConnect ? status is >= 200 and < 300 : status == 101);
        if (IsAwaited && status == 101)
        {
            UpgradeBridge.AcceptTowardsHttp2(response);
        }
    }

    /// <summary>The answer is out: the client goes on. True when it waited.</summary>
    public bool EndWait()
    {
        bool waited = IsAwaited;
        IsAwaited = false;
        return waited;
    }
}
