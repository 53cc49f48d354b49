namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Core.V3;
using Envoy.Extensions.TransportSockets.ProxyProtocol.V3;
using Envoy.Extensions.TransportSockets.Tls.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;
using ProxyProtocolConfig = Envoy.Config.Core.V3.ProxyProtocolConfig;

/// <summary>Reads a transport socket. One that is not known is refused: to serve without it would silently weaken the connection.</summary>
internal static class TransportSocketReader
{
    private const string RawBuffer = "envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer";
    private const string DownstreamTls = "envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext";
    private const string UpstreamTls = "envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext";
    private const string ProxyProtocol = "envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport";

    /// <param name="message">Null is plaintext.</param>
    /// <param name="handshakeTimeout">The filter chain's transport_socket_connect_timeout.</param>
    /// <param name="path">Path of the message.</param>
    /// <param name="context">Takes the errors.</param>
    public static TransportSocketFactory ReadDownstream(
        TransportSocket? message, Duration? handshakeTimeout, string path, ReadContext context)
    {
        string type = ReadContext.TypeName(message?.TypedConfig?.TypeUrl ?? "");
        if (type != DownstreamTls)
        {
            return ReadOther(message, type, DownstreamTls, path, context);
        }

        string configPath = $"{path}({message?.Name}).typed_config";
        return context.TryUnpack(message?.TypedConfig, configPath, DownstreamTlsContext.Parser, out DownstreamTlsContext tls)
            ? TlsContextReader.ReadDownstream(tls, handshakeTimeout, configPath, context)
            : RawBufferTransportSocketFactory.Instance;
    }

    public static TransportSocketFactory ReadUpstream(TransportSocket? message, string path, ReadContext context)
    {
        string type = ReadContext.TypeName(message?.TypedConfig?.TypeUrl ?? "");
        if (type == ProxyProtocol)
        {
            return ReadProxyProtocol(message, path, context);
        }

        if (type != UpstreamTls)
        {
            return ReadOther(message, type, UpstreamTls, path, context);
        }

        string configPath = $"{path}({message?.Name}).typed_config";
        return context.TryUnpack(message?.TypedConfig, configPath, UpstreamTlsContext.Parser, out UpstreamTlsContext tls)
            ? TlsContextReader.ReadUpstream(tls, configPath, context)
            : RawBufferTransportSocketFactory.Instance;
    }

    private static TransportSocketFactory ReadProxyProtocol(TransportSocket? message, string path, ReadContext context)
    {
        string configPath = $"{path}({message?.Name}).typed_config";
        if (!context.TryUnpack(
            message?.TypedConfig, configPath, ProxyProtocolUpstreamTransport.Parser, out ProxyProtocolUpstreamTransport proxy))
        {
            return RawBufferTransportSocketFactory.Instance;
        }

        if (proxy.Config is { AddedTlvs.Count: > 0 } or { PassThroughTlvs: not null })
        {
            context.Error($"{configPath}.config", "added_tlvs and pass_through_tlvs are not supported");
        }

        if (proxy.TransportSocket is null)
        {
            context.Error($"{configPath}.transport_socket", "is required");
        }

        TransportSocketFactory inner = ReadUpstream(proxy.TransportSocket, $"{configPath}.transport_socket", context);
        return new ProxyProtocolSocketFactory(inner, proxy.Config?.Version is ProxyProtocolConfig.Types.Version.V2 ? 2 : 1);
    }

    private static RawBufferTransportSocketFactory ReadOther(
        TransportSocket? message, string type, string tlsType, string path, ReadContext context)
    {
        bool plain = message is null || type == RawBuffer
            || (type.Length == 0 && message.Name == RawBufferTransportSocketFactory.Instance.Name);
        if (!plain)
        {
            context.Error(
                path,
                $"unknown extension type URL {message?.TypedConfig?.TypeUrl} ({message?.Name}); {tlsType} and {RawBuffer} are supported here");
        }

        return RawBufferTransportSocketFactory.Instance;
    }
}
