namespace Lateen.Filters.Http.DynamicForwardProxy;

using System.Text;
using Envoy.Extensions.Filters.Http.DynamicForwardProxy.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Http;
using Lateen.Proxy.Xds.Reading;

/// <summary>The dynamic forward proxy filter's place in a filter chain. The cluster has the cache; the filter only waits for it.</summary>
internal sealed class DynamicForwardProxyFilterFactory(string name) : HttpFilterFactory
{
    public override string Name => name;

    public static HttpFilterFactory? Read(string name, Any any, string path, ReadContext context)
    {
        if (!context.TryUnpack(any, path, FilterConfig.Parser, out FilterConfig message))
        {
            return null;
        }

        if (message.DnsCacheConfig is null)
        {
            context.Error($"{path}.dns_cache_config", "is required; sub clusters are not supported");
        }

        context.NoEffect(message.SaveUpstreamAddress, $"{path}.save_upstream_address");
        return new DynamicForwardProxyFilterFactory(name);
    }

    public static object? ReadRoute(Any any, string path, ReadContext context) =>
        context.TryUnpack(any, path, PerRouteConfig.Parser, out PerRouteConfig message)
            ? new DynamicForwardRoute(
                Encoding.ASCII.GetBytes(message.HostRewriteLiteral),
                Encoding.ASCII.GetBytes(message.HostRewriteHeader.ToLowerInvariant()))
            : null;

    public override HttpFilter Create(FilterContext context) => new DynamicForwardProxyFilter();
}
