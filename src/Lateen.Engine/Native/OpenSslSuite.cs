namespace Lateen.Engine.Native;

/// <summary>A cipher suite of TLS 1.3 (RFC 8446 appendix B.4) by the handles that OpenSSL needs for it.</summary>
internal sealed unsafe class OpenSslSuite
{
    private const ushort Aes128GcmSha256 = 0x1301;
    private const ushort Aes256GcmSha384 = 0x1302;
    private const ushort ChaCha20Poly1305Sha256 = 0x1303;

    private static readonly OpenSslSuite _aes128 = new("AES-128-GCM\0"u8, 16, LibCrypto.EVP_sha256(), 32);
    private static readonly OpenSslSuite _aes256 = new("AES-256-GCM\0"u8, 32, LibCrypto.EVP_sha384(), 48);
    private static readonly OpenSslSuite _chaCha = new("ChaCha20-Poly1305\0"u8, 32, LibCrypto.EVP_sha256(), 32);

    private OpenSslSuite(ReadOnlySpan<byte> cipher, int keyBytes, nint hash, int secretBytes)
    {
        fixed (byte* name = cipher)
        {
            Cipher = LibCrypto.EVP_CIPHER_fetch(0, name, null);
        }

        KeyBytes = keyBytes;
        Hash = hash;
        SecretBytes = secretBytes;
    }

    public nint Cipher { get; }

    public int KeyBytes { get; }

    public nint Hash { get; }

    public int SecretBytes { get; }

    /// <summary>Null for one that is not known, or that this OpenSSL does not have.</summary>
    public static OpenSslSuite? Find(ushort number)
    {
        OpenSslSuite? suite = number switch
        {
            Aes128GcmSha256 => _aes128,
            Aes256GcmSha384 => _aes256,
            ChaCha20Poly1305Sha256 => _chaCha,
            _ => null,
        };
        return suite is { Cipher: not 0 } ? suite : null;
    }
}
