namespace Lateen.Filters.Http.Stats;

using Google.Protobuf.WellKnownTypes;
using Istio.Stats;
using Lateen.Filters.Network;
using Lateen.Proxy.Http;
using Lateen.Proxy.Network;
using Lateen.Proxy.Xds.Reading;

/// <summary>Reads stats.PluginConfig, for HTTP and for TCP.</summary>
internal static class StatsConfigReader
{
    public static HttpFilterFactory? ReadHttp(string name, Any any, string path, ReadContext context, FilterEnvironment environment)
    {
        PluginConfig? config = Read(any, path, context);
        return config is null
            ? null
            : new StatsFilterFactory(name, environment, config.Reporter is Reporter.ServerGateway, !config.DisableHostHeaderFallback);
    }

    public static NetworkFilterFactory? ReadTcp(string name, Any any, string path, ReadContext context, FilterEnvironment environment) =>
        Read(any, path, context) is null ? null : new TcpStatsFilterFactory(name, environment);

    private static PluginConfig? Read(Any any, string path, ReadContext context)
    {
        if (!context.TryUnpack(any, path, PluginConfig.Parser, out PluginConfig config))
        {
            return null;
        }

        context.NoEffect(config.Metrics.Count > 0, $"{path}.metrics");
        context.NoEffect(config.Definitions.Count > 0, $"{path}.definitions");
        return config;
    }
}
