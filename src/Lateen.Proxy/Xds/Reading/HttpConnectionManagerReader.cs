namespace Lateen.Proxy.Xds.Reading;

using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Escaped = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.PathWithEscapedSlashesAction;
using HttpFilter = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpFilter;
using Server = Envoy.Extensions.Filters.Network.HttpConnectionManager.V3.HttpConnectionManager.Types.ServerHeaderTransformation;
using Underscores = Envoy.Config.Core.V3.HttpProtocolOptions.Types.HeadersWithUnderscoresAction;

/// <summary>Reads an HttpConnectionManager.</summary>
internal static class HttpConnectionManagerReader
{
    private const int MaxHostLength = 255;
    private const string RouterType = "envoy.extensions.filters.http.router.v3.Router";

    public static HttpConnectionManagerConfig Read(
        HttpConnectionManager message, TrafficDirection direction, string path, ReadContext context)
    {
        NoteWithoutEffect(message, path, context);
        Envoy.Config.Core.V3.HttpProtocolOptions? common = message.CommonHttpProtocolOptions;
        var config = new HttpConnectionManagerConfig
        {
            StatPrefix = message.StatPrefix,
            Direction = direction,
            InlineRoutes = message.RouteConfig is null ? null : RouteReader.Read(message.RouteConfig, $"{path}.route_config", context),
            RouteTableName = message.Rds?.RouteConfigName ?? "",
            RoutesFetchTimeout = ConfigSourceReader.ReadFetchTimeout(message.Rds?.ConfigSource, $"{path}.rds.config_source", context),
            Filters = ReadFilters(message, path, context),
            AccessLoggers = AccessLogReader.Read(message.AccessLog, $"{path}.access_log", context),
            GenerateRequestId = message.GenerateRequestId ?? true,
            PreserveExternalRequestId = message.PreserveExternalRequestId,
            AlwaysSetRequestIdInResponse = message.AlwaysSetRequestIdInResponse,
            UseRemoteAddress = message.UseRemoteAddress ?? false,
            ForwardClientCertificate = (ForwardClientCertificate)message.ForwardClientCertDetails,
            ClientCertificateDetails = ReadDetails(message.SetCurrentClientCertDetails),
            SkipXffAppend = message.SkipXffAppend,
            XffNumTrustedHops = (int)Math.Min(message.XffNumTrustedHops, 100),
            InternalAddresses = AddressReader.ReadRanges(
                message.InternalAddressConfig?.CidrRanges ?? [], $"{path}.internal_address_config.cidr_ranges", context),
            ServerName = message.ServerName.Length == 0 ? "envoy" : message.ServerName,
            ServerHeader = ReadServerHeader(message),
            Via = message.Via,
            Codec = ReadCodec(message, path, context),
            Http2 = Http2OptionsReader.Read(
                message.Http2ProtocolOptions, Engine.Http2.Http2Options.Default, $"{path}.http2_protocol_options", context),
            AcceptHttp10 = message.HttpProtocolOptions?.AcceptHttp10 ?? false,
            EnableTrailers = message.HttpProtocolOptions?.EnableTrailers ?? false,
            DefaultHostForHttp10 = ReadDefaultHost(message, path, context),
            UpgradeTypes = [.. message.UpgradeConfigs.Where(static u => u.Enabled ?? true).Select(static u => u.UpgradeType.ToLowerInvariant())],
            Proxy100Continue = message.Proxy100Continue,
            MaxRequestHeadersBytes = (int)Math.Min(message.MaxRequestHeadersKb ?? 60, 8192) * 1024,
            MaxHeaderCount = (int)Math.Min(common?.MaxHeadersCount ?? 100, 10_000),
            MaxRequestsPerConnection = (int)Math.Min(common?.MaxRequestsPerConnection ?? 0, int.MaxValue),
            RejectHeadersWithUnderscores = common?.HeadersWithUnderscoresAction is Underscores.RejectRequest,
        };
        if (config.InlineRoutes is null && config.RouteTableName.Length == 0)
        {
            context.Error(path, "one of route_config and rds with a route_config_name is required");
        }

        return ReadPath(message, ReadTimeouts(message, config, path, context));
    }

    private static ClientCertificateDetails ReadDetails(HttpConnectionManager.Types.SetCurrentClientCertDetails? message)
    {
        ClientCertificateDetails details = ClientCertificateDetails.None;
        details |= message?.Cert is true ? ClientCertificateDetails.Certificate : 0;
        details |= message?.Subject is true ? ClientCertificateDetails.Subject : 0;
        details |= message?.Uri is true ? ClientCertificateDetails.Uri : 0;
        details |= message?.Dns is true ? ClientCertificateDetails.Dns : 0;
        return details;
    }

    private static HttpConnectionManagerConfig ReadTimeouts(
        HttpConnectionManager message, HttpConnectionManagerConfig config, string path, ReadContext context)
    {
        Envoy.Config.Core.V3.HttpProtocolOptions? common = message.CommonHttpProtocolOptions;
        string commonPath = $"{path}.common_http_protocol_options";
        return config with
        {
            StreamIdleTimeout = context.Duration(message.StreamIdleTimeout, config.StreamIdleTimeout, $"{path}.stream_idle_timeout"),
            RequestTimeout = context.Duration(message.RequestTimeout, TimeSpan.Zero, $"{path}.request_timeout"),
            RequestHeadersTimeout = context.Duration(message.RequestHeadersTimeout, TimeSpan.Zero, $"{path}.request_headers_timeout"),
            DrainTimeout = context.Duration(message.DrainTimeout, config.DrainTimeout, $"{path}.drain_timeout"),
            MaxStreamDuration = context.Duration(common?.MaxStreamDuration, TimeSpan.Zero, $"{commonPath}.max_stream_duration"),
            ConnectionIdleTimeout = context.Duration(common?.IdleTimeout, config.ConnectionIdleTimeout, $"{commonPath}.idle_timeout"),
            MaxConnectionDuration = context.Duration(
                common?.MaxConnectionDuration, TimeSpan.Zero, $"{commonPath}.max_connection_duration"),
        };
    }

