namespace Lateen.Proxy.Http;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Engine.Tls;
using Lateen.Proxy.Config;

/// <summary>Keeps, removes or writes x-forwarded-client-cert (Envoy's HTTP header of that name; one element for each hop).</summary>
internal static class ClientCertificateHeader
{
    private const int MaxStackBytes = 4096;

    public static void Apply(HeaderMap request, TlsSession? tls, HttpConnectionManagerConfig config)
    {
        ForwardClientCertificate forward = config.ForwardClientCertificate;
        if (forward is ForwardClientCertificate.AlwaysForwardOnly)
        {
            return;
        }

        // Without a client's certificate nobody vouches for what the header says.
        if (forward is ForwardClientCertificate.Sanitize || tls?.PeerCertificate is not { } peer)
        {
            request.Remove("x-forwarded-client-cert"u8);
            return;
        }

        if (forward is ForwardClientCertificate.ForwardOnly)
        {
            return;
        }

        byte[] element = tls.DerivedText ??= Element(tls, peer, config.ClientCertificateDetails);
        if (forward is ForwardClientCertificate.SanitizeSet
            || !request.TryGet("x-forwarded-client-cert"u8, out ReadOnlySpan<byte> earlier))
        {
            request.Set("x-forwarded-client-cert"u8, element);
            return;
        }

        int length = earlier.Length + 1 + element.Length;
        Span<byte> joined = length <= MaxStackBytes ? stackalloc byte[MaxStackBytes] : new byte[length];
        earlier.CopyTo(joined);
        joined[earlier.Length] = (byte)',';
        element.CopyTo(joined[(earlier.Length + 1)..]);
        request.Set("x-forwarded-client-cert"u8, joined[..length]);
    }

    private static byte[] Element(TlsSession tls, TlsCertificate peer, ClientCertificateDetails details)
    {
        var text = new StringBuilder();
        foreach (string uri in tls.LocalCertificate?.UriSans ?? [])
        {
            Field(text, "By", uri);
        }

        Field(text, "Hash", peer.Sha256Hex);
        if (details.HasFlag(ClientCertificateDetails.Certificate))
        {
            Field(text, "Cert", $"\"{peer.UrlEncodedPem}\"");
        }

        if (details.HasFlag(ClientCertificateDetails.Subject))
        {
            // RFC 2253 escapes a quote inside, so a name cannot end the field and forge the next one.
            Field(text, "Subject", $"\"{peer.Subject}\"");
        }

        if (details.HasFlag(ClientCertificateDetails.Uri))
        {
            Fields(text, "URI", peer.UriSans);
        }

        if (details.HasFlag(ClientCertificateDetails.Dns))
        {
            Fields(text, "DNS", peer.DnsSans);
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static void Fields(StringBuilder text, string name, IReadOnlyList<string> values)
    {
        for (int i = 0; i < values.Count; i++)
        {
            Field(text, name, Safe(values[i]));
        }

        if (values.Count == 0 && name == "URI")
        {
            Field(text, name, "");
        }
    }

    private static void Field(StringBuilder text, string name, string value)
    {
        if (text.Length > 0)
        {
            text.Append(';');
        }

        text.Append(name).Append('=').Append(value);
    }

    // Separators of the header inside a value are put in quotes.
    private static string Safe(string value) =>
        value.AsSpan().ContainsAny(";,=\"") ? $"\"{value.Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : value;
}
