namespace Lateen.Engine.Tls;

using System.Text;

/// <summary>A certificate as logs, headers and matchers see it.</summary>
public sealed class TlsCertificate
{
    private string? _urlEncodedPem;
    private string? _sha256Hex;

    public required byte[] Der { get; init; }

    public required byte[] Sha256 { get; init; }

    public required byte[] PublicKeySha256 { get; init; }

    /// <summary>RFC 2253.</summary>
    public required string Subject { get; init; }

    public required string Issuer { get; init; }

    /// <summary>Lower-case hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    public required IReadOnlyList<string> UriSans { get; init; }

    public required IReadOnlyList<string> DnsSans { get; init; }

    public required IReadOnlyList<string> IpSans { get; init; }

    public required IReadOnlyList<string> EmailSans { get; init; }

    public string Sha256Hex => _sha256Hex ??= Convert.ToHexStringLower(Sha256);

    /// <summary>Made on demand; a certificate is shared by all connections of its peer.</summary>
    public string UrlEncodedPem => _urlEncodedPem ??= Uri.EscapeDataString(ToPem());

    public string ToPem()
    {
        var text = new StringBuilder("-----BEGIN CERTIFICATE-----\n");
        string body = Convert.ToBase64String(Der);
        for (int start = 0; start < body.Length; start += 64)
        {
            text.Append(body, start, Math.Min(64, body.Length - start)).Append('\n');
        }

        return text.Append("-----END CERTIFICATE-----\n").ToString();
    }

    /// <summary>Whether the certificate is for a host name or an IP address (RFC 9525 section 6.3: a wildcard is one whole label).</summary>
    public bool IsFor(string host)
    {
        foreach (string address in IpSans)
        {
            if (address == host)
            {
                return true;
            }
        }

        foreach (string name in DnsSans)
        {
            if (Matches(name, host))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Compares a DNS name of a certificate, which may begin with "*.", with a host name.</summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> host)
    {
        if (!pattern.StartsWith("*.") || pattern.Length < 3)
        {
            return pattern.Equals(host, StringComparison.OrdinalIgnoreCase);
        }

        int dot = host.IndexOf('.');
        return dot > 0 && pattern[1..].Equals(host[dot..], StringComparison.OrdinalIgnoreCase);
    }
}