    private static HttpConnectionManagerConfig ReadPath(HttpConnectionManager message, HttpConnectionManagerConfig config) => config with
    {
        NormalizePath = message.NormalizePath ?? false,
        MergeSlashes = message.MergeSlashes,
        EscapedSlashes = message.PathWithEscapedSlashesAction switch
        {
            Escaped.RejectRequest => EscapedSlashesAction.Reject,
            Escaped.UnescapeAndRedirect => EscapedSlashesAction.UnescapeAndRedirect,
            Escaped.UnescapeAndForward => EscapedSlashesAction.UnescapeAndForward,
            _ => EscapedSlashesAction.Keep,
        },
        StripMatchingHostPort = message.StripMatchingHostPort,
        StripAnyHostPort = message.StripAnyHostPort,
        StripTrailingHostDot = message.StripTrailingHostDot,
    };

    private static HttpCodecType ReadCodec(HttpConnectionManager message, string path, ReadContext context)
    {
        switch (message.CodecType)
        {
            case HttpConnectionManager.Types.CodecType.Auto: return HttpCodecType.Auto;
            case HttpConnectionManager.Types.CodecType.Http1: return HttpCodecType.Http1;
            case HttpConnectionManager.Types.CodecType.Http2: return HttpCodecType.Http2;
            default:
                context.Error($"{path}.codec_type", $"{message.CodecType} is not supported; use AUTO, HTTP1 or HTTP2");
                return HttpCodecType.Auto;
        }
    }

    private static string ReadDefaultHost(HttpConnectionManager message, string path, ReadContext context)
    {
        string host = message.HttpProtocolOptions?.DefaultHostForHttp10 ?? "";
        if (host.Length > MaxHostLength || !host.All(static c => char.IsAsciiLetterOrDigit(c) || ".-_:[]".Contains(c)))
        {
            context.Error(
                $"{path}.http_protocol_options.default_host_for_http_10", $"must be a host name of at most {MaxHostLength} characters");
            return "";
        }

        return host;
    }

    private static ServerHeaderTransformation ReadServerHeader(HttpConnectionManager message) =>
        message.ServerHeaderTransformation switch
        {
            Server.AppendIfAbsent => ServerHeaderTransformation.AppendIfAbsent,
            Server.PassThrough => ServerHeaderTransformation.PassThrough,
            _ => ServerHeaderTransformation.Overwrite,
        };

    private static List<HttpFilterFactory> ReadFilters(HttpConnectionManager message, string path, ReadContext context)
    {
        var factories = new List<HttpFilterFactory>(message.HttpFilters.Count);
        for (int i = 0; i < message.HttpFilters.Count; i++)
        {
            HttpFilter filter = message.HttpFilters[i];
            string filterPath = $"{path}.http_filters[{i}]({filter.Name})";
            string type = ReadContext.TypeName(filter.TypedConfig?.TypeUrl ?? "");
            bool last = i == message.HttpFilters.Count - 1;
            if (type == RouterType != last)
            {
                context.Error(filterPath, last ? "the last HTTP filter must be the router" : "the router must be the last HTTP filter");
            }
            else if (!last && !filter.Disabled)
            {
                ReadFilter(filter, type, filterPath, context, factories);
            }
        }

        return factories;
    }

    private static void ReadFilter(HttpFilter filter, string type, string path, ReadContext context, List<HttpFilterFactory> factories)
    {
        if (filter.ConfigDiscovery is not null)
        {
            if (ExtensionReader.ReadPlace(filter, $"{path}.config_discovery", context) is { } place)
            {
                factories.Add(place);
            }

            return;
        }

        if (filter.TypedConfig is null)
        {
            context.Error($"{path}.typed_config", "is required, or config_discovery");
            return;
        }

        if (!context.Extensions.HttpFilters.TryGetValue(type, out HttpFilterReader? reader))
        {
            if (filter.IsOptional)
            {
                context.Warn(path, $"optional filter with unknown type URL {filter.TypedConfig.TypeUrl} is left out");
                return;
            }

            context.Error(path, $"unknown extension type URL {filter.TypedConfig.TypeUrl}");
            return;
        }

        HttpFilterFactory? factory = reader(filter.Name, filter.TypedConfig, $"{path}.typed_config", context);
        if (factory is not null)
        {
            factories.Add(factory);
        }
    }

    private static void NoteWithoutEffect(HttpConnectionManager message, string path, ReadContext context)
    {
        context.NoEffect(
            message.SetCurrentClientCertDetails?.Chain is true, $"{path}.set_current_client_cert_details.chain");
        context.NoEffect(message.Tracing is not null, $"{path}.tracing");
        context.NoEffect(message.LocalReplyConfig is not null, $"{path}.local_reply_config");
        context.NoEffect(message.AppendXForwardedPort, $"{path}.append_x_forwarded_port");
        context.NoEffect(message.AddUserAgent ?? false, $"{path}.add_user_agent");
    }
}
