namespace Lateen.Proxy.Config;

/// <summary>A filter's own configuration on a route, virtual host, table or weighted cluster.</summary>
public sealed record PerFilterConfig
{
    /// <summary>The name the filter has in the connection manager.</summary>
    public required string FilterName { get; init; }

    /// <summary>Parsed by the filter's config reader; null when it only disables.</summary>
    public object? Config { get; init; }

    public bool Disabled { get; init; }
}
