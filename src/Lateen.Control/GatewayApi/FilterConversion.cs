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
            return rule with { Redirect = WithPort(WithPath(redirect, filter?.Path), filter, parentPort) };
        }

        PathModifier? path = filters.FirstOrDefault(each => each.Type == "URLRewrite")?.UrlRewrite?.Path;
        return path is null || rule.Rewrite is not { } rewrite ? rule : rule with { Rewrite = WithPath(rewrite, path, match) };
    }

    private static HttpRewrite WithPath(HttpRewrite rewrite, PathModifier path, HttpMatchRequest match) => rewrite;

    private static HttpRedirect WithPath(HttpRedirect redirect, PathModifier? path) => path switch
    {
        { Type: "ReplaceFullPath" } => redirect with { Uri = path.ReplaceFullPath ?? "/" },
        _ => redirect,
    };

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
