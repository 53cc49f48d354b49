namespace Lateen.Engine.Native;

using System.Diagnostics.CodeAnalysis;
using System.Text;
using Lateen.Engine.Tls;

/// <summary>An SSL_CTX: built once from settings, then only read, by any thread.</summary>
internal sealed unsafe class OpenSslContext
{
    // Envoy's defaults for TLS 1.2 (common.proto, cipher_suites); the order of TLS 1.3 prefers what the processor does best.
    private const string DefaultCiphers =
        "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305:"
        + "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";

    private const string DefaultCiphers13 = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256";
    private const string DefaultCurves = "X25519:P-256";
    private const int SessionCacheEntries = 20_480;

    private readonly nint _context;
    private readonly List<OpenSslKeyPair> _keys = [];

    private OpenSslContext(TlsContextSettings settings)
    {
        _context = LibSsl.SSL_CTX_new(LibSsl.TLS_method());
        Settings = settings;
        ServerProtocols = TlsContext.ProtocolList(settings.ApplicationProtocols);
    }

    ~OpenSslContext()
    {
        foreach (OpenSslKeyPair key in _keys)
        {
            key.Free();
        }

        LibSsl.SSL_CTX_free(_context);
    }

    public TlsContextSettings Settings { get; }

    public byte[] ServerProtocols { get; }

    internal nint Handle => _context;

    internal List<OpenSslKeyPair> Keys => _keys;

    public static bool TryCreate(
        TlsContextSettings settings, TlsServerSettings? server, [NotNullWhen(true)] out OpenSslContext? context, out string error)
    {
        context = null;
        if (OpenSslErrors.Missing is { } missing)
        {
            error = missing;
            return false;
        }

        LibCrypto.ERR_clear_error();
        var made = new OpenSslContext(settings);
        error = made.SetParameters(settings) ?? made.SetKeys(settings) ?? made.SetTrust(settings.Validation, server) ?? "";
        if (error.Length > 0)
        {
            return false;
        }

        if (server is null)
        {
            made.SetClient();
        }
        else
        {
            made.SetServer(server);
        }

        context = made;
        return true;
    }

    private string? SetParameters(TlsContextSettings settings)
    {
        TlsVersion min = settings.MinVersion is TlsVersion.Auto ? TlsVersion.Tls12 : settings.MinVersion;
        TlsVersion max = settings.MaxVersion is TlsVersion.Auto ? TlsVersion.Tls13 : settings.MaxVersion;
        if (min > max)
        {
            return $"the minimum version {min} is above the maximum {max}";
        }

        Control(LibSsl.ControlMinVersion, Number(min));
        Control(LibSsl.ControlMaxVersion, Number(max));
        Control(LibSsl.ControlMode, LibSsl.ModeAcceptMovingWriteBuffer | LibSsl.ModeReleaseBuffers);
        Control(LibSsl.ControlReadAhead, 1);
        LibSsl.SSL_CTX_set_options(_context, LibSsl.OptionNoCompression | LibSsl.OptionNoRenegotiation);

        // A bracket of equals, "[A|B]", is BoringSSL's; OpenSSL knows only a strict order.
        string all = string.Join(':', settings.CipherSuites).Replace("[", "", StringComparison.Ordinal)
            .Replace("]", "", StringComparison.Ordinal).Replace('|', ':');
        string[] names = all.Split(':', StringSplitOptions.RemoveEmptyEntries);
        string older = string.Join(':', names.Where(static name => !name.StartsWith("TLS_", StringComparison.Ordinal)));
        string newer = string.Join(':', names.Where(static name => name.StartsWith("TLS_", StringComparison.Ordinal)));
        older = older.Length > 0 ? older : DefaultCiphers;

        // OpenSSL's security level 1 and above refuses the signatures of TLS 1.0 and 1.1.
        older = min < TlsVersion.Tls12 ? older + ":@SECLEVEL=0" : older;
        string curves = settings.Curves.Count > 0 ? string.Join(':', settings.Curves) : DefaultCurves;
        string signatures = string.Join(':', settings.SignatureAlgorithms.Select(OpenSslNames.SignatureAlgorithm));
        fixed (byte* olderText = Terminated(older))
        fixed (byte* newerText = Terminated(newer.Length > 0 ? newer : DefaultCiphers13))
        fixed (byte* curveText = Terminated(curves))
        fixed (byte* signatureText = Terminated(signatures))
        {
            return LibSsl.SSL_CTX_set_cipher_list(_context, olderText) != 1 ? $"cipher suites {older}: {OpenSslErrors.TakeForConfig()}"
                : LibSsl.SSL_CTX_set_ciphersuites(_context, newerText) != 1 ? $"cipher suites {newer}: {OpenSslErrors.TakeForConfig()}"
                : LibSsl.SSL_CTX_ctrl(_context, LibSsl.ControlGroupsList, 0, curveText) != 1 ? $"ECDH curves {curves} are not supported"
                : signatures.Length > 0
                    && LibSsl.SSL_CTX_ctrl(_context, LibSsl.ControlSignatureAlgorithms, 0, signatureText) != 1
                    ? $"signature algorithms {signatures} are not supported"
                : null;
        }
    }

