namespace Lateen.Engine.Native;

using Lateen.Engine.Tls;

/// <summary>One side of one TLS connection (an SSL): ciphertext in and out by the loop's pipe, plaintext by spans.</summary>
internal sealed unsafe class OpenSslSession
{
    [ThreadStatic]
    private static OpenSslSession? t_current;

    private readonly TlsContext _owner;
    private readonly OpenSslPipe _pipe;
    private readonly string _expectedName;
    private readonly TlsNameVerifier? _names;
    private readonly string _sessionKey;
    private nint _ssl;
    private byte* _input;
    private int _inputLength;
    private bool _established;
    private bool _broken;
    private bool _shutDown;
    private string _detail = "";
    private byte[]? _clientSecret;
    private byte[]? _serverSecret;
    private OpenSslRecords? _records;

    private OpenSslSession(TlsContext owner, OpenSslPipe pipe, TlsNameVerifier? names, string expectedName, string sessionKey)
    {
        _names = names;
        _owner = owner;
        _pipe = pipe;
        _expectedName = expectedName;
        _sessionKey = sessionKey;
        _ssl = LibSsl.SSL_new(owner.Native.Handle);
        pipe.Attach(_ssl);
    }

    /// <summary>The session whose call is under way on this thread.</summary>
    internal static OpenSslSession? Current => t_current;

    public TlsFailure Failure { get; private set; }

    /// <summary>In Envoy's form; empty unless something failed.</summary>
    public string FailureReason { get; private set; } = "";

    /// <summary>Ciphertext that the last call made; to be sent before the next.</summary>
    public ReadOnlySpan<byte> Output => _pipe.Output;

    internal OpenSslContext Context => _owner.Native;

    internal byte[][] TicketKeys => (_owner as TlsServerContext)?.Tickets.Keys ?? [];

    public static OpenSslSession Server(TlsServerContext context, OpenSslPipe pipe)
    {
        var session = new OpenSslSession(context, pipe, context.Settings.Validation?.Names, "", "");
        LibSsl.SSL_set_accept_state(session._ssl);

        // What follows the client's Finished stays where TakeOver can have it.
        LibSsl.SSL_set_read_ahead(session._ssl, 0);
        return session;
    }

    public static OpenSslSession Client(TlsClientContext context, TlsClientOptions options, OpenSslPipe pipe)
    {
        TlsNameVerifier? names = options.Names ?? context.Settings.Validation?.Names;
        string key = $"{options.SessionKey}|{options.ServerName}|{options.ExpectedName}|{names?.Identity}";
        var session = new OpenSslSession(context, pipe, names, options.ExpectedName, key);
        LibSsl.SSL_set_connect_state(session._ssl);
        byte[] protocols = options.ApplicationProtocols ?? context.ProtocolsOnWire;
        fixed (byte* list = protocols)
        fixed (byte* name = System.Text.Encoding.ASCII.GetBytes(options.ServerName + "\0"))
        {
            if (protocols.Length > 0)
            {
                _ = LibSsl.SSL_set_alpn_protos(session._ssl, list, (uint)protocols.Length);
            }

            // A literal address is no server name (RFC 6066 section 3).
            if (options.ServerName.Length > 0 && !System.Net.IPAddress.TryParse(options.ServerName, out _))
            {
                _ = LibSsl.SSL_ctrl(session._ssl, LibSsl.ControlServerName, 0, name);
            }
        }

        if (context.Take(key) is not 0 and nint ticket)
        {
            _ = LibSsl.SSL_set_session(session._ssl, ticket);
            LibSsl.SSL_SESSION_free(ticket);
        }

        return session;
    }

    public static void FreeTicket(nint ticket) => LibSsl.SSL_SESSION_free(ticket);

