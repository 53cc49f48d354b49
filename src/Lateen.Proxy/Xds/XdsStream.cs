namespace Lateen.Proxy.Xds;

using Envoy.Service.Discovery.V3;

/// <summary>One delta ADS stream.</summary>
public abstract class XdsStream : IAsyncDisposable
{
    public abstract Task SendAsync(DeltaDiscoveryRequest request, CancellationToken cancel);

    /// <summary>The next response; null when the server ended the stream.</summary>
    public abstract Task<DeltaDiscoveryResponse?> ReceiveAsync(CancellationToken cancel);

    public abstract ValueTask DisposeAsync();
}
