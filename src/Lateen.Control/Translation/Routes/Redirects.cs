namespace Lateen.Control.Translation.Routes;

using Envoy.Config.Route.V3;
using Lateen.Api.Resources.Networking;
using Code = Envoy.Config.Route.V3.RedirectAction.Types.RedirectResponseCode;

/// <summary>Redirects; the code is 301 unless given.</summary>
internal static class Redirects
{
    public static RedirectAction Translate(HttpRedirect redirect)
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

        if (redirect.Scheme.Length > 0)
        {
            action.SchemeRedirect = redirect.Scheme;
        }

        // The default port of a scheme is left out of the Location header.
        bool isDefaultPort = (redirect.Scheme, redirect.Port) is ("http", 80) or ("https", 443);
        if (redirect.Port is { } port && !isDefaultPort)
        {
            action.PortRedirect = (uint)port;
        }

        return action;
    }
}