    /// <summary>Lets <paramref name="reader"/> read the bytes where they are; returns how many were taken.</summary>
    public int Offer(ReadOnlySpan<byte> data, IOpenSslInput reader)
    {
        fixed (byte* bytes = data)
        {
            _input = bytes;
            _inputLength = data.Length;
            reader.OnInput();
            int taken = data.Length - _inputLength;
            _input = null;
            _inputLength = 0;
            return taken;
        }
    }

    public OpenSslStatus Handshake()
    {
        Enter();
        LibCrypto.ERR_clear_error();
        int result = LibSsl.SSL_do_handshake(_ssl);
        OpenSslStatus status = result == 1 ? OpenSslStatus.Done : StatusOf(result);
        LibCrypto.ERR_clear_error();
        Leave();
        _established = status is OpenSslStatus.Done;
        return status;
    }

    /// <summary>Whole records are read from the input; the bytes of one that has not arrived yet stay there.</summary>
    public bool LeavesPartialRecords => _records is not null;

    /// <summary>
    /// The handshake is done and described. Where it made TLS 1.3, a server needs OpenSSL's connection no more; the records that the
    /// last call made, the tickets, are the first with the new key.
    /// </summary>
    public void TakeOver()
    {
        if (_clientSecret is not null && _serverSecret is not null && LibSsl.SSL_version(_ssl) == LibSsl.Tls13
            && LibSsl.SSL_has_pending(_ssl) == 0)
        {
            ushort suite = LibSsl.SSL_CIPHER_get_protocol_id(LibSsl.SSL_get_current_cipher(_ssl));
            _records = OpenSslRecords.TryCreate(_pipe, suite, _clientSecret, _serverSecret, (ulong)OpenSslRecords.Count(_pipe.Output));
        }

        Array.Clear(_clientSecret ?? []);
        Array.Clear(_serverSecret ?? []);
        _clientSecret = null;
        _serverSecret = null;
        if (_records is not null)
        {
            LibSsl.SSL_free(_ssl);
            _ssl = 0;
        }
        else
        {
            LibSsl.SSL_set_read_ahead(_ssl, 1);
        }
    }

    /// <summary>Decrypts as many records as there are and as fit. Done with fewer than fit may leave more to come.</summary>
    public OpenSslStatus Read(Span<byte> target, out int count, out bool more)
    {
        count = 0;
        more = true;
        OpenSslStatus status = OpenSslStatus.Done;
        if (_records is not null)
        {
            return ReadRecords(_records, target, out count, out more);
        }

        Enter();
        fixed (byte* bytes = target)
        {
            while (count < target.Length)
            {
                int result = LibSsl.SSL_read(_ssl, bytes + count, target.Length - count);
                if (result <= 0)
                {
                    status = StatusOf(result);
                    more = status is not OpenSslStatus.WantInput;
                    break;
                }

                count += result;
                if (_pipe.InputLeft == 0 && LibSsl.SSL_has_pending(_ssl) == 0)
                {
                    more = false;
                    break;
                }
            }
        }

        Leave();

        // An end or an error shows again at the next call; what was decrypted before it comes first.
        return count > 0 ? OpenSslStatus.Done : status;
    }

    /// <summary>Encrypts all of it into <see cref="Output"/>.</summary>
    public bool TryWrite(ReadOnlySpan<byte> source)
    {
        if (_records is not null)
        {
            return _records.TryWrite(source) || Break("INTERNAL_ERROR");
        }

        Enter();
        int result;
        fixed (byte* bytes = source)
        {
            result = LibSsl.SSL_write(_ssl, bytes, source.Length);
        }

        if (result <= 0)
        {
            _ = StatusOf(result);
        }

        Leave();
        return result == source.Length;
    }

    /// <summary>Makes close_notify (RFC 8446 section 6.1).</summary>
    public void Shutdown()
    {
        if (_established && !_broken && !_shutDown)
        {
            _shutDown = true;
            if (_records is not null)
            {
                _records.Close();
                return;
            }

            Enter();
            _ = LibSsl.SSL_shutdown(_ssl);
            LibCrypto.ERR_clear_error();
            Leave();
        }
    }

