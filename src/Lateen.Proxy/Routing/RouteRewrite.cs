namespace Lateen.Proxy.Routing;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;

/// <summary>
/// Changes path and authority of a forwarded request. Only rewriting by a regular expression allocates, and x-forwarded-host of
/// an unusually long name is left out.
/// </summary>
internal sealed class RouteRewrite
{
    private readonly ForwardAction _action;
    private readonly PathMatchKind _kind;
    private readonly int _matchedLength;
    private readonly byte[] _host;
    private readonly byte[] _hostHeader;
    private readonly byte[]? _prefix;
    private readonly bool _keepsAll;

    public RouteRewrite(ForwardAction action, RouteMatch match, int matchedLength)
    {
        _action = action;
        _kind = match.PathKind;
        _matchedLength = matchedLength;
        _host = Encoding.ASCII.GetBytes(action.HostRewriteLiteral);
        _hostHeader = Encoding.ASCII.GetBytes(action.HostRewriteHeader.ToLowerInvariant());
        _prefix = action.PrefixRewrite is null ? null : Encoding.UTF8.GetBytes(action.PrefixRewrite);
        _keepsAll = !ChangesPath && _host.Length == 0 && _hostHeader.Length == 0 && action.HostRewriteRegex is null;
    }

    public bool ChangesPath => _prefix is not null || _action.RewriteRegex is not null;

    public void Apply(HeaderMap request, RouteTarget target)
    {
        if (_keepsAll && target.HostRewrite.Length == 0)
        {
            return;
        }

        RewriteHost(request, target);
        if (!ChangesPath)
        {
            return;
        }

        ReadOnlySpan<byte> old = request.GetOrEmpty(":path"u8);
        byte[] rented = System.Buffers.ArrayPool<byte>.Shared.Rent(old.Length + (_prefix?.Length ?? 0));
        old.CopyTo(rented);
        request.Set("x-envoy-original-path"u8, rented.AsSpan(0, old.Length));
        if (_prefix is not null)
        {
            ReplacePrefix(request, rented, old.Length, _prefix);
        }
        else if (_action.RewriteRegex is { } regex)
        {
            ReplaceByRegex(request, rented.AsSpan(0, old.Length), regex);
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(rented);
    }

    // An exact or regex match is replaced as a whole, a prefix match only in its prefix; the query is kept.
    private void ReplacePrefix(HeaderMap request, byte[] path, int length, byte[] prefix)
    {
        int pathEnd = path.AsSpan(0, length).IndexOf((byte)'?');
        int whole = pathEnd < 0 ? length : pathEnd;

        // A header mutation may have shortened the path since it matched.
        int matched = _kind is PathMatchKind.Exact or PathMatchKind.Regex ? whole : Math.Min(_matchedLength, whole);
        int rest = length - matched;
        Buffer.BlockCopy(path, matched, path, prefix.Length, rest);
        prefix.CopyTo(path, 0);
        request.Set(":path"u8, path.AsSpan(0, prefix.Length + rest));
    }

    private void ReplaceByRegex(HeaderMap request, ReadOnlySpan<byte> path, RegexPattern regex)
    {
        int queryAt = path.IndexOf((byte)'?');
        ReadOnlySpan<byte> query = queryAt < 0 ? default : path[queryAt..];
        string replaced = regex.Replace(queryAt < 0 ? path : path[..queryAt], _action.RewriteSubstitution);
        request.Set(":path"u8, [.. Encoding.UTF8.GetBytes(replaced.Length == 0 ? "/" : replaced), .. query]);
    }

    private void RewriteHost(HeaderMap request, RouteTarget target)
    {
        if (target.HostRewrite.Length > 0)
        {
            SetHost(request, target.HostRewrite);
        }
        else if (_host.Length > 0)
        {
            SetHost(request, _host);
        }
        else if (_hostHeader.Length > 0 && request.TryGet(_hostHeader, out ReadOnlySpan<byte> named))
        {
            Span<byte> copy = stackalloc byte[256];
            if (named.Length <= copy.Length)
            {
                named.CopyTo(copy);
                SetHost(request, copy[..named.Length]);
            }
        }
        else if (_action.HostRewriteRegex is { } regex)
        {
            ReadOnlySpan<byte> path = request.GetOrEmpty(":path"u8);
            int queryAt = path.IndexOf((byte)'?');
            SetHost(request, Encoding.ASCII.GetBytes(
                regex.Replace(queryAt < 0 ? path : path[..queryAt], _action.HostRewriteSubstitution)));
        }
    }

    /// <summary>The picked host has a name of its own (auto_host_rewrite).</summary>
    public void SetHost(HeaderMap request, string host)
    {
        Span<byte> copy = stackalloc byte[256];
        if (host.Length <= copy.Length)
        {
            SetHost(request, copy[..Encoding.ASCII.GetBytes(host, copy)]);
        }
    }

    private void SetHost(HeaderMap request, ReadOnlySpan<byte> host)
    {
        if (_action.AppendXForwardedHost && request.TryGet(":authority"u8, out ReadOnlySpan<byte> old) && old.Length <= 256)
        {
            Span<byte> copy = stackalloc byte[256];
            old.CopyTo(copy);
            request.Add("x-forwarded-host"u8, copy[..old.Length]);
        }

        request.Set(":authority"u8, host);
    }
}
