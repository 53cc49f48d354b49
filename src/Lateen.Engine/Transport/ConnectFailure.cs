namespace Lateen.Engine.Transport;

public enum ConnectFailure : byte
{
    Refused,
    Unreachable,
    TimedOut,
    NoLocalAddress,
    OutOfDescriptors,
    Other,

    /// <summary>The handshake failed; <see cref="Connection.TransportFailureReason"/> says why.</summary>
    TlsFailed,
}
