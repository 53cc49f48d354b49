namespace Lateen.Proxy.Config;

using Lateen.Proxy.Network;

/// <summary>How the connections that its match selects are served.</summary>
public sealed record FilterChainConfig
{
    public string Name { get; init; } = "";

    public FilterChainMatchConfig Match { get; init; } = FilterChainMatchConfig.Any;

    public TransportSocketFactory TransportSocket { get; init; } = RawBufferTransportSocketFactory.Instance;

    /// <summary>Observers of the connection in front of the terminal filter (istio.stats for TCP and the like).</summary>
    public IReadOnlyList<NetworkFilterFactory> NetworkFilters { get; init; } = [];

    public required TerminalFilterConfig Terminal { get; init; }
}
