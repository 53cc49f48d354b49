namespace Lateen.Filters.Http.Cors;

using Lateen.Proxy.Http;

/// <summary>The CORS filter's place in a filter chain.</summary>
internal sealed class CorsFilterFactory(string name) : HttpFilterFactory
{
    public override string Name => name;

    public override HttpFilter Create(FilterContext context) => new CorsFilter(new CorsStats(context));
}
