namespace Lateen.Filters.Http.PeerMetadata;

using System.Text;
using Lateen.Proxy.Http;

/// <summary>The metadata exchange's place in a filter chain.</summary>
internal sealed class PeerMetadataFilterFactory(string name, PeerExchangeConfig config, FilterEnvironment environment) : HttpFilterFactory
{
    public override string Name => name;

    public override HttpFilter Create(FilterContext context) => new PeerMetadataFilter(
        config, Encoding.ASCII.GetBytes(environment.NodeId), PeerMetadataText.EncodeHeader(environment.NodeMetadata), environment.Peers);
}
