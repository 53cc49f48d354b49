namespace Lateen.Filters.Http.GrpcWeb;

using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Http;
using Lateen.Proxy.Xds.Reading;
using Config = Envoy.Extensions.Filters.Http.GrpcWeb.V3.GrpcWeb;

/// <summary>gRPC-Web's place in a filter chain.</summary>
internal sealed class GrpcWebFilterFactory(string name) : HttpFilterFactory
{
    public override string Name => name;

    public static HttpFilterFactory? Read(string name, Any any, string path, ReadContext context) =>
        context.TryUnpack(any, path, Config.Parser, out Config _) ? new GrpcWebFilterFactory(name) : null;

    public override HttpFilter Create(FilterContext context) => new GrpcWebFilter();
}
