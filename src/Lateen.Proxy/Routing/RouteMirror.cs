namespace Lateen.Proxy.Routing;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Config;

/// <summary>A mirror policy with its host encoded in advance.</summary>
internal sealed class RouteMirror(MirrorPolicy config)
{
    private const int MaxHostBytes = 256;
    private readonly byte[] _host = Encoding.ASCII.GetBytes(config.HostRewriteLiteral);

    public MirrorPolicy Config { get; } = config;

    /// <summary>Names the copy's host.</summary>
    public void RewriteHost(HeaderMap copy)
    {
        if (_host.Length > 0)
        {
            copy.Set(":authority"u8, _host);
            return;
        }

        ReadOnlySpan<byte> host = copy.GetOrEmpty(":authority"u8);
        if (!Config.AppendsShadowSuffix || host.IsEmpty || host.Length > MaxHostBytes)
        {
            return;
        }

        // The suffix goes to the name, before the port (Envoy, shadow_writer_impl).
        ReadOnlySpan<byte> suffix = "-shadow"u8;
        int colon = host.LastIndexOf((byte)':');
        int nameEnd = colon < 0 || host[colon..].Contains((byte)']') ? host.Length : colon;
        Span<byte> changed = stackalloc byte[MaxHostBytes + suffix.Length];
        host[..nameEnd].CopyTo(changed);
        suffix.CopyTo(changed[nameEnd..]);
        host[nameEnd..].CopyTo(changed[(nameEnd + suffix.Length)..]);
        copy.Set(":authority"u8, changed[..(host.Length + suffix.Length)]);
    }
}
