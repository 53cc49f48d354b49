namespace Lateen.Proxy.Config;

/// <summary>Criteria of a filter chain, in Envoy's order of precedence; an empty list matches everything.</summary>
public sealed record FilterChainMatchConfig
{
    public static FilterChainMatchConfig Any { get; } = new();

    /// <summary>0 means any port.</summary>
    public int DestinationPort { get; init; }

    public IReadOnlyList<AddressPrefix> DestinationPrefixes { get; init; } = [];

    /// <summary>SNI names, exact or "*.suffix", lower case.</summary>
    public IReadOnlyList<string> ServerNames { get; init; } = [];

    /// <summary>"", "raw_buffer" or "tls".</summary>
    public string TransportProtocol { get; init; } = "";

    public IReadOnlyList<string> ApplicationProtocols { get; init; } = [];

    public IReadOnlyList<AddressPrefix> DirectSourcePrefixes { get; init; } = [];

    public ConnectionSource SourceType { get; init; }

    public IReadOnlyList<AddressPrefix> SourcePrefixes { get; init; } = [];

    public IReadOnlyList<int> SourcePorts { get; init; } = [];
}
