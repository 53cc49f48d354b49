namespace Lateen.Engine.Native;

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

/// <summary>Where OpenSSL calls back during a handshake. The session is the one whose call is under way on this thread.</summary>
internal static unsafe class OpenSslCallbacks
{
    private const int NameBytes = 16;
    private const int HmacKeyBytes = 32;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Verify(nint verification, void* argument) =>
        OpenSslSession.Current is { } session && session.VerifyPeer(verification) ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int NewSession(nint ssl, nint ticket) => OpenSslSession.Current is { } session && session.KeepTicket(ticket) ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int SelectCertificate(nint ssl, void* argument) =>
        OpenSslSession.Current is { } session && session.SelectCertificate() ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int Staple(nint ssl, void* argument) =>
        OpenSslSession.Current is { } session && session.StapleStatus() ? LibSsl.AlpnOk : LibSsl.AlpnNoAck;

    /// <summary>Secrets of a handshake in the form of NSS key logs: a label, the client's random number, the secret.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void KeyLog(nint ssl, byte* line) =>
        OpenSslSession.Current?.KeepSecret(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(line));

    /// <summary>The server's preference decides; without a common protocol the handshake goes on without one, as Envoy's does.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int SelectProtocol(nint ssl, byte** chosen, byte* chosenLength, byte* offered, uint length, void* argument)
    {
        byte[] wanted = OpenSslSession.Current?.Context.ServerProtocols ?? [];
        var offer = new ReadOnlySpan<byte>(offered, (int)length);
        for (int i = 0; i < wanted.Length; i += wanted[i] + 1)
        {
            ReadOnlySpan<byte> name = wanted.AsSpan(i, wanted[i] + 1);
            for (int j = 0; j + name.Length <= offer.Length; j += offer[j] + 1)
            {
                if (offer.Slice(j, name.Length).SequenceEqual(name))
                {
                    *chosen = offered + j + 1;
                    *chosenLength = offered[j];
                    return LibSsl.AlpnOk;
                }
            }
        }

        return LibSsl.AlpnNoAck;
    }

    /// <summary>
    /// 1 seals or opens, 2 opens and asks for a fresh ticket, 0 knows no such key, -1 fails
    /// (SSL_CTX_set_tlsext_ticket_key_evp_cb(3)).
    /// </summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int TicketKey(nint ssl, byte* name, byte* iv, nint cipher, nint mac, int seal)
    {
        byte[][] keys = OpenSslSession.Current?.TicketKeys ?? [];
        if (seal != 0)
        {
            if (keys.Length == 0 || LibCrypto.RAND_bytes(iv, NameBytes) != 1)
            {
                return -1;
            }

            keys[0].AsSpan(0, NameBytes).CopyTo(new Span<byte>(name, NameBytes));
            return Prepare(keys[0], iv, cipher, mac, seal: true) ? 1 : -1;
        }

        var wanted = new ReadOnlySpan<byte>(name, NameBytes);
        for (int i = 0; i < keys.Length; i++)
        {
            if (wanted.SequenceEqual(keys[i].AsSpan(0, NameBytes)))
            {
                // A ticket of TLS 1.3 is used once, so its holder gets the next one (RFC 8446 appendix C.4).
                bool renew = i > 0 || LibSsl.SSL_version(ssl) == LibSsl.Tls13;
                return !Prepare(keys[i], iv, cipher, mac, seal: false) ? -1 : renew ? 2 : 1;
            }
        }

        return 0;
    }

    private static bool Prepare(byte[] key, byte* iv, nint cipher, nint mac, bool seal)
    {
        fixed (byte* bytes = key)
        fixed (byte* macKeyName = "key\0"u8)
        fixed (byte* digestName = "digest\0"u8)
        fixed (byte* digest = "SHA256\0"u8)
        {
            LibCrypto.MacParameter* parameters = stackalloc LibCrypto.MacParameter[3];
            parameters[0] = new LibCrypto.MacParameter
            {
                Key = macKeyName,
                Kind = LibCrypto.MacParameter.OctetString,
                Data = bytes + NameBytes,
                Size = HmacKeyBytes,
            };
            parameters[1] = new LibCrypto.MacParameter
            {
                Key = digestName,
                Kind = LibCrypto.MacParameter.Utf8Text,
                Data = digest,
                Size = 6,
            };
            parameters[2] = default;
            byte* aesKey = bytes + NameBytes + HmacKeyBytes;
            int ready = seal
                ? LibCrypto.EVP_EncryptInit_ex(cipher, LibCrypto.EVP_aes_256_cbc(), 0, aesKey, iv)
                : LibCrypto.EVP_DecryptInit_ex(cipher, LibCrypto.EVP_aes_256_cbc(), 0, aesKey, iv);
            return ready == 1 && LibCrypto.EVP_MAC_CTX_set_params(mac, parameters) == 1;
        }
    }
}
