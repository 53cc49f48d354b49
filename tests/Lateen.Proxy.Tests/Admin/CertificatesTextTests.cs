namespace Lateen.Proxy.Tests.Admin;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Proxy.Admin;
using Lateen.Proxy.Config;

public sealed class CertificatesTextTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Each_certificate_has_its_names_and_its_end()
    {
        var secret = new SecretConfig
        {
            Name = "default",
            Certificate = new TlsCertificateConfig { CertificateChain = Certificate(days: 10), PrivateKey = [] },
        };
        var trust = new SecretConfig
        {
            Name = "ROOTCA",
            Validation = new ValidationContextConfig { TrustedCa = Certificate(days: 3) },
        };

        JsonNode all = JsonNode.Parse(CertificatesText.Write([secret, trust], Now))?["certificates"] ?? "";
        JsonNode leaf = all[1]?["cert_chain"]?[0] ?? "";

        Assert.Equal("<inline: ROOTCA>", all[0]?["ca_cert"]?[0]?["path"]?.GetValue<string>());
        Assert.Equal("10", leaf["days_until_expiration"]?.GetValue<string>());
        Assert.Equal("2026-01-11T00:00:00Z", leaf["expiration_time"]?.GetValue<string>());
        Assert.Equal("a.example.com", leaf["subject_alt_names"]?[0]?["dns"]?.GetValue<string>());
        Assert.Equal("spiffe://cluster.local/ns/a/sa/b", leaf["subject_alt_names"]?[1]?["uri"]?.GetValue<string>());
        Assert.Equal(3, CertificatesText.DaysUntilFirstEnd([secret, trust], Now));
        Assert.Null(CertificatesText.DaysUntilFirstEnd([], Now));
    }

    private static byte[] Certificate(int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("a.example.com");
        names.AddUri(new Uri("spiffe://cluster.local/ns/a/sa/b"));
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(Now.AddDays(-1), Now.AddDays(days));
        return Encoding.ASCII.GetBytes(certificate.ExportCertificatePem());
    }
}
