namespace Lateen.Kubernetes;

using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Control.Identity;

/// <summary>Secret istio-ca-secret: the root is made once and shared by every replica and every restart.</summary>
public static class CaSecret
{
    private const string Name = "istio-ca-secret";

    /// <summary>Loads the root, or makes and stores one; two replicas that start together end up with the same.</summary>
    /// <exception cref="CryptographicException">The secret exists but does not hold a usable root.</exception>
    public static async Task<CertificateAuthority> LoadOrCreateAsync(
        KubeApi api, string ns, string trustDomain, TimeProvider time, CancellationToken cancel)
    {
        if (await api.FindAsync(KubePath.Secrets.Named(ns, Name), cancel).ConfigureAwait(false) is { } existing)
        {
            return Load(existing, time);
        }

        CertificateAuthority made = CertificateAuthority.Create(trustDomain, time);
        var secret = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Secret",
            ["type"] = "istio.io/ca-root",
            ["metadata"] = new JsonObject { ["name"] = Name, ["namespace"] = ns },
            ["data"] = new JsonObject
            {
                ["ca-cert.pem"] = Encode(made.RootPem),
                ["ca-key.pem"] = Encode(made.ExportKeyPem()),
                ["cert-chain.pem"] = "",
                ["key.pem"] = "",
                ["root-cert.pem"] = "",
            },
        };
        try
        {
            await api.CreateAsync(KubePath.Secrets.In(ns), secret, cancel).ConfigureAwait(false);
            return made;
        }
        catch (KubeApiException e) when (e.Status == HttpStatusCode.Conflict)
        {
            // Another replica was faster: its root is the mesh's.
            made.Dispose();
            return Load(await api.GetAsync(KubePath.Secrets.Named(ns, Name), cancel).ConfigureAwait(false), time);
        }
    }

    private static CertificateAuthority Load(JsonObject secret, TimeProvider time) =>
        CertificateAuthority.Load(Decode(secret, "ca-cert.pem"), Decode(secret, "ca-key.pem"), time);

    private static string Encode(string pem) => Convert.ToBase64String(Encoding.ASCII.GetBytes(pem));

    private static string Decode(JsonObject secret, string key)
    {
        string text = secret["data"]?[key]?.ToString() ?? "";
        return text.Length > 0
            ? Encoding.ASCII.GetString(Convert.FromBase64String(text))
            : throw new CryptographicException($"secret {Name} has no {key}: delete the secret to have a new root made");
    }
}
