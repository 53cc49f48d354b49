namespace Lateen.Local.ApiServer.Security;

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

/// <summary>The cluster's keys, made once and kept under the home: CA, server, administrator, token signing.</summary>
public sealed class ClusterCertificates
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan Backdate = TimeSpan.FromHours(1);

    private ClusterCertificates(X509Certificate2 authority, X509Certificate2 server, string adminCertificatePem,
        string adminKeyPem,
        ECDsa tokenKey)
    {
        Authority = authority;
        Server = server;
        AdminCertificatePem = adminCertificatePem;
        AdminKeyPem = adminKeyPem;
        TokenKey = tokenKey;
        AuthorityPem = authority.ExportCertificatePem();
    }

    public X509Certificate2 Authority { get; }

    public X509Certificate2 Server { get; }

    /// <summary>What pods get as ca.crt.</summary>
    public string AuthorityPem { get; }

    public string AdminCertificatePem { get; }

    public string AdminKeyPem { get; }

    public ECDsa TokenKey { get; }

    /// <summary>Loads the keys from the folder, making what is missing.</summary>
    public static ClusterCertificates LoadOrCreate(string folder)
    {
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        X509Certificate2 authority = LoadAuthority(folder);
        (string serverPem, string serverKey) = LoadPair(folder, "server", () => IssueServer(authority));
        (string adminPem, string adminKey) = LoadPair(folder, "admin", () => IssueAdmin(authority));
        (string _, string tokenKeyPem) = LoadPair(folder, "tokens", NewTokenKey);
        var tokenKey = ECDsa.Create();
        tokenKey.ImportFromPem(tokenKeyPem);
        using X509Certificate2 parsed = X509Certificate2.CreateFromPem(serverPem, serverKey);

        // TLS needs a key that is not bound to the parsed PEM object.
        X509Certificate2 server = X509CertificateLoader.LoadPkcs12(parsed.Export(X509ContentType.Pkcs12), null);
        return new ClusterCertificates(authority, server, adminPem, adminKey, tokenKey);
    }

    private static X509Certificate2 LoadAuthority(string folder)
    {
        (string pem, string key) = LoadPair(folder, "ca", NewAuthority);
        return X509Certificate2.CreateFromPem(pem, key);
    }

    private static (string Pem, string Key) LoadPair(string folder, string name, Func<(string Pem, string Key)> make)
    {
        string certificateFile = Path.Combine(folder, $"{name}.crt");
        string keyFile = Path.Combine(folder, $"{name}.key");
        if (!File.Exists(keyFile) || !File.Exists(certificateFile))
        {
            (string pem, string key) = make();
            WritePrivate(keyFile, key);
            WritePrivate(certificateFile, pem);
        }

        return (File.ReadAllText(certificateFile), File.ReadAllText(keyFile));
    }

    internal static void WritePrivate(string path, string text)
    {
        // Written aside and renamed: a crash never leaves half a key.
        string temporary = $"{path}.new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly,
        }))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static (string Pem, string Key) NewAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=kubernetes", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign | X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now - Backdate, now.AddYears(10));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static (string Pem, string Key) IssueServer(X509Certificate2 authority)
    {
        var names = new SubjectAlternativeNameBuilder();
        foreach (string name in (string[])["kubernetes", "kubernetes.default", "kubernetes.default.svc",
            "kubernetes.default.svc.cluster.local", "localhost"])
        {
            names.AddDnsName(name);
        }

        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        names.AddIpAddress(IPAddress.Parse("10.96.0.1"));
        return Issue(authority, "CN=kube-apiserver", names, "1.3.6.1.5.5.7.3.1");
    }

    private static (string Pem, string Key) IssueAdmin(X509Certificate2 authority)
    {
        return Issue(authority, "O=system:masters, CN=kubernetes-admin", null, "1.3.6.1.5.5.7.3.2");
    }

    private static (string Pem, string Key) Issue(X509Certificate2 authority, string subject,
        SubjectAlternativeNameBuilder? names,
        string usage)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        if (names is not null)
        {
            request.CertificateExtensions.Add(names.Build());
        }

        DateTimeOffset now = DateTimeOffset.UtcNow;
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] &= 0x7F;
        using X509Certificate2 certificate = request.Create(authority, now - Backdate, authority.NotAfter.AddMinutes(-1), serial);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static (string Pem, string Key) NewTokenKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return (key.ExportSubjectPublicKeyInfoPem(), key.ExportPkcs8PrivateKeyPem());
    }
}
