namespace Lateen.Control.Translation.Routes;

using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Lateen.Api.Resources.Networking;

/// <summary>Changes of path and authority before forwarding.</summary>
internal static class Rewrites
{
    public static void Apply(HttpRewrite? rewrite, RouteAction action)
    {
        if (rewrite is null)
        {
            return;
        }

        if (rewrite.Uri.Length > 0)
        {
            action.PrefixRewrite = rewrite.Uri;
        }

        if (rewrite.UriRegexRewrite is { } regex)
        {
            action.RegexRewrite = new RegexMatchAndSubstitute
            {
                Pattern = new RegexMatcher { Regex = regex.Match },
                Substitution = regex.Rewrite,
            };
        }

        if (rewrite.Authority.Length > 0)
        {
            action.HostRewriteLiteral = rewrite.Authority;
        }
    }
}
