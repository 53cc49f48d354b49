namespace Lateen.Filters.Network;

using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Network;

/// <summary>The TCP metrics' place in a filter chain.</summary>
internal sealed class TcpStatsFilterFactory(string name, FilterEnvironment environment) : NetworkFilterFactory
{
    public override string Name => name;

    public override NetworkFilter Create(FilterContext context) =>
        new TcpStatsFilter(environment, context.Stats, context.Direction is not TrafficDirection.Inbound);
}
