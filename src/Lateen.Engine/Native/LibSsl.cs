namespace Lateen.Engine.Native;

using System.Runtime.InteropServices;

/// <summary>
/// What the engine calls of OpenSSL 3's libssl, as openssl/ssl.h and openssl/tls1.h declare it. Calls that may call back into managed
/// code (BIO, verification, tickets) make an ordinary transition; mere getters suppress it.
/// </summary>
internal static unsafe class LibSsl
{
    public const string Name = "libssl.so.3";

    // openssl/ssl.h
    public const int ErrorSsl = 1;
    public const int ErrorWantRead = 2;
    public const int ErrorWantWrite = 3;
    public const int ErrorZeroReturn = 6;
    public const int VerifyNone = 0;
    public const int VerifyPeer = 1;
    public const int VerifyFailIfNoPeerCertificate = 2;
    public const int ControlChainCertificate = 89;
    public const int ControlMode = 33;
    public const int ControlReadAhead = 41;
    public const int ControlSessionCacheSize = 42;
    public const int ControlSessionCacheMode = 44;
    public const int ControlServerName = 55;
    public const int ControlStatusCallback = 63;
    public const int ControlStatusResponse = 71;
    public const int ControlGroupsList = 92;
    public const int ControlSignatureAlgorithms = 98;
    public const int ControlMinVersion = 123;
    public const int ControlMaxVersion = 124;
    public const int ControlNegotiatedGroup = 134;
    public const int ModeAcceptMovingWriteBuffer = 2;
    public const int ModeReleaseBuffers = 16;
    public const int SessionCacheOff = 0;
    public const int SessionCacheClient = 1;
    public const int SessionCacheServer = 2;
    public const int SessionCacheNoInternal = 0x300;
    public const ulong OptionNoTicket = 1UL << 14;
    public const ulong OptionNoCompression = 1UL << 17;
    public const ulong OptionServerPreference = 1UL << 22;
    public const ulong OptionNoRenegotiation = 1UL << 30;
    public const int AlpnOk = 0;
    public const int AlpnNoAck = 3;
    public const int Tls13 = 0x304;

    [DllImport(Name)]
    public static extern nint TLS_method();

    [DllImport(Name)]
    public static extern nint SSL_CTX_new(nint method);

    [DllImport(Name)]
    public static extern void SSL_CTX_free(nint context);

    [DllImport(Name)]
    public static extern nint SSL_CTX_ctrl(nint context, int command, nint number, void* pointer);

    [DllImport(Name)]
    public static extern nint SSL_CTX_callback_ctrl(nint context, int command, delegate* unmanaged[Cdecl]<nint, void*, int> callback);

    [DllImport(Name)]
    public static extern ulong SSL_CTX_set_options(nint context, ulong options);

    [DllImport(Name)]
    public static extern int SSL_CTX_set_cipher_list(nint context, byte* list);

    [DllImport(Name)]
    public static extern int SSL_CTX_set_ciphersuites(nint context, byte* list);

    [DllImport(Name)]
    public static extern int SSL_CTX_use_certificate(nint context, nint certificate);

    [DllImport(Name)]
    public static extern int SSL_CTX_use_PrivateKey(nint context, nint key);

    [DllImport(Name)]
    public static extern void SSL_CTX_set_verify(nint context, int mode, nint callback);

    [DllImport(Name)]
    public static extern void SSL_CTX_set_verify_depth(nint context, int depth);

    [DllImport(Name)]
    public static extern void SSL_CTX_set_cert_verify_callback(
        nint context, delegate* unmanaged[Cdecl]<nint, void*, int> callback, void* argument);

    [DllImport(Name)]
    public static extern nint SSL_CTX_get_cert_store(nint context);

    [DllImport(Name)]
    public static extern int SSL_CTX_add_client_CA(nint context, nint certificate);

    [DllImport(Name)]
    public static extern int SSL_CTX_set_session_id_context(nint context, byte* id, uint length);

