namespace Lateen.Filters.Http.Fault;

using Lateen.Proxy.Http;

/// <summary>The fault filter's place in a filter chain.</summary>
internal sealed class FaultFilterFactory(string name, FaultConfig config) : HttpFilterFactory
{
    public override string Name => name;

    public override HttpFilter Create(FilterContext context) => new FaultFilter(config, new FaultStats(context));
}
