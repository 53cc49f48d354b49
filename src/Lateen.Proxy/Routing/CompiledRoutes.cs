namespace Lateen.Proxy.Routing;

using System.Collections.Frozen;
using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>A route table ready for lookups: first the virtual host by name, then its routes in order.</summary>
internal sealed class CompiledRoutes
{
    private const int MaxHostBytes = 512;
    private readonly FrozenDictionary<string, VirtualHostRoutes> _exact;
    private readonly FrozenDictionary<string, VirtualHostRoutes>.AlternateLookup<ReadOnlySpan<char>> _exactByChars;
    private readonly HostTable _hosts;
    private readonly WildcardDomain[] _suffixes;
    private readonly WildcardDomain[] _prefixes;
    private readonly VirtualHostRoutes? _any;
    private readonly bool _hasNames;

    public CompiledRoutes(RouteTable table)
    {
        Table = table;
        var exact = new Dictionary<string, VirtualHostRoutes>(StringComparer.Ordinal);
        var suffixes = new List<WildcardDomain>();
        var prefixes = new List<WildcardDomain>();
        foreach (VirtualHost host in table.VirtualHosts)
        {
            var routes = new VirtualHostRoutes(host, table);
            foreach (string domain in host.Domains)
            {
                string lower = domain.ToLowerInvariant();
                if (lower == "*")
                {
                    _any ??= routes;
                }
                else if (lower.StartsWith('*'))
                {
                    suffixes.Add(new WildcardDomain(lower[1..], routes));
                }
                else if (lower.EndsWith('*'))
                {
                    prefixes.Add(new WildcardDomain(lower[..^1], routes));
                }
                else
                {
                    exact.TryAdd(lower, routes);
                }
            }
        }

        // The longest wildcard wins.
        _suffixes = [.. suffixes.OrderByDescending(static w => w.Text.Length)];
        _prefixes = [.. prefixes.OrderByDescending(static w => w.Text.Length)];
        _exact = exact.ToFrozenDictionary(StringComparer.Ordinal);
        _hosts = new HostTable([.. exact.Where(static host => Ascii.IsValid(host.Key))]);
        _hasNames = exact.Count + suffixes.Count + prefixes.Count > 0;
        _exactByChars = _exact.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public RouteTable Table { get; }

    public Route? Match(HeaderMap request, LoopRandom random, out VirtualHostRoutes? host)
    {
        host = _hasNames ? FindHost(request.GetOrEmpty(":authority"u8)) : _any;
        if (host is null)
        {
            return null;
        }

        ReadOnlySpan<byte> path = PseudoHeaders.Path(request);
        int queryAt = path.IndexOf((byte)'?');
        ReadOnlySpan<byte> query = queryAt < 0 ? default : path[(queryAt + 1)..];
        path = queryAt < 0 ? path : path[..queryAt];
        ulong start = RouteKey.StartOf(path);
        RouteKey[] keys = host.Keys;
        for (int i = 0; i < keys.Length; i++)
        {
            if (keys[i].MayMatch(start) && host.Routes[i].Matches(request, path, query, random))
            {
                return host.Routes[i];
            }
        }

        return null;
    }

    public VirtualHostRoutes? FindHost(ReadOnlySpan<byte> authority)
    {
        if (authority.Length > MaxHostBytes || !_hasNames)
        {
            return _any;
        }

        // Most names come in lower case, as they are configured.
        int colon = Table.IgnorePortInHostMatching ? authority.LastIndexOf((byte)':') : -1;
        bool hasPort = colon >= 0 && !authority[colon..].Contains((byte)']');
        return _hosts.Find(hasPort ? authority[..colon] : authority) ?? FindFolded(authority);
    }

    private VirtualHostRoutes? FindFolded(ReadOnlySpan<byte> authority)
    {
        Span<char> buffer = stackalloc char[MaxHostBytes];
        int length = Encoding.Latin1.GetChars(authority, buffer);
        Span<char> chars = buffer[..length];
        Ascii.ToLowerInPlace(chars, out _);
        ReadOnlySpan<char> host = Table.IgnorePortInHostMatching ? WithoutPort(chars) : chars;
        if (_exactByChars.TryGetValue(host, out VirtualHostRoutes? routes))
        {
            return routes;
        }

        foreach (WildcardDomain suffix in _suffixes)
        {
            if (host.Length > suffix.Text.Length && host.EndsWith(suffix.Text, StringComparison.Ordinal))
            {
                return suffix.Routes;
            }
        }

        foreach (WildcardDomain prefix in _prefixes)
        {
            if (host.Length > prefix.Text.Length && host.StartsWith(prefix.Text, StringComparison.Ordinal))
            {
                return prefix.Routes;
            }
        }

        return _any;
    }

    private static ReadOnlySpan<char> WithoutPort(ReadOnlySpan<char> host)
    {
        int colon = host.LastIndexOf(':');
        return colon < 0 || host[colon..].Contains(']') ? host : host[..colon];
    }

    private sealed record WildcardDomain(string Text, VirtualHostRoutes Routes);
}
