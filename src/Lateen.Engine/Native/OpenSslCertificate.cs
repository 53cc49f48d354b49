namespace Lateen.Engine.Native;

using System.Net;
using System.Text;
using Lateen.Engine.Tls;

/// <summary>Reads X.509 certificates and keys with OpenSSL.</summary>
internal static unsafe class OpenSslCertificate
{
    /// <summary>All certificates of a PEM text; the caller frees them.</summary>
    public static List<nint> ReadAll(ReadOnlySpan<byte> pem)
    {
        var certificates = new List<nint>();
        fixed (byte* bytes = pem)
        fixed (byte* noPassword = "\0"u8)
        {
            nint bio = LibCrypto.BIO_new_mem_buf(bytes, pem.Length);
            while (LibCrypto.PEM_read_bio_X509(bio, null, 0, noPassword) is not 0 and nint certificate)
            {
                certificates.Add(certificate);
            }

            _ = LibCrypto.BIO_free(bio);
        }

        LibCrypto.ERR_clear_error();
        return certificates;
    }

    /// <summary>All revocation lists of a PEM text; the caller frees them.</summary>
    public static List<nint> ReadRevocations(ReadOnlySpan<byte> pem)
    {
        var lists = new List<nint>();
        fixed (byte* bytes = pem)
        fixed (byte* noPassword = "\0"u8)
        {
            nint bio = LibCrypto.BIO_new_mem_buf(bytes, pem.Length);
            while (LibCrypto.PEM_read_bio_X509_CRL(bio, null, 0, noPassword) is not 0 and nint list)
            {
                lists.Add(list);
            }

            _ = LibCrypto.BIO_free(bio);
        }

        LibCrypto.ERR_clear_error();
        return lists;
    }

    /// <summary>A private key; 0 when it cannot be read, the reason is then in the error queue.</summary>
    public static nint ReadKey(ReadOnlySpan<byte> pem, string password)
    {
        byte[] secret = Encoding.UTF8.GetBytes(password + "\0");
        fixed (byte* bytes = pem)
        fixed (byte* text = secret)
        {
            nint bio = LibCrypto.BIO_new_mem_buf(bytes, pem.Length);
            nint key = LibCrypto.PEM_read_bio_PrivateKey(bio, null, 0, text);
            _ = LibCrypto.BIO_free(bio);
            return key;
        }
    }

    public static byte[] Der(nint certificate)
    {
        int length = LibCrypto.i2d_X509(certificate, null);
        byte[] der = new byte[Math.Max(length, 0)];
        fixed (byte* start = der)
        {
            byte* end = start;
            _ = LibCrypto.i2d_X509(certificate, &end);
        }

        return der;
    }

    /// <summary>SHA-256 of the subject public key info (RFC 7469 section 2.4).</summary>
    public static byte[] PublicKeyHash(nint certificate)
    {
        nint key = LibCrypto.X509_get_X509_PUBKEY(certificate);
        byte[] der = new byte[Math.Max(LibCrypto.i2d_X509_PUBKEY(key, null), 0)];
        fixed (byte* start = der)
        {
            byte* end = start;
            _ = LibCrypto.i2d_X509_PUBKEY(key, &end);
        }

        return Hash(der, LibCrypto.EVP_sha256(), 32);
    }

    public static byte[] Sha256(ReadOnlySpan<byte> data) => Hash(data, LibCrypto.EVP_sha256(), 32);

    public static byte[] Sha1(ReadOnlySpan<byte> data) => Hash(data, LibCrypto.EVP_sha1(), 20);

    public static byte[] Random(int length)
    {
        byte[] bytes = new byte[length];
        fixed (byte* target = bytes)
        {
            if (LibCrypto.RAND_bytes(target, length) != 1)
            {
                throw new InvalidOperationException("OpenSSL has no randomness.");
            }
        }

        return bytes;
    }

    /// <summary>Everything about a certificate that logs, headers and matchers ask for.</summary>
    public static TlsCertificate Describe(nint certificate, byte[] der, byte[] sha256)
    {
        var names = new AltNames([], [], [], []);
        ReadAltNames(certificate, names);
        return new TlsCertificate
        {
            Der = der,
            Sha256 = sha256,
            PublicKeySha256 = PublicKeyHash(certificate),
            Subject = NameText(LibCrypto.X509_get_subject_name(certificate)),
            Issuer = NameText(LibCrypto.X509_get_issuer_name(certificate)),
            SerialNumber = SerialNumber(certificate),
            UriSans = [.. names.Uris],
            DnsSans = [.. names.Hosts],
            IpSans = [.. names.Addresses],
            EmailSans = [.. names.Emails],
        };
    }

    /// <summary>In lower-case hexadecimal without leading zeros.</summary>
    public static string SerialNumber(nint certificate) =>
        Convert.ToHexStringLower(Bytes(LibCrypto.X509_get0_serialNumber(certificate)).TrimStart((byte)0));

    // A name with a NUL inside reads differently in C and here (CVE-2009-2408): such a name is left out, so it matches nothing.
    private static void ReadAltNames(nint certificate, AltNames names)
    {
        nint all = LibCrypto.X509_get_ext_d2i(certificate, LibCrypto.SubjectAltName, null, null);
        if (all == 0)
        {
            LibCrypto.ERR_clear_error();
            return;
        }

        for (int i = 0; i < LibCrypto.OPENSSL_sk_num(all); i++)
        {
            int kind;
            nint value = LibCrypto.GENERAL_NAME_get0_value(LibCrypto.OPENSSL_sk_value(all, i), &kind);
            List<string>? list = kind switch
            {
                LibCrypto.GeneralNameUri => names.Uris,
                LibCrypto.GeneralNameDns => names.Hosts,
                LibCrypto.GeneralNameEmail => names.Emails,
                LibCrypto.GeneralNameIp => names.Addresses,
                _ => null,
            };
            if (list is null)
            {
                continue;
            }

            ReadOnlySpan<byte> bytes = Bytes(value);
            if (kind == LibCrypto.GeneralNameIp)
            {
                if (bytes.Length is 4 or 16)
                {
                    list.Add(new IPAddress(bytes).ToString());
                }
            }
            else if (!bytes.Contains((byte)0))
            {
                list.Add(Encoding.UTF8.GetString(bytes));
            }
        }

        LibCrypto.GENERAL_NAMES_free(all);
    }

    private static ReadOnlySpan<byte> Bytes(nint text) =>
        text == 0 ? default : new ReadOnlySpan<byte>(LibCrypto.ASN1_STRING_get0_data(text), LibCrypto.ASN1_STRING_length(text));

    private static string NameText(nint name)
    {
        nint bio = LibCrypto.BIO_new(LibCrypto.BIO_s_mem());
        _ = LibCrypto.X509_NAME_print_ex(bio, name, 0, LibCrypto.NameRfc2253);
        byte[] buffer = new byte[1024];
        var text = new StringBuilder();
        fixed (byte* target = buffer)
        {
            while (LibCrypto.BIO_read(bio, target, buffer.Length) is > 0 and int count)
            {
                text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
        }

        _ = LibCrypto.BIO_free(bio);
        return text.ToString();
    }

    private static byte[] Hash(ReadOnlySpan<byte> data, nint kind, int length)
    {
        byte[] hash = new byte[length];
        uint written;
        fixed (byte* source = data)
        fixed (byte* target = hash)
        {
            _ = LibCrypto.EVP_Digest(source, (nuint)data.Length, target, &written, kind, 0);
        }

        return hash;
    }

    private sealed record AltNames(List<string> Uris, List<string> Hosts, List<string> Addresses, List<string> Emails);
}