    [DllImport(Name)]
    public static extern void SSL_CTX_set_alpn_select_cb(
        nint context, delegate* unmanaged[Cdecl]<nint, byte**, byte*, byte*, uint, void*, int> callback, void* argument);

    [DllImport(Name)]
    public static extern void SSL_CTX_set_cert_cb(
        nint context, delegate* unmanaged[Cdecl]<nint, void*, int> callback, void* argument);

    [DllImport(Name)]
    public static extern void SSL_CTX_sess_set_new_cb(nint context, delegate* unmanaged[Cdecl]<nint, nint, int> callback);

    [DllImport(Name)]
    public static extern int SSL_CTX_set_tlsext_ticket_key_evp_cb(
        nint context, delegate* unmanaged[Cdecl]<nint, byte*, byte*, nint, nint, int, int> callback);

    [DllImport(Name)]
    public static extern void SSL_CTX_set_keylog_callback(nint context, delegate* unmanaged[Cdecl]<nint, byte*, void> callback);

    [DllImport(Name)]
    public static extern void SSL_set_read_ahead(nint ssl, int yes);

    [DllImport(Name)]
    public static extern ushort SSL_CIPHER_get_protocol_id(nint cipher);

    [DllImport(Name)]
    public static extern nint SSL_CTX_set_timeout(nint context, nint seconds);

    [DllImport(Name)]
    public static extern nint SSL_new(nint context);

    [DllImport(Name)]
    public static extern void SSL_free(nint ssl);

    [DllImport(Name)]
    public static extern nint SSL_ctrl(nint ssl, int command, nint number, void* pointer);

    [DllImport(Name)]
    public static extern void SSL_set0_rbio(nint ssl, nint bio);

    [DllImport(Name)]
    public static extern void SSL_set0_wbio(nint ssl, nint bio);

    [DllImport(Name)]
    public static extern void SSL_set_connect_state(nint ssl);

    [DllImport(Name)]
    public static extern void SSL_set_accept_state(nint ssl);

    [DllImport(Name)]
    public static extern int SSL_set_alpn_protos(nint ssl, byte* protocols, uint length);

    [DllImport(Name)]
    public static extern int SSL_set_session(nint ssl, nint session);

    [DllImport(Name)]
    public static extern int SSL_do_handshake(nint ssl);

    [DllImport(Name)]
    public static extern int SSL_read(nint ssl, byte* target, int length);

    [DllImport(Name)]
    public static extern int SSL_write(nint ssl, byte* source, int length);

    [DllImport(Name)]
    public static extern int SSL_shutdown(nint ssl);

    [DllImport(Name), SuppressGCTransition]
    public static extern int SSL_get_error(nint ssl, int result);

    [DllImport(Name), SuppressGCTransition]
    public static extern int SSL_has_pending(nint ssl);

    [DllImport(Name)]
    public static extern int SSL_version(nint ssl);

    [DllImport(Name)]
    public static extern byte* SSL_get_version(nint ssl);

    [DllImport(Name)]
    public static extern nint SSL_get_current_cipher(nint ssl);

    [DllImport(Name)]
    public static extern byte* SSL_CIPHER_get_name(nint cipher);

    [DllImport(Name)]
    public static extern void SSL_get0_alpn_selected(nint ssl, byte** protocol, uint* length);

    [DllImport(Name)]
    public static extern byte* SSL_get_servername(nint ssl, int kind);

    [DllImport(Name)]
    public static extern int SSL_session_reused(nint ssl);

    [DllImport(Name)]
    public static extern nint SSL_get1_peer_certificate(nint ssl);

    [DllImport(Name)]
    public static extern nint SSL_get_certificate(nint ssl);

    [DllImport(Name)]
    public static extern void SSL_certs_clear(nint ssl);

    [DllImport(Name)]
    public static extern int SSL_use_cert_and_key(nint ssl, nint certificate, nint key, nint chain, int replace);

    [DllImport(Name)]
    public static extern void SSL_SESSION_free(nint session);
}
