namespace Lateen.Proxy.Formatting;

using Lateen.Engine.Tls;

/// <summary>The operators that tell of TLS, by name.</summary>
internal static class TlsOperators
{
    public static IEnumerable<KeyValuePair<string, FormatOperator>> All { get; } =
    [
        Down("DOWNSTREAM_TLS_VERSION", static (b, tls) => Text(b, tls.Version)),
        Down("DOWNSTREAM_TLS_CIPHER", static (b, tls) => Text(b, tls.CipherSuite)),
        Down("DOWNSTREAM_PEER_URI_SAN", static (b, tls) => List(b, tls.PeerCertificate?.UriSans)),
        Down("DOWNSTREAM_PEER_DNS_SAN", static (b, tls) => List(b, tls.PeerCertificate?.DnsSans)),
        Down("DOWNSTREAM_PEER_IP_SAN", static (b, tls) => List(b, tls.PeerCertificate?.IpSans)),
        Down("DOWNSTREAM_PEER_SUBJECT", static (b, tls) => Text(b, tls.PeerCertificate?.Subject)),
        Down("DOWNSTREAM_PEER_ISSUER", static (b, tls) => Text(b, tls.PeerCertificate?.Issuer)),
        Down("DOWNSTREAM_PEER_SERIAL", static (b, tls) => Text(b, tls.PeerCertificate?.SerialNumber)),
        Down("DOWNSTREAM_PEER_FINGERPRINT_256", static (b, tls) => Text(b, tls.PeerCertificate?.Sha256Hex)),
        Down("DOWNSTREAM_PEER_CERT", static (b, tls) => Text(b, tls.PeerCertificate?.UrlEncodedPem)),
        Down("DOWNSTREAM_LOCAL_URI_SAN", static (b, tls) => List(b, tls.LocalCertificate?.UriSans)),
        Down("DOWNSTREAM_LOCAL_DNS_SAN", static (b, tls) => List(b, tls.LocalCertificate?.DnsSans)),
        Down("DOWNSTREAM_LOCAL_SUBJECT", static (b, tls) => Text(b, tls.LocalCertificate?.Subject)),
        Up("UPSTREAM_TLS_VERSION", static (b, tls) => Text(b, tls.Version)),
        Up("UPSTREAM_TLS_CIPHER", static (b, tls) => Text(b, tls.CipherSuite)),
        Up("UPSTREAM_PEER_URI_SAN", static (b, tls) => List(b, tls.PeerCertificate?.UriSans)),
        Up("UPSTREAM_PEER_DNS_SAN", static (b, tls) => List(b, tls.PeerCertificate?.DnsSans)),
        Up("UPSTREAM_PEER_SUBJECT", static (b, tls) => Text(b, tls.PeerCertificate?.Subject)),
        Up("UPSTREAM_PEER_ISSUER", static (b, tls) => Text(b, tls.PeerCertificate?.Issuer)),
        Up("UPSTREAM_PEER_CERT", static (b, tls) => Text(b, tls.PeerCertificate?.UrlEncodedPem)),
        Up("UPSTREAM_LOCAL_URI_SAN", static (b, tls) => List(b, tls.LocalCertificate?.UriSans)),
        Up("UPSTREAM_LOCAL_SUBJECT", static (b, tls) => Text(b, tls.LocalCertificate?.Subject)),
        new("DOWNSTREAM_TRANSPORT_FAILURE_REASON", new PlainOperator(
            static (FormatBuffer b, in FormatInput e) => Text(b, e.Info.DownstreamTransportFailureReason), isNumber: false)),
    ];

    private static KeyValuePair<string, FormatOperator> Down(string name, Func<FormatBuffer, TlsSession, bool> write) => new(
        name,
        new PlainOperator((FormatBuffer b, in FormatInput e) => e.Info.DownstreamTls is { } tls && write(b, tls), isNumber: false));

    private static KeyValuePair<string, FormatOperator> Up(string name, Func<FormatBuffer, TlsSession, bool> write) => new(
        name,
        new PlainOperator((FormatBuffer b, in FormatInput e) => e.Info.UpstreamTls is { } tls && write(b, tls), isNumber: false));

    private static bool Text(FormatBuffer buffer, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return false;
        }

        buffer.Append(value);
        return true;
    }

    private static bool List(FormatBuffer buffer, IReadOnlyList<string>? values)
    {
        for (int i = 0; i < values?.Count; i++)
        {
            if (i > 0)
            {
                buffer.Append((byte)',');
            }

            buffer.Append(values[i]);
        }

        return values?.Count > 0;
    }
}
