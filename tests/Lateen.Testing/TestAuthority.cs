namespace Lateen.Testing;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

/// <summary>Issues certificates for tests.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _root;
    private int _serial = 1;

    public TestAuthority(string name = "Lateen test root")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        _root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddYears(2));
    }

    public byte[] Pem => Encoding.ASCII.GetBytes(_root.ExportCertificatePem());

    public byte[] KeyPem => Encoding.ASCII.GetBytes(
        (_root.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The root has a key.")).ExportPkcs8PrivateKeyPem());

    /// <summary>A list of the certificates that count no more, in PEM.</summary>
    public byte[] Revoke(params TestCertificate[] certificates)
    {
        var builder = new CertificateRevocationListBuilder();
        foreach (TestCertificate certificate in certificates)
        {
            using X509Certificate2 revoked = X509Certificate2.CreateFromPem(certificate.ChainText);
            builder.AddEntry(revoked);
        }

        byte[] list = builder.Build(_root, 1, DateTimeOffset.UtcNow.AddDays(1), HashAlgorithmName.SHA256);
        return Encoding.ASCII.GetBytes(PemEncoding.WriteString("X509 CRL", list));
    }

    /// <param name="sans">"dns:a.test", "uri:spiffe://…" or "ip:127.0.0.1".</param>
    public TestCertificate Issue(params string[] sans) => Issue(DateTimeOffset.UtcNow.AddDays(1), rsa: false, sans);

    public TestCertificate Issue(DateTimeOffset until, bool rsa, params string[] sans)
    {
        using ECDsa curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using RSA factors = RSA.Create(2048);
        var request = rsa
            ? new CertificateRequest("CN=leaf,O=Lateen", factors, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest("CN=leaf,O=Lateen", curve, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        foreach (string san in sans)
        {
            string value = san[(san.IndexOf(':') + 1)..];
            switch (san[..san.IndexOf(':')])
            {
                case "dns":
                    names.AddDnsName(value);
                    break;
                case "uri":
                    names.AddUri(new Uri(value));
                    break;
                default:
                    names.AddIpAddress(IPAddress.Parse(value));
                    break;
            }
        }

        request.CertificateExtensions.Add(names.Build());
        X509SignatureGenerator signer = X509SignatureGenerator.CreateForECDsa(
            _root.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The root has a key."));
        using X509Certificate2 leaf = request.Create(
            _root.SubjectName, signer, DateTimeOffset.UtcNow.AddDays(-2), until, BitConverter.GetBytes(_serial++));
        string key = rsa ? factors.ExportPkcs8PrivateKeyPem() : curve.ExportPkcs8PrivateKeyPem();
        return new TestCertificate(Encoding.ASCII.GetBytes(leaf.ExportCertificatePem()), Encoding.ASCII.GetBytes(key));
    }

    public void Dispose() => _root.Dispose();
}
