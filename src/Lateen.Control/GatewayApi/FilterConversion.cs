namespace Lateen.Control.GatewayApi;

using System.Text.RegularExpressions;
using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>Turns filters into the fields of Istio's rule.</summary>
internal static class FilterConversion
{
    private const int DefaultRedirectCode = 302;
    private const int DefaultMaxAgeSeconds = 5;

    /// <summary>All that does not depend on the match.</summary>
    public static HttpRoute Apply(
        HttpRoute rule, ResourceKey key, ValueList<HttpRouteFilter> filters, Backends backends, Problems problems)
    {
        foreach (HttpRouteFilter filter in filters)
        {
            rule = filter switch
            {
                { Type: "RequestHeaderModifier", RequestHeaderModifier: { } change } =>
                    rule with { Headers = (rule.Headers ?? new HeaderRules()) with { Request = Operations(change) } },
                { Type: "ResponseHeaderModifier", ResponseHeaderModifier: { } change } =>
                    rule with { Headers = (rule.Headers ?? new HeaderRules()) with { Response = Operations(change) } },
                { Type: "RequestRedirect", RequestRedirect: { } redirect } => rule with { Redirect = Redirect(redirect) },
                { Type: "URLRewrite", UrlRewrite: { } rewrite } => rule with
                {
                    Rewrite = new HttpRewrite { Authority = rewrite.Hostname, Uri = "" },
                },
                { Type: "RequestMirror", RequestMirror: { BackendRef: { } copy } mirror } =>
                    WithMirror(rule, backends.Find(key, copy, problems), mirror),
                { Type: "CORS", Cors: { } cors } => rule with { CorsPolicy = Cors(cors) },
                _ => rule,
            };
        }

        return rule;
    }

    /// <summary>A new path depends on what was matched, and a redirect on the port that was called.</summary>
    public static HttpRoute WithPath(HttpRoute rule, ValueList<HttpRouteFilter> filters, HttpMatchRequest match, int parentPort)
    {
        if (rule.Redirect is { } redirect)
        {
            RedirectFilter? filter = filters.FirstOrDefault(each => each.Type == "RequestRedirect")?.RequestRedirect;
            return rule with { Redirect = WithPort(WithPath(redirect, filter?.Path, match), filter, parentPort) };
        }

        PathModifier? path = filters.FirstOrDefault(each => each.Type == "URLRewrite")?.UrlRewrite?.Path;
        return path is null || rule.Rewrite is not { } rewrite ? rule : rule with { Rewrite = WithPath(rewrite, path, match) };
    }

    private static HttpRewrite WithPath(HttpRewrite rewrite, PathModifier path, HttpMatchRequest match)
    {
        if (path.Type == "ReplaceFullPath")
        {
            string literal = (path.ReplaceFullPath ?? "/").Replace("\\", "\\\\", StringComparison.Ordinal);
            return rewrite with { UriRegexRewrite = new RegexRewrite { Match = "^/.*$", Rewrite = literal } };
        }

        string matched = match.Uri?.Prefix ?? "/";
        string replacement = (path.ReplacePrefixMatch ?? "").TrimEnd('/');
        return (matched, replacement) switch
        {
            ("/", "") => rewrite,
            ("/", _) => rewrite with { Uri = replacement + "/" },
            // Without its prefix "/foo/bar" is "/bar" and "/foo" is "/"; replacing the text alone would leave "//bar".
            (_, "") => rewrite with { UriRegexRewrite = new RegexRewrite { Match = WithoutPrefix(matched), Rewrite = "/\\1" } },
            _ => rewrite with { Uri = replacement },
        };
    }

    private static HttpRedirect WithPath(HttpRedirect redirect, PathModifier? path, HttpMatchRequest match)
    {
        if (path is null)
        {
            return redirect;
        }

        if (path.Type == "ReplaceFullPath")
        {
            return redirect with { Uri = path.ReplaceFullPath ?? "/" };
        }

        string replacement = (path.ReplacePrefixMatch ?? "").TrimEnd('/');
        bool isRoot = (match.Uri?.Prefix ?? "/") == "/";
        return isRoot && replacement.Length == 0 ? redirect : redirect with
        {
            PrefixRewrite = isRoot || replacement.Length == 0 ? replacement + "/" : replacement,
        };
    }

    /// <summary>A regular expression for the rest of a path after a prefix of whole segments.</summary>
    public static string WithoutPrefix(string prefix) => "^" + Regex.Escape(prefix) + "/?(.*)$";

    private static HttpRoute WithMirror(HttpRoute rule, Destination destination, MirrorFilter filter)
    {
        // A copy that nobody can take is no reason to fail the request.
        if (Backends.IsNowhere(destination))
        {
            return rule;
        }

        double? share = filter.Fraction is { } fraction
            ? 100.0 * fraction.Numerator / Math.Max(1, fraction.Denominator ?? 100)
            : filter.Percent;
        HttpMirrorPolicy mirror = new()
        {
            Destination = destination,
            Percentage = share is { } percent ? new Percent { Value = percent } : null,
        };
        return rule with { Mirrors = [.. rule.Mirrors, mirror] };
    }

    private static CorsPolicy Cors(CorsFilter filter) => new()
    {
        AllowOrigins = filter.AllowOrigins.Select(Origin).ToValueList(),
        AllowMethods = filter.AllowMethods,
        AllowHeaders = filter.AllowHeaders,
        ExposeHeaders = filter.ExposeHeaders,
        AllowCredentials = filter.AllowCredentials,
        MaxAge = TimeSpan.FromSeconds(filter.MaxAge ?? DefaultMaxAgeSeconds),
        // The specification: a preflight from an origin that is not allowed is answered without the headers.
        UnmatchedPreflights = UnmatchedPreflights.Ignore,
    };

    // A * stands for any text, within a host for any labels.
    private static StringMatch Origin(string origin) => origin.Contains('*', StringComparison.Ordinal)
        ? new StringMatch { Regex = Regex.Escape(origin).Replace("\\*", ".*", StringComparison.Ordinal) }
        : new StringMatch { Exact = origin };

    // The specification: without a port, that of the scheme; without a scheme, that of the listener.
    private static HttpRedirect WithPort(HttpRedirect redirect, RedirectFilter? filter, int parentPort) => filter switch
    {
        null or { Port: not null } => redirect,
        { Scheme: "http" } => redirect with { Port = 80 },
        { Scheme: "https" } => redirect with { Port = 443 },
        _ => parentPort is 0 or 80 or 443 ? redirect : redirect with { Port = parentPort },
    };

    private static HttpRedirect Redirect(RedirectFilter filter) => new()
    {
        Scheme = filter.Scheme,
        Authority = filter.Hostname,
        Port = filter.Port,
        RedirectCode = filter.StatusCode ?? DefaultRedirectCode,
    };

    private static HeaderOperations Operations(HeaderFilter filter) => new()
    {
        Set = filter.Set.DistinctBy(Name).Select(Pair).ToValueMap(),
        Add = filter.Add.DistinctBy(Name).Select(Pair).ToValueMap(),
        Remove = filter.Remove,
    };

    private static string Name(HeaderEntry entry) => entry.Name.ToLowerInvariant();

    private static KeyValuePair<string, string> Pair(HeaderEntry entry) => KeyValuePair.Create(Name(entry), entry.Value);
}
