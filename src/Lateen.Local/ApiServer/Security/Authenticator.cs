namespace Lateen.Local.ApiServer.Security;

using System.Security.Cryptography.X509Certificates;
using Lateen.Local.Cluster;
using Microsoft.AspNetCore.Http;

/// <summary>Client certificates of our CA and service-account tokens; nothing else, and nobody anonymous.</summary>
internal sealed class Authenticator(ClusterCertificates certificates, ServiceAccountTokens tokens)
{
    private static readonly Dictionary<string, string[]> NoExtra = [];

    public UserIdentity Authenticate(HttpContext http)
    {
        string header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return tokens.Verify(header["Bearer ".Length..].Trim(), [])?.User ?? throw Unauthorized();
        }

        X509Certificate2? certificate = http.Connection.ClientCertificate;
        return certificate is not null && IsOurs(certificate) ? FromCertificate(certificate) : throw Unauthorized();
    }

    /// <summary>The chain must lead to the cluster's CA and to nothing the host trusts.</summary>
    public bool IsOurs(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(certificates.Authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid("1.3.6.1.5.5.7.3.2"));
        return chain.Build(certificate);
    }

    private static UserIdentity FromCertificate(X509Certificate2 certificate)
    {
        var groups = new List<string>();
        foreach (X500RelativeDistinguishedName part in certificate.SubjectName.EnumerateRelativeDistinguishedNames())
        {
            if (!part.HasMultipleElements && part.GetSingleElementType().Value == "2.5.4.10"
                && part.GetSingleElementValue() is { } group)
            {
                groups.Add(group);
            }
        }

        groups.Add("system:authenticated");
        return new UserIdentity(certificate.GetNameInfo(X509NameType.SimpleName, false), "", groups, NoExtra);
    }

    private static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");
}
