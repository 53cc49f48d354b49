namespace Lateen.Filters.Http.GrpcStats;

using Envoy.Extensions.Filters.Http.GrpcStats.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Http;
using Lateen.Proxy.Xds.Reading;

/// <summary>The gRPC counters' place in a filter chain.</summary>
internal sealed class GrpcStatsFilterFactory(string name) : HttpFilterFactory
{
    public override string Name => name;

    public static HttpFilterFactory? Read(string name, Any any, string path, ReadContext context)
    {
        if (!context.TryUnpack(any, path, FilterConfig.Parser, out FilterConfig config))
        {
            return null;
        }

        context.NoEffect(config.StatsForAllMethods is true, $"{path}.stats_for_all_methods");
        context.NoEffect(config.IndividualMethodStatsAllowlist is not null, $"{path}.individual_method_stats_allowlist");
        return new GrpcStatsFilterFactory(name);
    }

    public override HttpFilter Create(FilterContext context) => new GrpcStatsFilter(context.Stats);
}
