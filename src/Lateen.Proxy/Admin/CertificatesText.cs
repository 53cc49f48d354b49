namespace Lateen.Proxy.Admin;

using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Proxy.Config;

/// <summary>The body of /certs: every secret's certificates in the shape of envoy.admin.v3.Certificates.</summary>
internal static class CertificatesText
{
    public static string Write(IEnumerable<SecretConfig> secrets, DateTimeOffset now)
    {
        var certificates = new JsonArray();
        foreach (SecretConfig secret in secrets.OrderBy(static s => s.Name, StringComparer.Ordinal))
        {
            var entry = new JsonObject();
            Add(entry, "ca_cert", secret.Name, secret.Validation?.TrustedCa, now);
            Add(entry, "cert_chain", secret.Name, secret.Certificate?.CertificateChain, now);
            if (entry.Count > 0)
            {
                certificates.Add((JsonNode)entry);
            }
        }

        return new JsonObject { ["certificates"] = certificates }.ToJsonString(JsonText.Indented);
    }

    /// <summary>Whole days until the first of all certificates ends; null when there is none.</summary>
    public static int? DaysUntilFirstEnd(IEnumerable<SecretConfig> secrets, DateTimeOffset now)
    {
        int? least = null;
        foreach (SecretConfig secret in secrets)
        {
            foreach (X509Certificate2 certificate in Load(secret.Certificate?.CertificateChain ?? secret.Validation?.TrustedCa))
            {
                int days = Days(certificate, now);
                least = least is null ? days : Math.Min(least.Value, days);
                certificate.Dispose();
            }
        }

        return least;
    }

    private static void Add(JsonObject entry, string key, string name, byte[]? pem, DateTimeOffset now)
    {
        var list = new JsonArray();
        foreach (X509Certificate2 certificate in Load(pem))
        {
            list.Add((JsonNode)Details(certificate, name, now));
            certificate.Dispose();
        }

        if (pem is not null)
        {
            entry[key] = list;
        }
    }

    private static X509Certificate2[] Load(byte[]? pem)
    {
        var found = new X509Certificate2Collection();
        try
        {
            found.ImportFromPem(Encoding.ASCII.GetString(pem ?? []));
        }
        catch (CryptographicException)
        {
            // Shown as no certificate; whoever uses the secret has refused it with the reason.
            return [];
        }

        return [.. found];
    }

    private static JsonObject Details(X509Certificate2 certificate, string name, DateTimeOffset now)
    {
        var names = new JsonArray();
        foreach (X509SubjectAlternativeNameExtension extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
        {
            foreach (string dns in extension.EnumerateDnsNames())
            {
                names.Add((JsonNode)new JsonObject { ["dns"] = dns });
            }

            foreach (string uri in SubjectUris.Read(extension.RawData))
            {
                names.Add((JsonNode)new JsonObject { ["uri"] = uri });
            }
        }

        return new JsonObject
        {
            ["path"] = $"<inline: {name}>",
            ["serial_number"] = certificate.SerialNumber.ToLowerInvariant(),
            ["subject_alt_names"] = names,
            ["days_until_expiration"] = Days(certificate, now).ToString(CultureInfo.InvariantCulture),
            ["valid_from"] = Time(certificate.NotBefore),
            ["expiration_time"] = Time(certificate.NotAfter),
        };
    }

    private static int Days(X509Certificate2 certificate, DateTimeOffset now) =>
        Math.Max(0, (int)(certificate.NotAfter.ToUniversalTime() - now.UtcDateTime).TotalDays);

    private static string Time(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
