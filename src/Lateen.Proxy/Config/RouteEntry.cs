namespace Lateen.Proxy.Config;

/// <summary>One route: what it matches, what it does.</summary>
public sealed record RouteEntry
{
    public string Name { get; init; } = "";

    public RouteMatch Match { get; init; } = new();

    public required RouteAction Action { get; init; }

    public HeaderMutations RequestHeaders { get; init; } = HeaderMutations.None;

    public HeaderMutations ResponseHeaders { get; init; } = HeaderMutations.None;

    public IReadOnlyList<PerFilterConfig> FilterConfigs { get; init; } = [];

    /// <summary>Operation name for tracing, for example "reviews.default.svc.cluster.local:9080/*".</summary>
    public string DecoratorOperation { get; init; } = "";

    /// <summary>The path of the object that made this route (filter_metadata.istio.config), for logs and dumps.</summary>
    public string ConfigPath { get; init; } = "";
}
