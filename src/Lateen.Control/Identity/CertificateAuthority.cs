namespace Lateen.Control.Identity;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>
/// The mesh's self-signed root (secret istio-ca-secret) and what it signs. Keys are ECDSA P-256; a root of another kind that is loaded
/// from the secret works as well. Times come from the caller's clock.
/// </summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>Istio's lifetime of a self-signed root: 3650 days.</summary>
    public static readonly TimeSpan RootLifetime = TimeSpan.FromDays(3650);

    private readonly X509Certificate2 _root;
    private readonly TimeProvider _time;

    private CertificateAuthority(X509Certificate2 root, TimeProvider time)
    {
        _root = root;
        _time = time;
    }

    /// <summary>The root certificate in PEM, as ConfigMap istio-ca-root-cert publishes it.</summary>
    public string RootPem => _root.ExportCertificatePem();

    public DateTimeOffset RootExpiry => _root.NotAfter;

    /// <summary>Makes a new root for a trust domain.</summary>
    public static CertificateAuthority Create(string trustDomain, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"O={trustDomain}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = time.GetUtcNow();
        // Backdated, so that a node whose clock is a little behind accepts it.
        return new CertificateAuthority(request.CreateSelfSigned(now.AddMinutes(-2), now + RootLifetime), time);
    }

    /// <summary>Loads ca-cert.pem and ca-key.pem of the secret.</summary>
    /// <exception cref="CryptographicException">The pair is not PEM, does not match, or is no certificate authority.</exception>
    public static CertificateAuthority Load(string certificatePem, string keyPem, TimeProvider time)
    {
        X509Certificate2 root = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        bool isAuthority = root.Extensions.OfType<X509BasicConstraintsExtension>().Any(e => e.CertificateAuthority);
        return isAuthority
            ? new CertificateAuthority(root, time)
            : throw new CryptographicException("ca-cert.pem is not a certificate authority (basicConstraints CA is missing).");
    }

    /// <summary>The private key in PEM (PKCS #8), for the secret.</summary>
    public string ExportKeyPem()
    {
        using AsymmetricAlgorithm? key = (AsymmetricAlgorithm?)_root.GetECDsaPrivateKey() ?? _root.GetRSAPrivateKey();
        return key?.ExportPkcs8PrivateKeyPem() ?? throw new CryptographicException("The root has no exportable private key.");
    }

    /// <summary>A server certificate with key for the control plane's own listeners.</summary>
    public X509Certificate2 IssueServer(IReadOnlyList<string> dnsNames, TimeSpan lifetime)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=Lateen", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (string name in dnsNames)
        {
            names.AddDnsName(name);
        }

        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        AddLeafExtensions(request);
        using X509Certificate2 issued = Sign(request, lifetime);
        using X509Certificate2 withKey = issued.CopyWithPrivateKey(key);
        // An ephemeral key cannot be used by every TLS stack; a round trip through PKCS #12 makes it an ordinary one.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }

    public void Dispose() => _root.Dispose();

    private static void AddLeafExtensions(CertificateRequest request)
    {
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(
            new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
    }

    private X509Certificate2 Sign(CertificateRequest request, TimeSpan lifetime)
    {
        DateTimeOffset now = _time.GetUtcNow();
        DateTimeOffset end = now + lifetime;
        Span<byte> serial = stackalloc byte[16];
        RandomNumberGenerator.Fill(serial);
        serial[0] &= 0x7F; // a positive number (RFC 5280 4.1.2.2)
        DateTimeOffset last = end < _root.NotAfter ? end : _root.NotAfter;
        X509SignatureGenerator generator = _root.GetECDsaPrivateKey() is { } ec
            ? X509SignatureGenerator.CreateForECDsa(ec)
            : X509SignatureGenerator.CreateForRSA(
                _root.GetRSAPrivateKey() ?? throw new CryptographicException("The root has neither an EC nor an RSA key."),
                RSASignaturePadding.Pkcs1);
        return request.Create(_root.SubjectName, generator, now.AddMinutes(-2), last, serial);
    }
}
