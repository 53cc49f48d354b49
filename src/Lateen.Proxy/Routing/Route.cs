namespace Lateen.Proxy.Routing;

using System.Runtime.CompilerServices;
using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Loop;
using Lateen.Proxy.Config;

/// <summary>
/// A route ready to be matched and followed: its configuration with everything looked up and encoded in advance.
/// </summary>
public sealed class Route
{
    private readonly object[] _filterConfigs;
    private readonly string[] _disabledFilters;
    private readonly byte[] _path;
    private readonly PathMatchKind _pathKind;
    private readonly bool _ignoreCase;
    private readonly HeaderMatcher[] _headers;
    private readonly QueryParameterMatcher[] _query;
    private readonly RouteTarget[] _targets;
    private readonly uint _totalWeight;

    internal Route(RouteEntry config, VirtualHost virtualHost, RouteTable table)
    {
        Config = config;
        VirtualHost = virtualHost;
        Table = table;
        _path = Encoding.UTF8.GetBytes(config.Match.Path);
        _pathKind = config.Match.PathKind;
        _ignoreCase = config.Match.IgnoreCase;
        Key = new RouteKey(_pathKind, _path, _ignoreCase);
        _headers = [.. config.Match.Headers];
        _query = [.. config.Match.QueryParameters];

        // Most specific first, so that the first of a type wins.
        PerFilterConfig[] filters = [.. config.FilterConfigs, .. virtualHost.FilterConfigs, .. table.FilterConfigs];
        _filterConfigs = [.. filters.Select(static f => f.Config).OfType<object>()];
        _disabledFilters = [.. filters.Where(static f => f.Disabled).Select(static f => f.FilterName)];
        Forward = config.Action as ForwardAction;
        RetryPolicy = Forward?.RetryPolicy ?? virtualHost.RetryPolicy;
        _targets = [.. (Forward?.Clusters ?? []).Select(c => new RouteTarget(c, config, virtualHost, table))];
        foreach (RouteTarget target in _targets)
        {
            _totalWeight += target.Config.Weight;
        }

        OwnMutations = new RouteTarget(null, config, virtualHost, table);
        Timeouts = new RouteTimeouts(Forward, RetryPolicy);
        Rewrite = Forward is null ? null : new RouteRewrite(Forward, config.Match, _path.Length);
        ClusterHeader = Encoding.ASCII.GetBytes(Forward?.ClusterHeader.ToLowerInvariant() ?? "");
        DecoratorOperation = Encoding.UTF8.GetBytes(config.DecoratorOperation);
        DirectBody = config.Action is DirectResponseAction direct ? direct.Body.ToArray() : [];
        IReadOnlyList<MirrorPolicy> mirrors = Forward?.Mirrors ?? [];
        mirrors = mirrors.Count > 0 ? mirrors : virtualHost.Mirrors.Count > 0 ? virtualHost.Mirrors : table.Mirrors;
        Mirrors = Forward is null ? [] : [.. mirrors.Select(static m => new RouteMirror(m))];
        Hash = Forward is { HashPolicies.Count: > 0 } ? new RouteHash(Forward.HashPolicies) : null;
    }

    public string Name => Config.Name;

    public RouteEntry Config { get; }

    public VirtualHost VirtualHost { get; }

    public RouteTable Table { get; }

    internal ForwardAction? Forward { get; }

    internal RetryPolicy? RetryPolicy { get; }

    internal RouteRewrite? Rewrite { get; }

    /// <summary>The header that names the cluster, lower case; empty when none does.</summary>
    internal byte[] ClusterHeader { get; }

    internal byte[] DecoratorOperation { get; }

    internal byte[] DirectBody { get; }

    internal RouteMirror[] Mirrors { get; }

    /// <summary>Null when nothing is hashed.</summary>
    internal RouteHash? Hash { get; }

    /// <summary>Header mutations when there is no target (redirect, direct response).</summary>
    internal RouteTarget OwnMutations { get; }

    internal int PathLength => _path.Length;

    internal RouteKey Key { get; }

    /// <summary>Its timeouts, where no header says otherwise.</summary>
    internal RouteTimeouts Timeouts { get; }

    /// <summary>The most specific configuration of this type (route, virtual host, table); null when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T? FilterConfig<T>()
        where T : class
    {
        foreach (object config in _filterConfigs)
        {
            if (config is T found)
            {
                return found;
            }
        }

        return null;
    }

    internal bool IsDisabled(string filterName) =>
        _disabledFilters.Length > 0 && Array.IndexOf(_disabledFilters, filterName) >= 0;

    /// <summary>Draws one of the weighted targets; null when there is none or the cluster is named by a header.</summary>
    internal RouteTarget? PickTarget(LoopRandom random)
    {
        if (_targets.Length <= 1)
        {
            return _targets.Length == 0 ? null : _targets[0];
        }

        uint draw = _totalWeight == 0 ? 0 : (uint)random.Next((int)_totalWeight);
        foreach (RouteTarget target in _targets)
        {
            if (draw < target.Config.Weight)
            {
                return target;
            }

            draw -= target.Config.Weight;
        }

        return _targets[^1];
    }

    internal bool Matches(HeaderMap headers, ReadOnlySpan<byte> path, ReadOnlySpan<byte> query, LoopRandom random)
    {
        bool matches = _pathKind is PathMatchKind.Connect
            ? headers.GetOrEmpty(":method"u8).SequenceEqual("CONNECT"u8)
            : MatchesPath(path);
        if (!matches)
        {
            return false;
        }

        foreach (HeaderMatcher header in _headers)
        {
            if (!header.Matches(headers))
            {
                return false;
            }
        }

        foreach (QueryParameterMatcher parameter in _query)
        {
            if (!parameter.Matches(query))
            {
                return false;
            }
        }

        RouteMatch match = Config.Match;
        return (!match.GrpcOnly || IsGrpc(headers)) && (match.Share is not { } share || share.Draw(random));
    }

    private static bool IsGrpc(HeaderMap headers) => headers.GetOrEmpty("content-type"u8).StartsWith("application/grpc"u8);

    private bool MatchesPath(ReadOnlySpan<byte> path)
    {
        switch (_pathKind)
        {
            case PathMatchKind.Exact:
                return path.Length == _path.Length && Same(path);
            case PathMatchKind.Regex:
                return Config.Match.PathRegex?.IsMatch(path) ?? false;
            case PathMatchKind.PathSeparatedPrefix:
                return path.Length >= _path.Length && Same(path[.._path.Length])
                    && (path.Length == _path.Length || path[_path.Length] == '/');
            default:
                return path.Length >= _path.Length && Same(path[.._path.Length]);
        }
    }

    private bool Same(ReadOnlySpan<byte> path) =>
        _ignoreCase ? Ascii.EqualsIgnoreCase(path, _path) : path.SequenceEqual(_path);
}
