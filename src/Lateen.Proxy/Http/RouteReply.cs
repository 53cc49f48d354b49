namespace Lateen.Proxy.Http;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;
using Lateen.Proxy.Routing;

/// <summary>Answers for routes that forward nowhere: redirects and direct responses.</summary>
internal static class RouteReply
{
    public static void Send(ActiveStream stream, Route route)
    {
        stream.Info.ResponseCodeDetails = ResponseCodeDetails.DirectResponse;
        if (route.Config.Action is RedirectAction redirect)
        {
            stream.Manager.Stats.Redirect.Increment();
            stream.SendLocal(redirect.Status, default, Encoding.UTF8.GetBytes(Location(stream.Request, redirect,
                route.PathLength)));
            return;
        }

        stream.Manager.Stats.DirectResponse.Increment();
        int status = route.Config.Action is DirectResponseAction direct ? direct.Status : 500;
        stream.SendLocal(status, route.DirectBody, default);
    }

    private static string Location(HeaderMap request, RedirectAction redirect, int matchedLength)
    {
        string oldScheme = Text(request, "x-forwarded-proto"u8);
        string scheme = redirect.Scheme.Length > 0 ? redirect.Scheme : oldScheme;
        string authority = Text(request, ":authority"u8);
        int colon = authority.LastIndexOf(':');
        bool hasPort = colon >= 0 && !authority.AsSpan(colon).Contains(']');
        string host = redirect.Host.Length > 0 ? redirect.Host : (hasPort ? authority[..colon] : authority);
        string port = redirect.Port > 0 ? $":{redirect.Port}" : (hasPort && redirect.Host.Length == 0 ? authority[colon..] : "");

        // The default port of either scheme is not worth telling, and the old one's is wrong for the new one.
        bool isDefault = (scheme == "http" && port == ":80") || (scheme == "https" && port == ":443");
        bool wasDefault = scheme != oldScheme && redirect.Port == 0 && port is ":80" or ":443";
        port = isDefault || wasDefault ? "" : port;
        string path = Text(request, ":path"u8);
        int queryAt = path.IndexOf('?', StringComparison.Ordinal);
        string query = queryAt < 0 || redirect.StripQuery ? "" : path[queryAt..];
        path = queryAt < 0 ? path : path[..queryAt];
        if (redirect.Path.Length > 0)
        {
            path = redirect.Path;
            query = path.Contains('?', StringComparison.Ordinal) ? "" : query;
        }
        else if (redirect.PrefixRewrite is { } prefix)
        {
            path = prefix + path[Math.Min(matchedLength, path.Length)..];
        }

        return $"{scheme}://{host}{port}{path}{query}";
    }

    private static string Text(HeaderMap headers, ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(headers.GetOrEmpty(name));
}
