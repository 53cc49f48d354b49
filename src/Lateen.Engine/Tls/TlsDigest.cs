namespace Lateen.Engine.Tls;

using Lateen.Engine.Native;

/// <summary>SHA-256 by the library that TLS uses anyway: the framework's own would bind and start OpenSSL a second time.</summary>
public static class TlsDigest
{
    /// <summary>In hexadecimal digits; empty where OpenSSL is not installed, and then there is no TLS to identify.</summary>
    public static string Sha256(ReadOnlySpan<byte> data) =>
        OpenSslErrors.Missing is null ? Convert.ToHexString(OpenSslCertificate.Sha256(data)) : "";
}
