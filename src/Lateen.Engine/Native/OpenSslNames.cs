namespace Lateen.Engine.Native;

/// <summary>Names that OpenSSL spells differently from the rest of the world, and static texts of its own as strings.</summary>
internal static class OpenSslNames
{
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<nint, string> Static = new();

    /// <summary>BoringSSL's name (RFC 8446 section 4.2.3) as OpenSSL knows it.</summary>
    public static string SignatureAlgorithm(string name) => name switch
    {
        "rsa_pkcs1_sha256" => "RSA+SHA256",
        "rsa_pkcs1_sha384" => "RSA+SHA384",
        "rsa_pkcs1_sha512" => "RSA+SHA512",
        "rsa_pkcs1_sha1" => "RSA+SHA1",
        "ecdsa_sha1" => "ECDSA+SHA1",
        _ => name,
    };

    // openssl/obj_mac.h
    public static string Curve(nint identifier) => identifier switch
    {
        1034 => "X25519",
        1035 => "X448",
        415 => "P-256",
        715 => "P-384",
        716 => "P-521",
        _ => "",
    };

    /// <summary>Of a text that lives as long as the library, read once.</summary>
    public static unsafe string OfStatic(byte* text) =>
        Static.TryGetValue((nint)text, out string? known) ? known : Static.GetOrAdd((nint)text, OpenSslErrors.Text(text, ""));

    public static string Protocol(ReadOnlySpan<byte> name) =>
        name.IsEmpty ? ""
        : name.SequenceEqual("h2"u8) ? "h2"
        : name.SequenceEqual("http/1.1"u8) ? "http/1.1"
        : string.Intern(System.Text.Encoding.ASCII.GetString(name));
}
