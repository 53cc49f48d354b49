namespace Lateen.Proxy.Http;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Clusters;
using Lateen.Proxy.Config;
using Lateen.Proxy.Routing;

/// <summary>
/// Answers for routes that forward nowhere: redirects and direct responses. A redirect makes its location out of strings; that is
/// rare enough to allocate.
/// </summary>
internal static class RouteReply
{
    public static void Send(ActiveStream stream, Route route)
    {
        stream.Info.ResponseCodeDetails = ResponseCodeDetails.DirectResponse;
        if (route.Config.Action is RedirectAction redirect)
        {
            stream.Manager.Stats.Redirect.Increment();
            stream.SendLocal(redirect.Status, default, Encoding.UTF8.GetBytes(Location(stream.Request, route, redirect)));
            return;
        }

        stream.Manager.Stats.DirectResponse.Increment();
        int status = route.Config.Action is DirectResponseAction direct ? direct.Status : 500;
        stream.SendLocal(status, route.DirectBody, default);
    }

    /// <summary>The virtual host wants TLS (require_tls).</summary>
    public static void SendTlsRedirect(ActiveStream stream)
    {
        stream.Info.ResponseCodeDetails = ResponseCodeDetails.DirectResponse;
        stream.Manager.Stats.Redirect.Increment();
        string location = $"https://{Text(stream.Request, ":authority"u8)}{Text(stream.Request, ":path"u8)}";
        stream.SendLocal(301, default, Encoding.UTF8.GetBytes(location));
    }

    /// <summary>The control plane has this share of the cluster's requests dropped.</summary>
    public static void SendDropped(ActiveStream stream, Cluster cluster)
    {
        cluster.Stats.DropOverload.Increment();
        stream.Respond(503, ResponseFlags.DropOverload, ResponseCodeDetails.DropOverload, "drop overload"u8);
    }

    private static string Location(HeaderMap request, Route route, RedirectAction redirect)
    {
        string oldScheme = Text(request, "x-forwarded-proto"u8);
        oldScheme = oldScheme.Length == 0 ? "http" : oldScheme;
        string scheme = redirect.Scheme.Length > 0 ? redirect.Scheme : oldScheme;
        return $"{scheme}://{Authority(request, redirect, oldScheme, scheme)}{Path(request, route, redirect)}";
    }

    private static string Authority(HeaderMap request, RedirectAction redirect, string oldScheme, string scheme)
    {
        string authority = Text(request, ":authority"u8);
        int colon = authority.LastIndexOf(':');
        bool hasPort = colon >= 0 && !authority.AsSpan(colon).Contains(']');
        string host = redirect.Host.Length > 0 ? redirect.Host : hasPort ? authority[..colon] : authority;
        if (redirect.Port > 0)
        {
            // Saying the default port would name the same place (RFC 3986 section 6.2.3), only longer.
            return IsDefaultPort(scheme, $":{redirect.Port}") ? host : $"{host}:{redirect.Port}";
        }

        if (redirect.Host.Length > 0 || !hasPort)
        {
            return host;
        }

        // The old scheme's default port is wrong under a new scheme; any other port was meant.
        return scheme != oldScheme && IsDefaultPort(oldScheme, authority[colon..]) ? host : authority;
    }

    private static string Path(HeaderMap request, Route route, RedirectAction redirect)
    {
        string path = Text(request, ":path"u8);
        int queryAt = path.IndexOf('?', StringComparison.Ordinal);
        string query = queryAt < 0 || redirect.StripQuery ? "" : path[queryAt..];
        path = queryAt < 0 ? path : path[..queryAt];
        if (redirect.Path.Length > 0)
        {
            // A query of the new path takes the old one's place and is never stripped (route_components.proto, path_redirect).
            return redirect.Path.Contains('?', StringComparison.Ordinal) ? redirect.Path : redirect.Path + query;
        }

        if (redirect.PrefixRewrite is { } prefix)
        {
            bool whole = route.Config.Match.PathKind is PathMatchKind.Exact or PathMatchKind.Regex;
            path = prefix + (whole ? "" : path[Math.Min(route.PathLength, path.Length)..]);
        }
        else if (redirect.RewriteRegex is { } regex)
        {
            path = regex.Replace(Encoding.UTF8.GetBytes(path), redirect.RewriteSubstitution);
        }

        return path + query;
    }

    private static bool IsDefaultPort(string scheme, string port) =>
        (scheme == "http" && port == ":80") || (scheme == "https" && port == ":443");

    private static string Text(HeaderMap headers, ReadOnlySpan<byte> name) => Encoding.UTF8.GetString(headers.GetOrEmpty(name));
}