    public void ClearOutput() => _pipe.ClearOutput();

    public TlsSession Describe()
    {
        byte* protocol;
        uint protocolLength;
        LibSsl.SSL_get0_alpn_selected(_ssl, &protocol, &protocolLength);
        nint peer = LibSsl.SSL_get1_peer_certificate(_ssl);
        nint local = LibSsl.SSL_get_certificate(_ssl);
        TlsValidation? validation = _owner.Settings.Validation;
        var session = new TlsSession
        {
            ApplicationProtocol = OpenSslNames.Protocol(new ReadOnlySpan<byte>(protocol, (int)protocolLength)),
            ServerName = ServerName(),
            Version = OpenSslNames.OfStatic(LibSsl.SSL_get_version(_ssl)),
            CipherSuite = OpenSslNames.OfStatic(LibSsl.SSL_CIPHER_get_name(LibSsl.SSL_get_current_cipher(_ssl))),
            Curve = OpenSslNames.Curve(LibSsl.SSL_ctrl(_ssl, LibSsl.ControlNegotiatedGroup, 0, null)),
            IsResumed = LibSsl.SSL_session_reused(_ssl) == 1,
            PeerCertificate = peer == 0 ? null : _owner.Describe(peer),
            IsPeerVerified = peer != 0 && validation is not null && (validation.TrustedCa is not null
                || validation.CertificateHashes.Count + validation.PublicKeyHashes.Count > 0),
            LocalCertificate = local == 0 ? null : _owner.Describe(local),
        };
        if (peer != 0)
        {
            LibCrypto.X509_free(peer);
        }

        return session;
    }

    public void Free()
    {
        _records?.Free();
        _records = null;
        if (_ssl != 0)
        {
            LibSsl.SSL_free(_ssl);
            _ssl = 0;
        }
    }

    /// <summary>Chain, then name, then pins; the first that fails is the reason.</summary>
    internal bool VerifyPeer(nint verification)
    {
        if (_owner.Settings.Validation is not { } validation)
        {
            return true;
        }

        if (validation.TrustedCa is not null && LibCrypto.X509_verify_cert(verification) != 1 && !validation.AcceptUntrusted)
        {
            int error = LibCrypto.X509_STORE_CTX_get_error(verification);
            string why = OpenSslErrors.Text(LibCrypto.X509_verify_cert_error_string(error), "unknown error");
            return Refuse(TlsFailure.UntrustedCertificate, $"X509_verify_cert: certificate verification error: {why}");
        }

        TlsCertificate certificate = _owner.Describe(LibCrypto.X509_STORE_CTX_get0_cert(verification));
        bool named = _expectedName.Length > 0 ? certificate.IsFor(_expectedName) : _names?.Accepts(certificate) ?? true;
        if (!named)
        {
            LibCrypto.X509_STORE_CTX_set_error(verification, LibCrypto.VerifyHostnameMismatch);
            return Refuse(TlsFailure.WrongName, "verify SAN list");
        }

        if (validation.CertificateHashes.Count + validation.PublicKeyHashes.Count > 0
            && !Contains(validation.CertificateHashes, certificate.Sha256)
            && !Contains(validation.PublicKeyHashes, certificate.PublicKeySha256))
        {
            LibCrypto.X509_STORE_CTX_set_error(verification, LibCrypto.VerifyRejected);
            return Refuse(TlsFailure.WrongHash, "cert hash and spki");
        }

        LibCrypto.X509_STORE_CTX_set_error(verification, 0);
        LibCrypto.ERR_clear_error();
        return true;
    }

    internal bool KeepTicket(nint ticket) =>
        !_broken && _owner is TlsClientContext { KeepsSessions: true } client && client.Keep(_sessionKey, ticket);

