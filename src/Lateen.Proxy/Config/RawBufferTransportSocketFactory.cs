namespace Lateen.Proxy.Config;

/// <summary>Plaintext.</summary>
public sealed class RawBufferTransportSocketFactory : TransportSocketFactory
{
    public static RawBufferTransportSocketFactory Instance { get; } = new();

    public override string Name => "envoy.transport_sockets.raw_buffer";
}
