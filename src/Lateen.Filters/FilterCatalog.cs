namespace Lateen.Filters;

using System.Collections.Frozen;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Lateen.Api.Text;
using Lateen.Filters.AccessLoggers;
using Lateen.Filters.Http;
using Lateen.Filters.Http.Cors;
using Lateen.Filters.Http.DynamicForwardProxy;
using Lateen.Filters.Http.Fault;
using Lateen.Filters.Http.GrpcStats;
using Lateen.Filters.Http.GrpcWeb;
using Lateen.Filters.Http.PeerMetadata;
using Lateen.Filters.Http.Stats;
using Lateen.Proxy.Http;
using Lateen.Proxy.Xds.Reading;

/// <summary>Every extension of this proxy by the type name of its configuration. A table to read: what is not here is refused.</summary>
public static class FilterCatalog
{
    private const string Fault = "envoy.extensions.filters.http.fault.v3.HTTPFault";
    private const string DynamicForward = "envoy.extensions.filters.http.dynamic_forward_proxy.v3.FilterConfig";
    private const string DynamicForwardRoute = "envoy.extensions.filters.http.dynamic_forward_proxy.v3.PerRouteConfig";
    private const string Cors = "envoy.extensions.filters.http.cors.v3.Cors";
    private const string CorsPolicy = "envoy.extensions.filters.http.cors.v3.CorsPolicy";
    private const string GrpcStats = "envoy.extensions.filters.http.grpc_stats.v3.FilterConfig";
    private const string GrpcWeb = "envoy.extensions.filters.http.grpc_web.v3.GrpcWeb";
    private const string Alpn = "istio.envoy.config.filter.http.alpn.v2alpha1.FilterConfig";
    private const string IstioStats = "stats.PluginConfig";
    private const string PeerMetadata = "io.istio.http.peer_metadata.Config";
    private const string TcpMetadataExchange = "envoy.tcp.metadataexchange.config.MetadataExchange";
    private const string FileLog = "envoy.extensions.access_loggers.file.v3.FileAccessLog";
    private const string StdoutLog = "envoy.extensions.access_loggers.stream.v3.StdoutAccessLog";
    private const string StderrLog = "envoy.extensions.access_loggers.stream.v3.StderrAccessLog";

    public static ExtensionCatalog Create(FilterEnvironment environment) => new()
    {
        HttpFilters = HttpFilters(environment).ToFrozenDictionary(StringComparer.Ordinal),
        RouteFilters = new Dictionary<string, RouteFilterReader>
        {
            [Fault] = FaultConfigReader.ReadRoute,
            [DynamicForwardRoute] = DynamicForwardProxyFilterFactory.ReadRoute,
            [CorsPolicy] = CorsConfigReader.ReadPolicy,
        }.ToFrozenDictionary(StringComparer.Ordinal),
        NetworkFilters = new Dictionary<string, NetworkFilterReader>
        {
            [IstioStats] = (name, any, path, context) => StatsConfigReader.ReadTcp(name, any, path, context, environment),
            [TcpMetadataExchange] = AcceptedFilters.ReadTcpMetadataExchange,
        }.ToFrozenDictionary(StringComparer.Ordinal),
        AccessLoggers = new Dictionary<string, AccessLoggerReader>
        {
            [FileLog] = (any, path, context) => AccessLogConfigReader.ReadFile(any, path, context, environment),
            [StdoutLog] = (any, path, context) => AccessLogConfigReader.ReadStdout(any, path, context, environment),
            [StderrLog] = (any, path, context) => AccessLogConfigReader.ReadStderr(any, path, context, environment),
        }.ToFrozenDictionary(StringComparer.Ordinal),
    };

    private static Dictionary<string, HttpFilterReader> HttpFilters(FilterEnvironment environment) => new()
    {
        [Fault] = FaultConfigReader.ReadFilter,
        [DynamicForward] = DynamicForwardProxyFilterFactory.Read,
        [Cors] = CorsConfigReader.ReadFilter,
        [GrpcStats] = GrpcStatsFilterFactory.Read,
        [GrpcWeb] = GrpcWebFilterFactory.Read,
        [Alpn] = AcceptedFilters.ReadAlpn,
        [IstioStats] = (name, any, path, context) => StatsConfigReader.ReadHttp(name, any, path, context, environment),
        [PeerMetadata] = (name, any, path, context) => PeerMetadataConfigReader.Read(name, any, path, context, environment),
        ["udpa.type.v1.TypedStruct"] = ReadTypedStruct,
        ["xds.type.v3.TypedStruct"] = ReadTypedStruct,
    };

    // A configuration in JSON form; both packages spell it the same on the wire.
    private static HttpFilterFactory? ReadTypedStruct(string name, Any any, string path, ReadContext context)
    {
        Udpa.Type.V1.TypedStruct wrapper = Udpa.Type.V1.TypedStruct.Parser.ParseFrom(any.Value);
        MessageDescriptor? type = ProtoTypes.Find(wrapper.TypeUrl);
        if (type is null || !context.Extensions.HttpFilters.TryGetValue(type.FullName, out HttpFilterReader? reader))
        {
            context.Error(path, $"unknown extension type URL {wrapper.TypeUrl}");
            return null;
        }

        try
        {
            string json = (wrapper.Value ?? new Struct()).ToString();
            IMessage message = new JsonParser(JsonParser.Settings.Default).Parse(json, type);
            return reader(name, Any.Pack(message), path, context);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            context.Error(path, $"is no valid {type.FullName}: {e.Message}");
            return null;
        }
    }
}
