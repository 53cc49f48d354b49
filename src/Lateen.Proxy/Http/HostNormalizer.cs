namespace Lateen.Proxy.Http;

using System.Buffers.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;

/// <summary>Strips port and trailing dot from the authority, as far as the connection manager asks for it.</summary>
internal static class HostNormalizer
{
    /// <summary>There is something to do for this configuration at all.</summary>
    public static bool IsAsked(HttpConnectionManagerConfig config) =>
        config.StripAnyHostPort || config.StripMatchingHostPort || config.StripTrailingHostDot;

    public static void Apply(HeaderMap request, HttpConnectionManagerConfig config, int localPort)
    {
        ReadOnlySpan<byte> authority = request.GetOrEmpty(":authority"u8);
        int colon = authority.LastIndexOf((byte)':');
        bool hasPort = colon >= 0 && authority[(colon + 1)..].IndexOf((byte)']') < 0;
        ReadOnlySpan<byte> host = hasPort ? authority[..colon] : authority;
        ReadOnlySpan<byte> port = hasPort ? authority[colon..] : default;
        bool matches = hasPort && Utf8Parser.TryParse(port[1..], out int number, out int used) && used == port.Length - 1
            && number == localPort;
        if (config.StripAnyHostPort || (config.StripMatchingHostPort && matches))
        {
            port = default;
        }

        if (config.StripTrailingHostDot && host.EndsWith("."u8))
        {
            host = host[..^1];
        }

        if (host.Length + port.Length == authority.Length || authority.Length > 512)
        {
            return;
        }

        Span<byte> stripped = stackalloc byte[512];
        host.CopyTo(stripped);
        port.CopyTo(stripped[host.Length..]);
        request.Set(":authority"u8, stripped[..(host.Length + port.Length)]);
    }
}
