namespace Lateen.Filters.Http.Cors;

using System.Text;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;
using Lateen.Proxy.Http;
using Lateen.Proxy.Xds.Reading;
using Message = Envoy.Extensions.Filters.Http.Cors.V3.CorsPolicy;

/// <summary>Reads envoy.extensions.filters.http.cors.v3.</summary>
internal static class CorsConfigReader
{
    public static HttpFilterFactory? ReadFilter(string name, Any any, string path, ReadContext context) =>
        context.TryUnpack(any, path, Envoy.Extensions.Filters.Http.Cors.V3.Cors.Parser, out Envoy.Extensions.Filters.Http.Cors.V3.Cors _)
            ? new CorsFilterFactory(name)
            : null;

    public static object? ReadPolicy(Any any, string path, ReadContext context)
    {
        if (!context.TryUnpack(any, path, Message.Parser, out Message message))
        {
            return null;
        }

        var origins = new List<StringMatcher>(message.AllowOriginStringMatch.Count);
        for (int i = 0; i < message.AllowOriginStringMatch.Count; i++)
        {
            origins.Add(MatcherReader.ReadString(
                message.AllowOriginStringMatch[i], $"{path}.allow_origin_string_match[{i}]", context));
        }

        return new CorsPolicy
        {
            AllowOrigins = origins,
            AllowMethods = Bytes(message.AllowMethods, $"{path}.allow_methods", context),
            AllowHeaders = Bytes(message.AllowHeaders, $"{path}.allow_headers", context),
            ExposeHeaders = Bytes(message.ExposeHeaders, $"{path}.expose_headers", context),
            MaxAge = Bytes(message.MaxAge, $"{path}.max_age", context),
            AllowCredentials = message.AllowCredentials ?? false,
            AllowPrivateNetwork = message.AllowPrivateNetworkAccess ?? false,
            Enabled = MatcherReader.ReadShare(message.FilterEnabled, $"{path}.filter_enabled", context) ?? FractionalShare.Always,
            Shadow = MatcherReader.ReadShare(message.ShadowEnabled, $"{path}.shadow_enabled", context) ?? FractionalShare.Never,
            ForwardNotMatchingPreflights = message.ForwardNotMatchingPreflights ?? true,
        };
    }

    private static byte[] Bytes(string value, string path, ReadContext context)
    {
        if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0)
        {
            context.Error(path, "must not contain CR, LF or NUL");
        }

        return Encoding.ASCII.GetBytes(value);
    }
}
