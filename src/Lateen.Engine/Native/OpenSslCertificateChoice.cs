namespace Lateen.Engine.Native;

/// <summary>Which of a context's certificates a connection shows, and what is stapled to it.</summary>
internal static unsafe class OpenSslCertificateChoice
{
    /// <summary>Among several certificates, those for the name; OpenSSL chooses among them by kind of key.</summary>
    public static void UseFor(nint ssl, List<OpenSslKeyPair> keys, string name)
    {
        if (keys.Count < 2)
        {
            return;
        }

        bool cleared = false;
        int seen = 0;
        foreach (OpenSslKeyPair key in keys)
        {
            if (key.Kind < 64 * 1024 && key.Description.IsFor(name) && (seen & KindBit(key.Kind)) == 0)
            {
                seen |= KindBit(key.Kind);
                if (!cleared)
                {
                    LibSsl.SSL_certs_clear(ssl);
                    cleared = true;
                }

                key.UseFor(ssl);
            }
        }
    }

    public static bool TryStaple(nint ssl, List<OpenSslKeyPair> keys)
    {
        nint used = LibSsl.SSL_get_certificate(ssl);
        foreach (OpenSslKeyPair key in keys)
        {
            // By the clock that certificates are judged by.
            if (key.Leaf == used && key.Staple is { } staple && staple.IsFresh(DateTimeOffset.UtcNow))
            {
                // OpenSSL frees it.
                void* copy = LibCrypto.CRYPTO_malloc((nuint)staple.Bytes.Length, null, 0);
                staple.Bytes.CopyTo(new Span<byte>(copy, staple.Bytes.Length));
                _ = LibSsl.SSL_ctrl(ssl, LibSsl.ControlStatusResponse, staple.Bytes.Length, copy);
                return true;
            }
        }

        return false;
    }

    private static int KindBit(int kind) => 1 << (kind & 31);
}
