namespace Lateen.Proxy.Config;

/// <summary>The routes of a set of host names.</summary>
public sealed record VirtualHost
{
    public required string Name { get; init; }

    /// <summary>Exact, "*.suffix" (or "*-suffix"), "prefix.*" or "*"; with or without port; any case.</summary>
    public required IReadOnlyList<string> Domains { get; init; }

    public IReadOnlyList<RouteEntry> Routes { get; init; } = [];

    public HeaderMutations RequestHeaders { get; init; } = HeaderMutations.None;

    public HeaderMutations ResponseHeaders { get; init; } = HeaderMutations.None;

    /// <summary>Used by routes that have none of their own.</summary>
    public RetryPolicy? RetryPolicy { get; init; }

    /// <summary>Send x-envoy-attempt-count upstream.</summary>
    public bool IncludeRequestAttemptCount { get; init; }

    public bool IncludeAttemptCountInResponse { get; init; }

    public TlsRequirement RequireTls { get; init; }

    /// <summary>Used by routes that have none of their own.</summary>
    public IReadOnlyList<MirrorPolicy> Mirrors { get; init; } = [];

    public IReadOnlyList<PerFilterConfig> FilterConfigs { get; init; } = [];
}
