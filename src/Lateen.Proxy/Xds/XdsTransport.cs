namespace Lateen.Proxy.Xds;

/// <summary>Opens streams to the control plane.</summary>
public abstract class XdsTransport
{
    public abstract Task<XdsStream> OpenAsync(CancellationToken cancel);
}
