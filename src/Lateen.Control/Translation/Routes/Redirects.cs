namespace Lateen.Control.Translation.Routes;

using Envoy.Config.Route.V3;
using Envoy.Type.Matcher.V3;
using Lateen.Api.Resources.Networking;
using Lateen.Control.GatewayApi;
using Code = Envoy.Config.Route.V3.RedirectAction.Types.RedirectResponseCode;

/// <summary>Redirects; the code is 301 unless given.</summary>
internal static class Redirects
{
    public static RedirectAction Translate(HttpRedirect redirect, int requestPort)
    {
        RedirectAction action = new()
        {
            HostRedirect = redirect.Authority,
            ResponseCode = redirect.RedirectCode switch
            {
                302 => Code.Found,
                303 => Code.SeeOther,
                307 => Code.TemporaryRedirect,
                308 => Code.PermanentRedirect,
                _ => Code.MovedPermanently,
            },
        };
        if (redirect.Uri.Length > 0)
        {
            action.PathRedirect = redirect.Uri;
        }
        else if (redirect.PrefixRewrite.Length > 0)
        {
            action.PrefixRewrite = redirect.PrefixRewrite;
        }

        if (redirect.Scheme.Length > 0)
        {
            action.SchemeRedirect = redirect.Scheme;
        }

        // Without a port the proxy writes the scheme's own, which is what FROM_PROTOCOL_DEFAULT means.
        int port = redirect.DerivePort is RedirectPort.FromRequestPort ? requestPort : redirect.Port ?? 0;

        // The default port of a scheme is left out of the Location header.
        bool isDefaultPort = (redirect.Scheme, port) is ("http", 80) or ("https", 443);
        if (port > 0 && !isDefaultPort)
        {
            action.PortRedirect = (uint)port;
        }

        return action;
    }

    /// <summary>Takes a prefix of whole segments away; putting "/" in its place would leave "//rest".</summary>
    public static void TakePrefixAway(RedirectAction action, string prefix)
    {
        if (prefix != "/")
        {
            action.RegexRewrite = new RegexMatchAndSubstitute
            {
                Pattern = new RegexMatcher { Regex = FilterConversion.WithoutPrefix(prefix) },
                Substitution = "/\\1",
            };
        }
    }
}
