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

        if (proxy.Config is { PassThroughTlvs: not null })
        {
            context.Error($"{configPath}.config.pass_through_tlvs", "is not supported; use added_tlvs");
        }

        if (proxy.TransportSocket is null)
        {
            context.Error($"{configPath}.transport_socket", "is required");
        }

        TransportSocketFactory inner = ReadUpstream(proxy.TransportSocket, $"{configPath}.transport_socket", context);
        int version = proxy.Config?.Version is ProxyProtocolConfig.Types.Version.V2 ? 2 : 1;
        return new ProxyProtocolSocketFactory(inner, version, ReadTlvs(proxy.Config, version, $"{configPath}.config.added_tlvs", context));
    }

    // Section 2.2.7 of haproxy's proxy-protocol.txt: a byte for the type, two for the length, then the value.
    private static byte[] ReadTlvs(ProxyProtocolConfig? config, int version, string path, ReadContext context)
    {
        // Together with the addresses, what our own reader takes.
        const int largest = 4000;
        var bytes = new List<byte>();
        for (int i = 0; i < config?.AddedTlvs.Count; i++)
        {
            TlvEntry entry = config.AddedTlvs[i];
            if (entry.Type > byte.MaxValue || entry.Value.Length > largest - 3)
            {
                context.Error($"{path}[{i}]", $"type must be at most 255, and value at most {largest - 3} bytes");
                continue;
            }

            bytes.Add((byte)entry.Type);
            bytes.Add((byte)(entry.Value.Length >> 8));
            bytes.Add((byte)entry.Value.Length);
            bytes.AddRange(entry.Value.ToByteArray());
        }

        if (bytes.Count > 0 && version == 1)
        {
            context.Error(path, "need version V2: a line of text cannot carry them");
        }

        if (bytes.Count > largest)
        {
            context.Error(path, $"are {bytes.Count} bytes in sum, more than {largest}");
        }

        return [.. bytes];
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
