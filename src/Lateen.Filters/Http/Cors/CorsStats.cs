namespace Lateen.Filters.Http.Cors;

using Lateen.Proxy.Http;
using Lateen.Proxy.Stats;

/// <summary>Envoy's http.PREFIX.cors.* statistics.</summary>
internal sealed class CorsStats(FilterContext context)
{
    public Counter OriginValid { get; } = context.Stats.Counter(StatName.Http(context.StatPrefix, "cors.origin_valid"));

    public Counter OriginInvalid { get; } = context.Stats.Counter(StatName.Http(context.StatPrefix, "cors.origin_invalid"));
}
