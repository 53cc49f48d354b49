namespace Lateen.Control.GatewayApi;

using Lateen.Api.Names;
using Lateen.Api.Resources.GatewayApi;

/// <summary>Says what is wrong with a rule's filters, which the definition's schema cannot.</summary>
internal static class FilterRules
{
    private static readonly string[] OnBackends = ["RequestHeaderModifier", "ResponseHeaderModifier"];

    public static string? Problem(HttpRouteRule rule)
    {
        for (int i = 0; i < rule.Filters.Count; i++)
        {
            if (Problem(rule.Filters[i]) is { } problem)
            {
                return $"filters[{i}]: {problem}";
            }

            // A mirror may be given several times; of two others of one type it would be unclear which counts.
            string type = rule.Filters[i].Type;
            if (type is not "RequestMirror" && rule.Filters.Count(each => each.Type == type) > 1)
            {
                return $"filters[{i}]: {type} may be given once";
            }
        }

        if (rule.Filters.Any(each => each.Type == "RequestRedirect")
            && (rule.BackendRefs.Count > 0 || rule.Filters.Any(each => each.Type == "URLRewrite")))
        {
            return "filters: RequestRedirect answers by itself, so neither backendRefs nor URLRewrite may stand beside it";
        }

        bool replacesPrefix = rule.Filters.Any(each =>
            (each.UrlRewrite?.Path ?? each.RequestRedirect?.Path) is { Type: "ReplacePrefixMatch" });
        if (replacesPrefix && (rule.Matches.Any(each => (each.Path?.Type ?? "") is "Exact" or "RegularExpression")))
        {
            return "filters: ReplacePrefixMatch needs matches of type PathPrefix only";
        }

        return OfBackends(rule.BackendRefs);
    }

    private static string? OfBackends(ValueList<HttpBackendReference> backends)
    {
        for (int i = 0; i < backends.Count; i++)
        {
            foreach (HttpRouteFilter filter in backends[i].Filters)
            {
                if (!OnBackends.Contains(filter.Type))
                {
                    return $"backendRefs[{i}].filters: {filter.Type} is not enforced for a single backend; put it on the rule";
                }

                if (Problem(filter) is { } problem)
                {
                    return $"backendRefs[{i}].filters: {problem}";
                }
            }
        }

        return null;
    }

    private static string? Problem(HttpRouteFilter filter) => filter.Type switch
    {
        "RequestHeaderModifier" => Given(filter.RequestHeaderModifier, "requestHeaderModifier"),
        "ResponseHeaderModifier" => Given(filter.ResponseHeaderModifier, "responseHeaderModifier"),
        "RequestMirror" => Given(filter.RequestMirror?.BackendRef, "requestMirror.backendRef"),
        "RequestRedirect" => Given(filter.RequestRedirect, "requestRedirect") ?? Redirect(filter.RequestRedirect),
        "URLRewrite" => Given(filter.UrlRewrite, "urlRewrite"),
        "CORS" => Given(filter.Cors, "cors"),
        "ExtensionRef" => "there is no filter of this implementation that ExtensionRef could name; remove it",
        _ => $"filter type {filter.Type} is not enforced by this version; remove it",
    };

    private static string? Given(object? value, string field) => value is null ? $"{field} is required" : null;

    private static string? Redirect(RedirectFilter? filter) => filter switch
    {
        { Scheme: not ("" or "http" or "https") } => $"scheme {filter.Scheme} is neither http nor https",
        { StatusCode: not (null or 301 or 302 or 303 or 307 or 308) } => $"statusCode {filter.StatusCode} is no redirect",
        _ => null,
    };
}
