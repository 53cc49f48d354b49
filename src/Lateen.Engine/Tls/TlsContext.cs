namespace Lateen.Engine.Tls;

using System.Collections.Concurrent;
using Lateen.Engine.Native;

/// <summary>Keys, trust and parameters of one side, shared by all workers. Connections keep the context they began with.</summary>
public abstract class TlsContext
{
    private const int MaxKnownCertificates = 4096;

    private readonly ConcurrentDictionary<string, TlsCertificate> _certificates = new(StringComparer.Ordinal);

    private protected TlsContext(TlsContextSettings settings, OpenSslContext native)
    {
        Settings = settings;
        Native = native;
    }

    public TlsContextSettings Settings { get; }

    /// <summary>Null when TLS can be used on this machine, otherwise what is missing.</summary>
    public static string? Missing => OpenSslErrors.Missing;

    internal OpenSslContext Native { get; }

    // Thousands of connections come from few peers: each certificate is read once and shared.
    internal TlsCertificate Describe(nint certificate)
    {
        byte[] der = OpenSslCertificate.Der(certificate);
        byte[] hash = OpenSslCertificate.Sha256(der);
        string key = Convert.ToHexStringLower(hash);
        if (_certificates.TryGetValue(key, out TlsCertificate? known))
        {
            return known;
        }

        if (_certificates.Count >= MaxKnownCertificates)
        {
            _certificates.Clear();
        }

        return _certificates.GetOrAdd(key, OpenSslCertificate.Describe(certificate, der, hash));
    }

    /// <summary>ALPN's wire format (RFC 7301 section 3.1).</summary>
    public static byte[] ProtocolList(IReadOnlyList<string> protocols)
    {
        var list = new List<byte>();
        foreach (string protocol in protocols)
        {
            byte[] name = System.Text.Encoding.ASCII.GetBytes(protocol);
            if (name.Length is 0 or > 255)
            {
                continue;
            }

            list.Add((byte)name.Length);
            list.AddRange(name);
        }

        return [.. list];
    }
}
