namespace Lateen.Local.ApiServer.Security;

using System.Text;

/// <summary>Writes the administrator's kubeconfig (mode 0600).</summary>
public static class Kubeconfig
{
    public static string Render(ClusterCertificates certificates, string server)
    {
        return $"""
            apiVersion: v1
            kind: Config
            clusters:
            - name: lateen
              cluster:
                server: {server}
                certificate-authority-data: {Encode(certificates.AuthorityPem)}
            users:
            - name: lateen-admin
              user:
                client-certificate-data: {Encode(certificates.AdminCertificatePem)}
                client-key-data: {Encode(certificates.AdminKeyPem)}
            contexts:
            - name: lateen
              context:
                cluster: lateen
                user: lateen-admin
                namespace: default
            current-context: lateen

            """;
    }

    public static void Write(string path, ClusterCertificates certificates, string server)
    {
        ClusterCertificates.WritePrivate(path, Render(certificates, server));
    }

    private static string Encode(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
