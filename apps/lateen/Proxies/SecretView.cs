namespace Lateen.CommandLine.Proxies;

using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Lateen.Api.Text;

/// <summary>proxy-config secret: RESOURCE NAME, TYPE, STATUS, VALID CERT, SERIAL NUMBER, NOT AFTER, NOT BEFORE. Keys are never printed.</summary>
internal static class SecretView
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    public static DumpView Of(ConfigDump dump) => Of(dump, TimeProvider.System.GetUtcNow());

    internal static DumpView Of(ConfigDump dump, DateTimeOffset now)
    {
        List<(string State, JsonObject Secret)> secrets = [.. dump.Secrets.OrderBy(static s =>
            s.Secret.TextAt("name"), StringComparer.Ordinal)];
        return new DumpView
        {
            Header = ["RESOURCE NAME", "TYPE", "STATUS", "VALID CERT", "SERIAL NUMBER", "NOT AFTER", "NOT BEFORE"],
            Rows = [.. secrets.Select(s => Row(s.State, s.Secret, now))],
            Resources = [.. secrets.Select(static s => WithoutKey(s.Secret))],
            Names = [.. secrets.Select(static s => s.Secret.TextAt("name"))],
            Empty = "No active or warming secrets found.",
        };
    }

    private static string[] Row(string state, JsonObject secret, DateTimeOffset now)
    {
        JsonNode? body = secret.At("secret");
        bool isChain = body.At("tls_certificate") is not null;
        string encoded = isChain
            ? body.TextAt("tls_certificate", "certificate_chain", "inline_bytes")
            : body.TextAt("validation_context", "trusted_ca", "inline_bytes");
        string name = secret.TextAt("name");
        string type = isChain ? "Cert Chain" : "CA";
        using X509Certificate2? certificate = Read(encoded);
        if (certificate is null)
        {
            return [name, type, state, "false", "", "", ""];
        }

        bool isValid = now >= certificate.NotBefore && now <= certificate.NotAfter;
        return
        [
            name, type, state, isValid ? "true" : "false", certificate.SerialNumber.ToLowerInvariant(),
            certificate.NotAfter.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture),
            certificate.NotBefore.ToUniversalTime().ToString(TimeFormat, CultureInfo.InvariantCulture),
        ];
    }

    // The first of a chain is the proxy's own.
    private static X509Certificate2? Read(string encoded)
    {
        try
        {
            return X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(encoded)));
        }
        catch (Exception e) when (e is FormatException or CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static JsonObject WithoutKey(JsonObject secret)
    {
        var copy = (JsonObject)secret.DeepClone();
        (copy.At("secret", "tls_certificate") as JsonObject)?.Remove("private_key");
        return copy;
    }
}
