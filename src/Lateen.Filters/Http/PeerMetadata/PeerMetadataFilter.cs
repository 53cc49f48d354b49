namespace Lateen.Filters.Http.PeerMetadata;

using Lateen.Engine.Http;
using Lateen.Proxy.Http;
using Peer = Lateen.Proxy.Http.PeerMetadata;

/// <summary>
/// Tells the sidecar on the other side who we are, learns who it is, and takes both headers off before the application sees them.
/// </summary>
internal sealed class PeerMetadataFilter(PeerExchangeConfig config, byte[] ownId, byte[] ownMetadata, PeerCache peers) : HttpFilter
{
    private static ReadOnlySpan<byte> MetadataHeader => "x-envoy-peer-metadata"u8;

    private static ReadOnlySpan<byte> IdHeader => "x-envoy-peer-metadata-id"u8;

    public override FilterStatus OnRequestHeaders(HttpStream stream, bool endStream)
    {
        stream.State<PeerExchangeState>(this).PeerAsked = stream.Request.Contains(IdHeader);
        if (config.DiscoverDownstream)
        {
            stream.Info.DownstreamPeer = Take(stream.Request) ?? stream.Info.DownstreamPeer;
        }

        if (config.PropagateUpstream && !(config.SkipExternalClusters && IsExternal(stream)))
        {
            Put(stream.Request);
        }

        return FilterStatus.Continue;
    }

    public override void OnResponseHeaders(HttpStream stream, bool endStream)
    {
        if (config.DiscoverUpstream)
        {
            Peer? fromHost = peers.FromWorkload(stream.UpstreamHost?.Config.IstioWorkload ?? "");
            stream.Info.UpstreamPeer = Take(stream.Response) ?? fromHost;
        }

        // A caller outside the mesh did not ask and is not told.
        if (config.PropagateDownstream && stream.State<PeerExchangeState>(this).PeerAsked)
        {
            Put(stream.Response);
        }
    }

    private static bool IsExternal(HttpStream stream) =>
        stream.Cluster is null || stream.Cluster.Config.Services.Count == 0 || stream.Cluster.Config.IsExternal;

    private Peer? Take(HeaderMap headers)
    {
        Peer? peer = headers.TryGet(MetadataHeader, out ReadOnlySpan<byte> encoded) ? peers.FromHeader(encoded) : null;
        headers.Remove(MetadataHeader);
        headers.Remove(IdHeader);
        return peer;
    }

    private void Put(HeaderMap headers)
    {
        headers.Set(IdHeader, ownId);
        headers.Set(MetadataHeader, ownMetadata);
    }
}
