namespace Lateen.Proxy.Config;

/// <summary>A route configuration (RDS resource).</summary>
public sealed record RouteTable
{
    public required string Name { get; init; }

    public IReadOnlyList<VirtualHost> VirtualHosts { get; init; } = [];

    public HeaderMutations RequestHeaders { get; init; } = HeaderMutations.None;

    public HeaderMutations ResponseHeaders { get; init; } = HeaderMutations.None;

    /// <summary>Apply table, then virtual host, then route, so that the most specific wins; the default is the reverse.</summary>
    public bool MostSpecificHeaderMutationsWin { get; init; }

    public bool IgnorePortInHostMatching { get; init; }

    /// <summary>Used by routes whose virtual host has none either.</summary>
    public IReadOnlyList<MirrorPolicy> Mirrors { get; init; } = [];

    public IReadOnlyList<PerFilterConfig> FilterConfigs { get; init; } = [];
}
