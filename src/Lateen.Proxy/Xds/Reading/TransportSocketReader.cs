namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;
using Lateen.Proxy.Config;

/// <summary>Reads a transport socket; only plaintext exists so far, and anything else is refused rather than silently weakened.</summary>
internal static class TransportSocketReader
{
    public static TransportSocketFactory Read(TransportSocket? message, string path, ReadContext context)
    {
        if (message is not null && message.Name != RawBufferTransportSocketFactory.Instance.Name
            && ReadContext.TypeName(message.TypedConfig?.TypeUrl ?? "") != "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer")
        {
            context.Error(path, $"unknown extension type URL {message.TypedConfig?.TypeUrl} ({message.Name}); only raw_buffer is supported");
        }

        return RawBufferTransportSocketFactory.Instance;
    }
}