    private string? SetKeys(TlsContextSettings settings)
    {
        foreach (TlsKeyPair pair in settings.Certificates)
        {
            if (!OpenSslKeyPair.TryRead(pair, out OpenSslKeyPair? key, out string error))
            {
                return error;
            }

            _keys.Add(key);
        }

        // The first of each kind of key is the default; OpenSSL chooses by what the peer can verify.
        var kinds = new HashSet<int>();
        foreach (OpenSslKeyPair key in _keys)
        {
            if (kinds.Add(key.Kind) && !key.UseIn(_context))
            {
                return "certificate: " + OpenSslErrors.TakeForConfig();
            }
        }

        return null;
    }

    private string? SetTrust(TlsValidation? validation, TlsServerSettings? server)
    {
        bool verify = validation is not null
            && (validation.TrustedCa is not null || validation.CertificateHashes.Count + validation.PublicKeyHashes.Count > 0);
        int mode = verify || server is { RequireClientCertificate: true } ? LibSsl.VerifyPeer : LibSsl.VerifyNone;
        mode |= server is { RequireClientCertificate: true } ? LibSsl.VerifyFailIfNoPeerCertificate : 0;
        LibSsl.SSL_CTX_set_verify(_context, mode, 0);
        LibSsl.SSL_CTX_set_cert_verify_callback(_context, &OpenSslCallbacks.Verify, null);
        if (validation is null)
        {
            return null;
        }

        if (validation.MaxDepth >= 0)
        {
            LibSsl.SSL_CTX_set_verify_depth(_context, validation.MaxDepth);
        }

        nint store = LibSsl.SSL_CTX_get_cert_store(_context);
        nuint flags = LibCrypto.FlagPartialChain;
        flags |= validation.AllowExpired ? LibCrypto.FlagNoCheckTime : 0;
        if (validation.Revocations is { } revocations)
        {
            flags |= LibCrypto.FlagCrlCheck | (validation.OnlyLeafRevocation ? 0 : LibCrypto.FlagCrlCheckAll);
            List<nint> lists = OpenSslCertificate.ReadRevocations(revocations);
            if (lists.Count == 0)
            {
                return "crl: no certificate revocation list in PEM format";
            }

            foreach (nint list in lists)
            {
                _ = LibCrypto.X509_STORE_add_crl(store, list);
                LibCrypto.X509_CRL_free(list);
            }
        }

        _ = LibCrypto.X509_STORE_set_flags(store, flags);
        return validation.TrustedCa is { } trusted ? AddTrusted(store, trusted, server is not null) : null;
    }

