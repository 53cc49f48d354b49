namespace Lateen.Engine.Native;

using System.Buffers.Binary;

/// <summary>
/// One direction of TLS 1.3 after the handshake: a traffic secret, the key made of it, and the record number (RFC 8446 sections 5.3 and 7).
/// </summary>
internal sealed unsafe class OpenSslAead
{
    public const int TagBytes = 16;
    private const int NonceBytes = 12;
    private const int MaxSecretBytes = 48;
    private const int ControlGetTag = 0x10;
    private const int ControlSetTag = 0x11;

    private readonly OpenSslSuite _suite;
    private readonly bool _seals;
    private readonly byte[] _secret;
    private nint _context;
    private ulong _nonceTail;
    private uint _nonceHead;

    private OpenSslAead(OpenSslSuite suite, ReadOnlySpan<byte> secret, bool seals)
    {
        _suite = suite;
        _seals = seals;
        _secret = secret.ToArray();
        _context = LibCrypto.EVP_CIPHER_CTX_new();
    }

    /// <summary>Records sealed or opened with the key in use.</summary>
    public ulong Records { get; set; }

    /// <summary>Null when OpenSSL refuses.</summary>
    public static OpenSslAead? TryCreate(OpenSslSuite suite, ReadOnlySpan<byte> secret, bool seals)
    {
        var made = new OpenSslAead(suite, secret, seals);
        if (secret.Length == suite.SecretBytes && made.TryUseSecret())
        {
            return made;
        }

        made.Free();
        return null;
    }

    /// <summary>The next secret follows from this one (RFC 8446 section 7.2).</summary>
    public bool TryUpdate()
    {
        Span<byte> next = stackalloc byte[MaxSecretBytes];
        next = next[.._suite.SecretBytes];
        if (!TryExpand("traffic upd"u8, next))
        {
            return false;
        }

        next.CopyTo(_secret);
        next.Clear();
        return TryUseSecret();
    }

    /// <summary>Encrypts in place and puts the tag behind it.</summary>
    public bool TrySeal(byte* header, int headerLength, byte* content, int length)
    {
        byte* nonce = stackalloc byte[NonceBytes];
        WriteNonce(nonce);
        int written;
        bool done = LibCrypto.EVP_CipherInit_ex(_context, 0, 0, null, nonce, -1) == 1
            && LibCrypto.EVP_CipherUpdate(_context, null, &written, header, headerLength) == 1
            && LibCrypto.EVP_CipherUpdate(_context, content, &written, content, length) == 1
            && LibCrypto.EVP_CipherFinal_ex(_context, content + length, &written) == 1
            && LibCrypto.EVP_CIPHER_CTX_ctrl(_context, ControlGetTag, TagBytes, content + length) == 1;
        Records++;
        return done;
    }

    /// <summary>Decrypts what stands before the tag; false when anything of it was changed.</summary>
    public bool TryOpen(byte* header, int headerLength, byte* content, int length, byte* target)
    {
        byte* nonce = stackalloc byte[NonceBytes];
        WriteNonce(nonce);
        int written;
        bool done = LibCrypto.EVP_CipherInit_ex(_context, 0, 0, null, nonce, -1) == 1
            && LibCrypto.EVP_CIPHER_CTX_ctrl(_context, ControlSetTag, TagBytes, content + length) == 1
            && LibCrypto.EVP_CipherUpdate(_context, null, &written, header, headerLength) == 1
            && LibCrypto.EVP_CipherUpdate(_context, target, &written, content, length) == 1
            && LibCrypto.EVP_CipherFinal_ex(_context, target + length, &written) == 1;
        Records++;
        return done;
    }

    public void Free()
    {
        if (_context != 0)
        {
            LibCrypto.EVP_CIPHER_CTX_free(_context);
            _context = 0;
            Array.Clear(_secret);
        }
    }

    private bool TryUseSecret()
    {
        const int longestKey = 32;
        Span<byte> key = stackalloc byte[longestKey];
        Span<byte> nonce = stackalloc byte[NonceBytes];
        if (_context == 0 || !TryExpand("key"u8, key[.._suite.KeyBytes]) || !TryExpand("iv"u8, nonce))
        {
            return false;
        }

        _nonceHead = BinaryPrimitives.ReadUInt32BigEndian(nonce);
        _nonceTail = BinaryPrimitives.ReadUInt64BigEndian(nonce[sizeof(uint)..]);
        Records = 0;
        fixed (byte* bytes = key)
        {
            bool ready = LibCrypto.EVP_CipherInit_ex(_context, _suite.Cipher, 0, bytes, null, _seals ? 1 : 0) == 1;
            key.Clear();
            return ready;
        }
    }

    private void WriteNonce(byte* nonce)
    {
        var target = new Span<byte>(nonce, NonceBytes);
        BinaryPrimitives.WriteUInt32BigEndian(target, _nonceHead);
        BinaryPrimitives.WriteUInt64BigEndian(target[sizeof(uint)..], _nonceTail ^ Records);
    }

    // HKDF-Expand-Label with an empty context; one block of the hash is always enough.
    private bool TryExpand(ReadOnlySpan<byte> label, Span<byte> target)
    {
        ReadOnlySpan<byte> prefix = "tls13 "u8;
        const int mostInfo = 64;
        Span<byte> info = stackalloc byte[mostInfo];
        BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)target.Length);
        info[2] = (byte)(prefix.Length + label.Length);
        prefix.CopyTo(info[3..]);
        label.CopyTo(info[(3 + prefix.Length)..]);
        int length = 3 + prefix.Length + label.Length;
        info[length++] = 0;
        info[length++] = 1;
        byte* block = stackalloc byte[64];
        uint written = 0;
        fixed (byte* secret = _secret)
        fixed (byte* text = info)
        {
            if (LibCrypto.HMAC(_suite.Hash, secret, _secret.Length, text, (nuint)length, block, &written) is null
                || written < target.Length)
            {
                return false;
            }
        }

        var made = new Span<byte>(block, 64);
        made[..target.Length].CopyTo(target);
        made.Clear();
        return true;
    }
}
