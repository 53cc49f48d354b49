namespace Lateen.Control.Tests.Identity;

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Lateen.Control.Identity;

public sealed class CertificateAuthorityTests
{
    [Fact]
    public void A_server_certificate_is_trusted_through_the_published_root_for_the_names_it_was_asked_for()
    {
        using var authority = CertificateAuthority.Create("cluster.local", TimeProvider.System);

        using X509Certificate2 server = authority.IssueServer(["istiod.istio-system.svc"], TimeSpan.FromDays(30));

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(X509Certificate2.CreateFromPem(authority.RootPem));
        Assert.True(chain.Build(server));
        Assert.True(server.MatchesHostname("istiod.istio-system.svc"));
        Assert.False(server.MatchesHostname("istiod.other.svc"));
        Assert.True(server.HasPrivateKey);
    }

    [Fact]
    public void A_root_that_was_stored_and_loaded_signs_for_the_same_trust()
    {
        using var made = CertificateAuthority.Create("cluster.local", TimeProvider.System);

        using CertificateAuthority loaded = CertificateAuthority.Load(made.RootPem, made.ExportKeyPem(), TimeProvider.System);

        Assert.Equal(made.RootPem, loaded.RootPem);
        using X509Certificate2 server = loaded.IssueServer(["a"], TimeSpan.FromDays(1));
        Assert.Equal(X509Certificate2.CreateFromPem(made.RootPem).Subject, server.Issuer);
    }

    [Fact]
    public void A_certificate_that_is_no_authority_is_refused_as_a_root()
    {
        using var authority = CertificateAuthority.Create("cluster.local", TimeProvider.System);
        using X509Certificate2 leaf = authority.IssueServer(["a"], TimeSpan.FromDays(1));
        using ECDsa key = leaf.GetECDsaPrivateKey()!;

        var refusal = Assert.Throws<CryptographicException>(
            () => CertificateAuthority.Load(leaf.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), TimeProvider.System));

        Assert.Contains("not a certificate authority", refusal.Message);
    }

    [Fact]
    public void Nothing_that_is_issued_outlives_the_root()
    {
        using var authority = CertificateAuthority.Create("cluster.local", TimeProvider.System);

        using X509Certificate2 server = authority.IssueServer(["a"], TimeSpan.FromDays(36_500));

        Assert.True(server.NotAfter <= authority.RootExpiry);
    }
}