    private string? AddTrusted(nint store, byte[] trusted, bool server)
    {
        List<nint> authorities = OpenSslCertificate.ReadAll(trusted);
        if (authorities.Count == 0)
        {
            return "trusted_ca: no certificate in PEM format";
        }

        foreach (nint authority in authorities)
        {
            _ = LibCrypto.X509_STORE_add_cert(store, authority);
            if (server)
            {
                _ = LibSsl.SSL_CTX_add_client_CA(_context, authority);
            }

            LibCrypto.X509_free(authority);
        }

        LibCrypto.ERR_clear_error();
        return null;
    }

    private void SetClient()
    {
        Control(LibSsl.ControlSessionCacheMode, LibSsl.SessionCacheClient | LibSsl.SessionCacheNoInternal);
        LibSsl.SSL_CTX_sess_set_new_cb(_context, &OpenSslCallbacks.NewSession);
    }

    private void SetServer(TlsServerSettings server)
    {
        LibSsl.SSL_CTX_set_keylog_callback(_context, &OpenSslCallbacks.KeyLog);
        LibSsl.SSL_CTX_set_alpn_select_cb(_context, &OpenSslCallbacks.SelectProtocol, null);
        _ = LibSsl.SSL_CTX_callback_ctrl(_context, LibSsl.ControlStatusCallback, &OpenSslCallbacks.Staple);
        LibSsl.SSL_CTX_set_cert_cb(_context, &OpenSslCallbacks.SelectCertificate, null);
        LibSsl.SSL_CTX_set_options(_context, (server.PreferClientCiphers ? 0 : LibSsl.OptionServerPreference)
            | (server.DisableTickets ? LibSsl.OptionNoTicket : 0));
        if (!server.DisableTickets)
        {
            _ = LibSsl.SSL_CTX_set_tlsext_ticket_key_evp_cb(_context, &OpenSslCallbacks.TicketKey);
        }

        // With tickets the client keeps the session; without, this process does, within a limit.
        bool cache = server.DisableTickets && !server.DisableSessionCache;
        Control(LibSsl.ControlSessionCacheMode, cache ? LibSsl.SessionCacheServer : LibSsl.SessionCacheOff);
        Control(LibSsl.ControlSessionCacheSize, SessionCacheEntries);
        if (server.SessionTimeout > TimeSpan.Zero)
        {
            _ = LibSsl.SSL_CTX_set_timeout(_context, (nint)server.SessionTimeout.TotalSeconds);
        }

        byte[] id = OpenSslCertificate.Sha256(Encoding.UTF8.GetBytes(SessionRules(server)));
        fixed (byte* bytes = id)
        {
            _ = LibSsl.SSL_CTX_set_session_id_context(_context, bytes, (uint)id.Length);
        }
    }

    // A session made under one set of rules must not open a connection under another (CVE-2022-21654).
    private string SessionRules(TlsServerSettings server)
    {
        var rules = new StringBuilder(server.RequireClientCertificate ? "require;" : "optional;");
        if (server.Common.Validation is { } validation)
        {
            rules.Append(Convert.ToHexString(OpenSslCertificate.Sha256(validation.TrustedCa))).Append(';');
            rules.Append(Convert.ToHexString(OpenSslCertificate.Sha256(validation.Revocations))).Append(';');
            rules.Append(validation.AllowExpired).Append(validation.AcceptUntrusted).Append(validation.MaxDepth).Append(';');
            rules.Append(validation.Names?.Identity).Append(';');
            rules.AppendJoin(',', validation.CertificateHashes.Select(Convert.ToHexString)).Append(';');
            rules.AppendJoin(',', validation.PublicKeyHashes.Select(Convert.ToHexString)).Append(';');
        }

        foreach (OpenSslKeyPair key in _keys)
        {
            rules.AppendJoin(',', key.Description.DnsSans).AppendJoin(',', key.Description.UriSans)
                .Append(key.Description.Subject).Append(';');
        }

        return rules.ToString();
    }

    private static byte[] Terminated(string text) => Encoding.UTF8.GetBytes(text + "\0");

    private static int Number(TlsVersion version) => 0x300 + (int)version;

    private void Control(int command, nint number) => LibSsl.SSL_CTX_ctrl(_context, command, number, null);
}
