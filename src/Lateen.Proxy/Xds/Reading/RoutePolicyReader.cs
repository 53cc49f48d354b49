namespace Lateen.Proxy.Xds.Reading;

using Lateen.Proxy.Config;
using HashMessage = Envoy.Config.Route.V3.RouteAction.Types.HashPolicy;
using MirrorMessage = Envoy.Config.Route.V3.RouteAction.Types.RequestMirrorPolicy;

/// <summary>Reads which requests are copied, and what of a request is hashed.</summary>
internal static class RoutePolicyReader
{
    /// <summary>One bit each says which policies were drawn for a request.</summary>
    private const int MaxMirrors = 32;

    public static IReadOnlyList<MirrorPolicy> ReadMirrors(IReadOnlyList<MirrorMessage> messages, string path, ReadContext context)
    {
        if (messages.Count == 0)
        {
            return [];
        }

        if (messages.Count > MaxMirrors)
        {
            context.Error(path, $"{messages.Count} policies; at most {MaxMirrors} are possible");
        }

        var mirrors = new List<MirrorPolicy>(messages.Count);
        for (int i = 0; i < messages.Count; i++)
        {
            MirrorMessage message = messages[i];
            if (message.Cluster.Length == 0)
            {
                context.Error($"{path}[{i}].cluster", "is required; cluster_header is not supported");
            }

            context.NoEffect(message.TraceSampled is not null, $"{path}[{i}].trace_sampled");
            mirrors.Add(new MirrorPolicy(message.Cluster)
            {
                Share = MatcherReader.ReadShare(message.RuntimeFraction, $"{path}[{i}].runtime_fraction", context)
                    ?? FractionalShare.Always,
                AppendsShadowSuffix = !message.DisableShadowHostSuffixAppend,
                HostRewriteLiteral = message.HostRewriteLiteral,
            });
        }

        return mirrors;
    }

    public static IReadOnlyList<HashPolicy> ReadHashPolicies(IReadOnlyList<HashMessage> messages, string path, ReadContext context)
    {
        if (messages.Count == 0)
        {
            return [];
        }

        var policies = new List<HashPolicy>(messages.Count);
        for (int i = 0; i < messages.Count; i++)
        {
            if (ReadHashPolicy(messages[i], $"{path}[{i}]", context) is { } policy)
            {
                policies.Add(policy with { IsTerminal = messages[i].Terminal });
            }
        }

        return policies;
    }

    private static HashPolicy? ReadHashPolicy(HashMessage message, string path, ReadContext context)
    {
        switch (message.PolicySpecifierCase)
        {
            case HashMessage.PolicySpecifierOneofCase.Header:
                return new HashPolicy(HashSource.Header, Named(message.Header.HeaderName, $"{path}.header.header_name", context))
                {
                    RewriteRegex = message.Header.RegexRewrite is null
                        ? null
                        : MatcherReader.ReadRegex(
                            message.Header.RegexRewrite.Pattern, $"{path}.header.regex_rewrite.pattern", context),
                    RewriteSubstitution = MatcherReader.ReadSubstitution(message.Header.RegexRewrite),
                };
            case HashMessage.PolicySpecifierOneofCase.Cookie:
                return ReadCookie(message.Cookie, $"{path}.cookie", context);
            case HashMessage.PolicySpecifierOneofCase.QueryParameter:
                return new HashPolicy(
                    HashSource.QueryParameter, Named(message.QueryParameter.Name, $"{path}.query_parameter.name", context));
            case HashMessage.PolicySpecifierOneofCase.ConnectionProperties:
                return message.ConnectionProperties.SourceIp ? new HashPolicy(HashSource.SourceAddress) : null;
            case HashMessage.PolicySpecifierOneofCase.FilterState:
                // For gRPC clients (io.grpc.channel_id): a proxy has no such state.
                context.NoEffect(true, $"{path}.filter_state");
                return null;
            default:
                context.Error(path, "one of header, cookie, connection_properties and query_parameter is required");
                return null;
        }
    }

    private static HashPolicy ReadCookie(HashMessage.Types.Cookie cookie, string path, ReadContext context)
    {
        foreach (HashMessage.Types.CookieAttribute attribute in cookie.Attributes)
        {
            // It becomes part of a response header: a line break or a semicolon would be another header or attribute.
            if (attribute.Name.Length == 0 || (attribute.Name + attribute.Value).AsSpan().IndexOfAny("\r\n\0;") >= 0)
            {
                context.Error($"{path}.attributes", $"'{attribute.Name}' is not a cookie attribute");
            }
        }

        if ((cookie.Name + cookie.Path).AsSpan().IndexOfAny("\r\n\0;") >= 0)
        {
            context.Error(path, "name and path must not contain ';' or line breaks");
        }

        return new HashPolicy(HashSource.Cookie, Named(cookie.Name, $"{path}.name", context))
        {
            CookieTtl = cookie.Ttl is null ? null : context.Duration(cookie.Ttl, TimeSpan.Zero, $"{path}.ttl"),
            CookiePath = cookie.Path,
            CookieAttributes = [.. cookie.Attributes.Select(static a => KeyValuePair.Create(a.Name, a.Value))],
        };
    }

    private static string Named(string name, string path, ReadContext context)
    {
        if (name.Length == 0)
        {
            context.Error(path, "is required");
        }

        return name;
    }
}
