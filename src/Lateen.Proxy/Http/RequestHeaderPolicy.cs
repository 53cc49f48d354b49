namespace Lateen.Proxy.Http;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Engine.Transport;
using Lateen.Proxy.Config;

/// <summary>
/// What a connection manager does to request headers before routing: who the client is, what may be trusted, the request id
/// (Envoy's HTTP header manipulation and sanitizing).
/// </summary>
internal sealed class RequestHeaderPolicy(HttpConnectionManagerConfig config)
{
    // Honoured from inside only; removed from every request that did not come from there.
    private static readonly byte[][] InternalHeaders =
    [
        .. new[]
        {
            "x-envoy-expected-rq-timeout-ms", "x-envoy-external-address", "x-envoy-force-trace", "x-envoy-internal",
                "x-envoy-ip-tags",
            "x-envoy-max-retries", "x-envoy-retry-on", "x-envoy-retry-grpc-on", "x-envoy-retriable-header-names",
            "x-envoy-retriable-status-codes", "x-envoy-upstream-alt-stat-name", "x-envoy-upstream-rq-timeout-ms",
            "x-envoy-upstream-rq-per-try-timeout-ms", "x-envoy-upstream-rq-timeout-alt-response",
                "x-envoy-hedge-on-per-try-timeout",
            "x-envoy-is-timeout-retry",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    // Removed where strangers come in only: behind a sidecar the application may see how often the caller's sidecar tried.
    private static readonly byte[][] EdgeHeaders =
    [
        .. new[]
        {
            "x-envoy-decorator-operation", "x-envoy-downstream-service-cluster", "x-envoy-downstream-service-node",
            "x-envoy-original-path", "x-envoy-attempt-count",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    private const int MaxForwardedForBytes = 960;
    private const int MaxAddressBytes = 64;

    private readonly AddressPrefix[] _internal = [.. config.InternalAddresses];
    private readonly bool _peerIsClient = config.UseRemoteAddress && config.XffNumTrustedHops == 0 && !config.SkipXffAppend;
    private readonly byte[] _via = Encoding.ASCII.GetBytes(config.Via);

    /// <summary>Returns whether x-envoy-* settings of this request may be followed.</summary>
    public bool Apply(HeaderMap request, ConnectionInfo connection, StreamInfo info, LoopRandom random)
    {
        if (_peerIsClient && !request.Contains("x-forwarded-for"u8) && !request.Contains("x-forwarded-proto"u8))
        {
            return ApplyToPeer(request, connection, random);
        }

        SocketAddress client = connection.RemoteAddress;
        bool isInternal;
        if (config.UseRemoteAddress)
        {
            if (config.XffNumTrustedHops > 0)
            {
                TryForwarded(request, config.XffNumTrustedHops - 1, ref client, out _);
            }

            AppendForwardedFor(request, connection.RemoteText);
            isInternal = IsInternal(client);
        }
        else
        {
            bool single = TryForwarded(request, config.XffNumTrustedHops, ref client, out bool only) && only;
            isInternal = single && IsInternal(client);
        }

        info.DownstreamRemoteAddress = client;
        SetForwardedProto(request, connection.IsTls);
        ClientCertificateHeader.Apply(request, connection.Tls, config);
        Sanitize(request, isInternal, connection, client);
        Finish(request, isInternal, random);
        return isInternal;
    }

    // The peer is the client, and nobody says otherwise: what the request is told does not depend on it.
    private bool ApplyToPeer(HeaderMap request, ConnectionInfo connection, LoopRandom random)
    {
        bool isInternal = IsInternal(connection.RemoteAddress);
        ClientCertificateHeader.Apply(request, connection.Tls, config);
        if (isInternal)
        {
            request.Remove("x-envoy-internal"u8);
        }
        else
        {
            RemoveListed(request);
        }

        request.AddAll(connection.Forwarded ??= Forwarded(connection, isInternal));
        Finish(request, isInternal, random);
        return isInternal;
    }

    private static HeaderBlock Forwarded(ConnectionInfo connection, bool isInternal)
    {
        string client = Encoding.ASCII.GetString(connection.RemoteText);
        return new HeaderBlock(
            ("x-forwarded-for", client),
            ("x-forwarded-proto", connection.IsTls ? "https" : "http"),
            isInternal ? ("x-envoy-internal", "true") : ("x-envoy-external-address", client));
    }

    private void Finish(HeaderMap request, bool isInternal, LoopRandom random)
    {
        SetRequestId(request, config.UseRemoteAddress && !isInternal, random);
        if (_via.Length > 0)
        {
            request.Add("via"u8, _via);
        }
    }

    private void AppendForwardedFor(HeaderMap request, ReadOnlySpan<byte> peer)
    {
        if (config.SkipXffAppend)
        {
            return;
        }

        if (!request.TryGet("x-forwarded-for"u8, out ReadOnlySpan<byte> earlier))
        {
            request.AddOwn("x-forwarded-for"u8, peer);
        }
        else if (earlier.Length < MaxForwardedForBytes)
        {
            AppendTo(earlier, request, peer);
        }
        else
        {
            request.SetOwn("x-forwarded-for"u8, peer);
        }
    }

    private static void AppendTo(ReadOnlySpan<byte> earlier, HeaderMap request, ReadOnlySpan<byte> peer)
    {
        Span<byte> text = stackalloc byte[MaxForwardedForBytes + MaxAddressBytes];
        earlier.CopyTo(text);
        int length = earlier.Length;
        text[length++] = (byte)',';
        peer.CopyTo(text[length..]);
        length += peer.Length;
        request.Set("x-forwarded-for"u8, text[..length]);
    }

    // The address that is skip places from the right.
    private static bool TryForwarded(HeaderMap request, int skip, ref SocketAddress client, out bool only)
    {
        only = false;
        if (!request.TryGet("x-forwarded-for"u8, out ReadOnlySpan<byte> list))
        {
            return false;
        }

        only = !list.Contains((byte)',');
        for (; skip > 0; skip--)
        {
            int comma = list.LastIndexOf((byte)',');
            if (comma < 0)
            {
                return false;
            }

            list = list[..comma];
        }

        ReadOnlySpan<byte> last = list[(list.LastIndexOf((byte)',') + 1)..].Trim((byte)' ');
        if (!AddressText.TryParse(last, out SocketAddress parsed))
        {
            return false;
        }

        client = parsed;
        return true;
    }

    private void SetForwardedProto(HeaderMap request, bool isTls)
    {
        // Behind trusted hops, or without use_remote_address, what the hop said stays.
        bool mayKeep = !config.UseRemoteAddress || config.XffNumTrustedHops > 0;
        if (!mayKeep || !request.Contains("x-forwarded-proto"u8))
        {
            request.SetOwn("x-forwarded-proto"u8, isTls ? "https"u8 : "http"u8);
        }
    }

    private void Sanitize(HeaderMap request, bool isInternal, ConnectionInfo connection, in SocketAddress client)
    {
        if (isInternal)
        {
            request.SetOwn("x-envoy-internal"u8, "true"u8);
            return;
        }

        RemoveListed(request);
        if (config.UseRemoteAddress)
        {
            AddExternalAddress(request, connection, client);
        }
    }

    private void RemoveListed(HeaderMap request)
    {
        bool edge = config.UseRemoteAddress;
        ReadOnlySpan<byte> prefix = "x-envoy-"u8;
        for (int i = request.LastIndexOfPrefix(prefix, request.Count); i >= 0; i = request.LastIndexOfPrefix(prefix, i))
        {
            ReadOnlySpan<byte> name = request.NameAt(i);
            if (IsListed(name, InternalHeaders) || (edge && IsListed(name, EdgeHeaders)))
            {
                request.RemoveAt(i);
            }
        }
    }

    // What the request brought of it has just been removed.
    private static void AddExternalAddress(HeaderMap request, ConnectionInfo connection, in SocketAddress client)
    {
        if (client == connection.RemoteAddress)
        {
            request.AddOwn("x-envoy-external-address"u8, connection.RemoteText);
            return;
        }

        Span<byte> text = stackalloc byte[MaxAddressBytes];
        request.AddOwn("x-envoy-external-address"u8, text[..client.Format(text, withPort: false)]);
    }

    private static bool IsListed(ReadOnlySpan<byte> name, byte[][] list)
    {
        foreach (byte[] one in list)
        {
            if (name.SequenceEqual(one))
            {
                return true;
            }
        }

        return false;
    }

    private void SetRequestId(HeaderMap request, bool edge, LoopRandom random)
    {
        if (!config.GenerateRequestId)
        {
            return;
        }

        bool exists = request.Contains("x-request-id"u8);
        if (exists && (!edge || config.PreserveExternalRequestId))
        {
            return;
        }

        Span<byte> id = stackalloc byte[RequestId.Length];
        RequestId.Write(random, id);
        request.SetOwn("x-request-id"u8, id);
    }

    private bool IsInternal(in SocketAddress address)
    {
        foreach (AddressPrefix prefix in _internal)
        {
            if (prefix.Contains(address))
            {
                return true;
            }
        }

        return false;
    }
}
