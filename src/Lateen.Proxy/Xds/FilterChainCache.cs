namespace Lateen.Proxy.Xds;

using Envoy.Config.Listener.V3;
using Lateen.Proxy.Config;

/// <summary>
/// The chains of a listener's last good message. A chain that is the same in the next message keeps its object, and with it its
/// connections: only what changed drains (Envoy's in-place filter chain update).
/// </summary>
internal sealed class FilterChainCache
{
    private readonly Dictionary<(FilterChain Message, TrafficDirection Direction), FilterChainConfig> _chains = [];

    public bool IsEmpty => _chains.Count == 0;

    public FilterChainConfig? Find(FilterChain message, TrafficDirection direction) =>
        _chains.GetValueOrDefault((message, direction));

    public void Add(FilterChain message, TrafficDirection direction, FilterChainConfig config) =>
        _chains[(message, direction)] = config;
}