    /// <summary>Among several certificates, those for the name that the client asks for; OpenSSL chooses among them by kind of key.</summary>
    internal bool SelectCertificate()
    {
        string name = ServerName();
        if (name.Length == 0 && _owner is TlsServerContext { ServerSettings.RequireServerName: true })
        {
            _detail = "the client sent no server name";
            return false;
        }

        if (name.Length > 0)
        {
            OpenSslCertificateChoice.UseFor(_ssl, _owner.Native.Keys, name);
        }

        return true;
    }

    /// <summary>Staples the status of the certificate in use, if there is one (RFC 6066 section 8).</summary>
    internal bool StapleStatus() => OpenSslCertificateChoice.TryStaple(_ssl, _owner.Native.Keys);

    private static bool Contains(IReadOnlyList<byte[]> hashes, byte[] hash)
    {
        foreach (byte[] known in hashes)
        {
            if (known.AsSpan().SequenceEqual(hash))
            {
                return true;
            }
        }

        return false;
    }

    private bool Refuse(TlsFailure failure, string detail)
    {
        Failure = failure;
        _detail = "verify cert failed: " + detail;
        return false;
    }

    private string ServerName()
    {
        byte* name = LibSsl.SSL_get_servername(_ssl, 0);
        return name is null ? "" : OpenSslErrors.Text(name, "").ToLowerInvariant();
    }

    internal void KeepSecret(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("CLIENT_TRAFFIC_SECRET_0 "u8))
        {
            _clientSecret = Secret(line);
        }
        else if (line.StartsWith("SERVER_TRAFFIC_SECRET_0 "u8))
        {
            _serverSecret = Secret(line);
        }
    }

    private static byte[] Secret(ReadOnlySpan<byte> line) => Convert.FromHexString(line[(line.LastIndexOf((byte)' ') + 1)..]);

    private OpenSslStatus ReadRecords(OpenSslRecords records, Span<byte> target, out int count, out bool more)
    {
        OpenSslStatus status = records.Read(new ReadOnlySpan<byte>(_input, _inputLength), target, out int used, out count);
        _input += used;
        _inputLength -= used;
        more = status is not OpenSslStatus.WantInput;
        if (count > 0)
        {
            return OpenSslStatus.Done;
        }

        // Done with nothing: the loop's buffers are used up, and there was no room for a record.
        if (status is OpenSslStatus.Failed or OpenSslStatus.Done)
        {
            _ = Break(status is OpenSslStatus.Failed ? records.Reason : "BUFFER_TOO_SMALL");
            return OpenSslStatus.Failed;
        }

        return status;
    }

    private bool Break(string reason)
    {
        _broken = true;
        Failure = TlsFailure.Protocol;
        FailureReason = $"TLS_error:|SSL routines:OPENSSL_internal:{reason}:TLS_error_end";
        return false;
    }

    private void Enter()
    {
        t_current = this;
        _pipe.SetInput(_input, _inputLength);
    }

    private void Leave()
    {
        int left = _pipe.InputLeft;
        _input += _inputLength - left;
        _inputLength = left;
        t_current = null;
    }

    // SSL_get_error looks at the thread's error queue, which had to be emptied before each call; what most calls end with is told
    // without it. Every failure empties the queue, and so does a handshake.
    private OpenSslStatus StatusOf(int result)
    {
        if (_pipe.RanDry)
        {
            return OpenSslStatus.WantInput;
        }

        switch (LibSsl.SSL_get_error(_ssl, result))
        {
            case LibSsl.ErrorWantRead or LibSsl.ErrorWantWrite:
                return OpenSslStatus.WantInput;
            case LibSsl.ErrorZeroReturn:
                return OpenSslStatus.Closed;
            default:
                _broken = true;
                FailureReason = OpenSslErrors.TakeForLog(_detail);
                if (Failure is TlsFailure.None)
                {
                    Failure = FailureReason.Contains("PEER_DID_NOT_RETURN_A_CERTIFICATE", StringComparison.Ordinal)
                        ? TlsFailure.NoCertificate : TlsFailure.Protocol;
                }

                return OpenSslStatus.Failed;
        }
    }
}
