namespace Lateen.Engine.Native;

using System.Runtime.InteropServices;

/// <summary>What the engine calls of OpenSSL 3's libcrypto (openssl/bio.h, err.h, evp.h, pem.h, x509.h, x509v3.h).</summary>
internal static unsafe class LibCrypto
{
    public const string Name = "libcrypto.so.3";

    public const int BioRetryFlags = 0x0F;
    public const int BioRetryRead = 0x09;
    public const int SubjectAltName = 85;
    public const int GeneralNameEmail = 1;
    public const int GeneralNameDns = 2;
    public const int GeneralNameUri = 6;
    public const int GeneralNameIp = 7;

    // XN_FLAG_RFC2253 of openssl/x509.h
    public const nuint NameRfc2253 = 0x1110317;

    // openssl/x509_vfy.h
    public const nuint FlagCrlCheck = 0x4;
    public const nuint FlagCrlCheckAll = 0x8;
    public const nuint FlagPartialChain = 0x80000;
    public const nuint FlagNoCheckTime = 0x200000;
    public const int VerifyHostnameMismatch = 62;
    public const int VerifyRejected = 28;

    [DllImport(Name), SuppressGCTransition]
    public static extern void ERR_clear_error();

    [DllImport(Name)]
    public static extern nuint ERR_get_error();

    [DllImport(Name)]
    public static extern byte* ERR_lib_error_string(nuint error);

    [DllImport(Name)]
    public static extern byte* ERR_reason_error_string(nuint error);

    [DllImport(Name)]
    public static extern int BIO_get_new_index();

    [DllImport(Name)]
    public static extern nint BIO_meth_new(int type, byte* name);

    [DllImport(Name)]
    public static extern int BIO_meth_set_read_ex(nint method, delegate* unmanaged[Cdecl]<nint, byte*, nuint, nuint*, int> callback);

    [DllImport(Name)]
    public static extern int BIO_meth_set_write_ex(nint method, delegate* unmanaged[Cdecl]<nint, byte*, nuint, nuint*, int> callback);

    [DllImport(Name)]
    public static extern int BIO_meth_set_ctrl(nint method, nint callback);

    [DllImport(Name)]
    public static extern nint BIO_meth_get_ctrl(nint method);

    [DllImport(Name)]
    public static extern nint BIO_s_null();

    [DllImport(Name)]
    public static extern nint BIO_new(nint method);

    [DllImport(Name)]
    public static extern nint BIO_s_mem();

    [DllImport(Name)]
    public static extern nint BIO_new_mem_buf(byte* bytes, int length);

    [DllImport(Name)]
    public static extern int BIO_read(nint bio, byte* target, int length);

    [DllImport(Name)]
    public static extern int BIO_free(nint bio);

    [DllImport(Name)]
    public static extern int BIO_up_ref(nint bio);

    [DllImport(Name)]
    public static extern void BIO_set_data(nint bio, void* data);

    [DllImport(Name), SuppressGCTransition]
    public static extern void* BIO_get_data(nint bio);

    [DllImport(Name), SuppressGCTransition]
    public static extern void BIO_set_flags(nint bio, int flags);

    [DllImport(Name), SuppressGCTransition]
    public static extern void BIO_clear_flags(nint bio, int flags);

    [DllImport(Name)]
    public static extern nint PEM_read_bio_X509(nint bio, nint* existing, nint callback, byte* password);

    [DllImport(Name)]
    public static extern nint PEM_read_bio_X509_CRL(nint bio, nint* existing, nint callback, byte* password);

    [DllImport(Name)]
    public static extern nint PEM_read_bio_PrivateKey(nint bio, nint* existing, nint callback, byte* password);

    [DllImport(Name)]
    public static extern void X509_free(nint certificate);

    [DllImport(Name)]
    public static extern void X509_CRL_free(nint list);

    [DllImport(Name)]
    public static extern void EVP_PKEY_free(nint key);

    [DllImport(Name)]
    public static extern int EVP_PKEY_get_base_id(nint key);

    [DllImport(Name)]
    public static extern int X509_check_private_key(nint certificate, nint key);

    [DllImport(Name)]
    public static extern int X509_STORE_add_cert(nint store, nint certificate);

    [DllImport(Name)]
    public static extern int X509_STORE_add_crl(nint store, nint list);

    [DllImport(Name)]
    public static extern int X509_STORE_set_flags(nint store, nuint flags);

    [DllImport(Name)]
    public static extern int X509_verify_cert(nint verification);

    [DllImport(Name)]
    public static extern int X509_STORE_CTX_get_error(nint verification);

