namespace Lateen.Filters.Http.Stats;

using Lateen.Proxy.Config;
using Lateen.Proxy.Http;

/// <summary>The metrics' place in a filter chain.</summary>
internal sealed class StatsFilterFactory(string name, FilterEnvironment environment, bool isServerGateway, bool useHostHeader)
    : HttpFilterFactory
{
    public override string Name => name;

    public override HttpFilter Create(FilterContext context)
    {
        // On the inbound side we report for the callee; a gateway or an outbound listener reports for the caller.
        bool isSource = context.Direction is not TrafficDirection.Inbound && !isServerGateway;
        return new StatsFilter(environment, context, isSource, useHostHeader);
    }
}
