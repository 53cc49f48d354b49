namespace Lateen.Filters.Http.PeerMetadata;

using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Http;
using Lateen.Proxy.Xds.Reading;
using Message = Istio.Http.PeerMetadata.Config;

/// <summary>Reads io.istio.http.peer_metadata.Config.</summary>
internal static class PeerMetadataConfigReader
{
    public static HttpFilterFactory? Read(string name, Any any, string path, ReadContext context, FilterEnvironment environment)
    {
        if (!context.TryUnpack(any, path, Message.Parser, out Message message))
        {
            return null;
        }

        context.NoEffect(message.AdditionalLabels.Count > 0, $"{path}.additional_labels");
        context.NoEffect(
            message.DownstreamDiscovery.Concat(message.UpstreamDiscovery).Any(static d => d.Baggage is not null), $"{path} (baggage)");
        var config = new PeerExchangeConfig
        {
            DiscoverDownstream = message.DownstreamDiscovery.Any(static d => d.IstioHeaders is not null),
            DiscoverUpstream = message.UpstreamDiscovery.Any(static d => d.IstioHeaders is not null),
            PropagateDownstream = message.DownstreamPropagation.Any(static p => p.IstioHeaders is not null),
            PropagateUpstream = message.UpstreamPropagation.Any(static p => p.IstioHeaders is not null),
            SkipExternalClusters = message.UpstreamPropagation.Any(static p => p.IstioHeaders?.SkipExternalClusters ?? false),
        };
        return new PeerMetadataFilterFactory(name, config, environment);
    }
}