    [DllImport(Name)]
    public static extern void X509_STORE_CTX_set_error(nint verification, int error);

    [DllImport(Name)]
    public static extern nint X509_STORE_CTX_get0_cert(nint verification);

    [DllImport(Name)]
    public static extern byte* X509_verify_cert_error_string(nint error);

    [DllImport(Name)]
    public static extern int i2d_X509(nint certificate, byte** target);

    [DllImport(Name)]
    public static extern nint X509_get_X509_PUBKEY(nint certificate);

    [DllImport(Name)]
    public static extern int i2d_X509_PUBKEY(nint key, byte** target);

    [DllImport(Name)]
    public static extern nint X509_get_subject_name(nint certificate);

    [DllImport(Name)]
    public static extern nint X509_get_issuer_name(nint certificate);

    [DllImport(Name)]
    public static extern int X509_NAME_print_ex(nint bio, nint name, int indent, nuint flags);

    [DllImport(Name)]
    public static extern nint X509_get0_serialNumber(nint certificate);

    [DllImport(Name)]
    public static extern nint X509_get_ext_d2i(nint certificate, int kind, int* critical, int* index);

    [DllImport(Name)]
    public static extern int OPENSSL_sk_num(nint stack);

    [DllImport(Name)]
    public static extern nint OPENSSL_sk_value(nint stack, int index);

    [DllImport(Name)]
    public static extern nint OPENSSL_sk_new_null();

    [DllImport(Name)]
    public static extern int OPENSSL_sk_push(nint stack, nint item);

    [DllImport(Name)]
    public static extern void OPENSSL_sk_free(nint stack);

    [DllImport(Name)]
    public static extern nint GENERAL_NAME_get0_value(nint name, int* kind);

    [DllImport(Name)]
    public static extern void GENERAL_NAMES_free(nint names);

    [DllImport(Name)]
    public static extern byte* ASN1_STRING_get0_data(nint text);

    [DllImport(Name)]
    public static extern int ASN1_STRING_length(nint text);

    [DllImport(Name)]
    public static extern nint EVP_sha256();

    [DllImport(Name)]
    public static extern nint EVP_sha1();

    [DllImport(Name)]
    public static extern int EVP_Digest(byte* data, nuint length, byte* target, uint* written, nint kind, nint engine);

    [DllImport(Name)]
    public static extern nint EVP_sha384();

    [DllImport(Name)]
    public static extern nint EVP_CIPHER_fetch(nint library, byte* name, byte* properties);

    [DllImport(Name)]
    public static extern nint EVP_CIPHER_CTX_new();

    [DllImport(Name)]
    public static extern void EVP_CIPHER_CTX_free(nint context);

    // Sixteen kilobytes at most go through these: microseconds.
    [DllImport(Name), SuppressGCTransition]
    public static extern int EVP_CipherInit_ex(nint context, nint cipher, nint engine, byte* key, byte* nonce, int encrypt);

    [DllImport(Name), SuppressGCTransition]
    public static extern int EVP_CipherUpdate(nint context, byte* target, int* written, byte* source, int length);

    [DllImport(Name), SuppressGCTransition]
    public static extern int EVP_CipherFinal_ex(nint context, byte* target, int* written);

    [DllImport(Name), SuppressGCTransition]
    public static extern int EVP_CIPHER_CTX_ctrl(nint context, int command, int number, void* pointer);

    [DllImport(Name)]
    public static extern byte* HMAC(nint hash, byte* key, int keyLength, byte* data, nuint length, byte* target, uint* written);

    [DllImport(Name)]
    public static extern nint EVP_aes_256_cbc();

    [DllImport(Name)]
    public static extern int EVP_EncryptInit_ex(nint context, nint cipher, nint engine, byte* key, byte* iv);

    [DllImport(Name)]
    public static extern int EVP_DecryptInit_ex(nint context, nint cipher, nint engine, byte* key, byte* iv);

    [DllImport(Name)]
    public static extern int EVP_MAC_CTX_set_params(nint context, MacParameter* parameters);

    [DllImport(Name)]
    public static extern void* CRYPTO_malloc(nuint length, byte* file, int line);

    [DllImport(Name)]
    public static extern int RAND_bytes(byte* target, int length);

    /// <summary>OSSL_PARAM of openssl/core.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MacParameter
    {
        public const uint Utf8Text = 4;
        public const uint OctetString = 5;

        public byte* Key;
        public uint Kind;
        public void* Data;
        public nuint Size;
        public nuint Returned;
    }
}
