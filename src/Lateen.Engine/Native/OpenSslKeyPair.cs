namespace Lateen.Engine.Native;

using System.Diagnostics.CodeAnalysis;
using Lateen.Engine.Tls;

/// <summary>A certificate, its chain and its key, read.</summary>
internal sealed unsafe class OpenSslKeyPair
{
    private readonly List<nint> _certificates;
    private readonly nint _key;

    private OpenSslKeyPair(List<nint> certificates, nint key)
    {
        _certificates = certificates;
        _key = key;
        Kind = LibCrypto.EVP_PKEY_get_base_id(key);
        byte[] der = OpenSslCertificate.Der(certificates[0]);
        Description = OpenSslCertificate.Describe(certificates[0], der, OpenSslCertificate.Sha256(der));
    }

    /// <summary>RSA, EC, …: OpenSSL keeps one certificate of each.</summary>
    public int Kind { get; }

    public TlsCertificate Description { get; }

    public OcspStaple? Staple { get; private init; }

    public nint Leaf => _certificates[0];

    public static bool TryRead(TlsKeyPair pair, [NotNullWhen(true)] out OpenSslKeyPair? read, out string error)
    {
        read = null;
        error = "";
        List<nint> certificates = OpenSslCertificate.ReadAll(pair.Chain);
        if (certificates.Count == 0)
        {
            error = "certificate_chain: no certificate in PEM format";
            return false;
        }

        nint key = OpenSslCertificate.ReadKey(pair.Key, pair.Password);
        if (key == 0)
        {
            error = $"private_key: cannot be read ({OpenSslErrors.TakeForConfig()})";
        }
        else if (LibCrypto.X509_check_private_key(certificates[0], key) != 1)
        {
            error = "private_key: does not belong to the certificate";
            LibCrypto.EVP_PKEY_free(key);
        }

        OcspStaple? staple = null;
        if (error.Length == 0 && pair.OcspStaple is { } response
            && !OcspStaple.TryRead(response, OpenSslCertificate.SerialNumber(certificates[0]), out staple, out string problem))
        {
            error = $"ocsp_staple: {problem}";
            LibCrypto.EVP_PKEY_free(key);
        }

        LibCrypto.ERR_clear_error();
        if (error.Length > 0)
        {
            certificates.ForEach(LibCrypto.X509_free);
            return false;
        }

        read = new OpenSslKeyPair(certificates, key) { Staple = staple };
        return true;
    }

    public bool UseIn(nint context)
    {
        if (LibSsl.SSL_CTX_use_certificate(context, _certificates[0]) != 1 || LibSsl.SSL_CTX_use_PrivateKey(context, _key) != 1)
        {
            return false;
        }

        for (int i = 1; i < _certificates.Count; i++)
        {
            // The 1 makes OpenSSL take a reference of its own (SSL_CTX_add1_chain_cert).
            _ = LibSsl.SSL_CTX_ctrl(context, LibSsl.ControlChainCertificate, 1, (void*)_certificates[i]);
        }

        return true;
    }

    public void UseFor(nint ssl)
    {
        nint chain = 0;
        if (_certificates.Count > 1)
        {
            chain = LibCrypto.OPENSSL_sk_new_null();
            for (int i = 1; i < _certificates.Count; i++)
            {
                _ = LibCrypto.OPENSSL_sk_push(chain, _certificates[i]);
            }
        }

        _ = LibSsl.SSL_use_cert_and_key(ssl, _certificates[0], _key, chain, 1);
        if (chain != 0)
        {
            LibCrypto.OPENSSL_sk_free(chain);
        }
    }

    public void Free()
    {
        _certificates.ForEach(LibCrypto.X509_free);
        LibCrypto.EVP_PKEY_free(_key);
    }
}
