namespace Lateen.Engine.Tls;

/// <summary>Why a handshake failed.</summary>
public enum TlsFailure : byte
{
    None,
    Protocol,
    PeerClosed,
    TimedOut,
    NoCertificate,
    UntrustedCertificate,
    WrongName,
    WrongHash,
}
