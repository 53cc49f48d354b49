namespace Lateen.Engine.Http;

/// <summary>Why a stream ended without completing.</summary>
public enum StreamResetReason : byte
{
    LocalReset,
    RemoteReset,
    ConnectFailure,
    ConnectTimeout,
    ConnectionTermination,
    Overflow,
    ProtocolError,

    /// <summary>The peer has not looked at the stream (REFUSED_STREAM, GOAWAY): safe to send again.</summary>
    RemoteRefused,
}
